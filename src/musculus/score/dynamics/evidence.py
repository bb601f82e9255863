"""Strokes scored, and a visit judged by them: evidence, probability, verdict, and exact reasons with their events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.errors import BundleError
from musculus.score.dynamics.strokes import Strokes
from musculus.score.fusion import Fusion
from musculus.score.reasons import Reason, beside_people
from musculus.score.scorer import Scorer, calibrated

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ROWS: Final = "stroke"  # what the manifest of such a model says its rows are


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the strokes of one visit say, stroke by stroke.

    Attributes
    ----------
    start, end : (n,) rows `start:end` of the events
    values : (n, n_features)
    scores : (n,) log odds of a person
    weights : (n, n_features) what each feature adds to them
    """

    start: Ints
    end: Ints
    values: Floats
    scores: Floats
    weights: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, which: slice | Ints) -> Evidence:
        end, scores, weights = self.end[which], self.scores[which], self.weights[which]
        return Evidence(self.start[which], end, self.values[which], scores, weights)

    @classmethod
    def joined(cls, first: Evidence, second: Evidence) -> Evidence:
        """The strokes of both, in this order."""
        names = ("start", "end", "values", "scores", "weights")
        return cls(*(np.concatenate([getattr(first, n), getattr(second, n)]) for n in names))


@dataclass(frozen=True)
class Said:
    """The verdict of movement on one visit: `score` is the fused log odds of a person, 0 where nothing was judged."""

    score: float
    probability: float
    verdict: str
    reasons: tuple[Reason, ...]


def reads_strokes(scorer: Scorer) -> bool:
    """Whether a model reads single strokes and fuses them, as `musculus train bot` makes by default."""
    return bool(scorer.manifest.more.get("rows", {}).get("kind") == ROWS)


def fusion_of(scorer: Scorer) -> Fusion:
    """How the model's evidence adds up. BundleError where the file doesn't say."""
    try:
        return msgspec.convert(scorer.manifest.more["fusion"], Fusion)
    except (KeyError, msgspec.ValidationError) as error:
        raise BundleError(f"the model doesn't say how strokes add up ({error}); train it again") from None


def evidence_of(strokes: Strokes, scorer: Scorer) -> Evidence:
    """Scores of strokes and what each feature adds to them."""
    scores = scorer.score(strokes.values) if len(strokes) else np.zeros(0)
    weights = scorer.weights(strokes.values) if len(strokes) else np.zeros(strokes.values.shape)
    return Evidence(strokes.start, strokes.end, strokes.values, scores, weights)


def say(evidence: Evidence, scorer: Scorer, limit: int = 5) -> Said:
    """The verdict on a visit, or on some strokes of it.

    "unsure" between the model's two lines, so also while the evidence is thin. Reasons are the features that moved it
    to its side: their weights add over strokes, and with the share of what was known before they are the score.
    """
    fusion = fusion_of(scorer)
    total = fusion.total(evidence.scores)
    low, high = scorer.manifest.thresholds or (-np.inf, np.inf)
    no, yes = scorer.manifest.verdicts
    verdict = "unsure" if not len(evidence) else no if total < low else yes if total >= high else "unsure"
    probability = float(calibrated(np.array([total]), scorer.manifest.calibration)[0])
    side = {no: -1, yes: 1}.get(verdict, 0)
    return Said(total, probability, verdict, reasons(evidence, scorer, fusion, side, limit))


def moved(evidence: Evidence, fusion: Fusion) -> Floats:
    """What each feature added to a visit's score, (n_features,)."""
    found: Floats = fusion.shares(evidence.scores) @ evidence.weights if len(evidence) else np.zeros(0)
    return found


def reasons(evidence: Evidence, scorer: Scorer, fusion: Fusion, side: int, limit: int) -> tuple[Reason, ...]:
    """The features that pulled to one side (0: the strongest of both), each at the stroke where it pulled most."""
    weight = moved(evidence, fusion)
    pulls = np.flatnonzero(weight * side > 0 if side else weight)
    found = []
    for j in pulls[np.argsort(-np.abs(weight[pulls]), kind="stable")][:limit].tolist():
        k = int(np.argmax(evidence.weights[:, j] * np.sign(weight[j])))
        rows = int(evidence.start[k]), int(evidence.end[k]) - 1
        found.append(beside_people(scorer.manifest.features[j], float(evidence.values[k, j]), float(weight[j]), rows))
    return tuple(found)
