"""What a model says of one recording, whatever the task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.score import Reason, Scorer
from musculus.score.scorer import calibrated


@dataclass(frozen=True)
class Judgement:
    """What a model says of one recording, or of one window of it.

    `score` and `probability` are NaN and `verdict` is "unsure" while there is too little to judge. `rows` counts the
    rows of features behind it; `start` and `end` (ms) are what they cover.
    """

    recording: str
    start: float
    end: float
    score: float
    probability: float
    verdict: str
    reasons: tuple[Reason, ...]
    rows: int


def verdict(score: float, scorer: Scorer) -> str:
    """One of the model's two verdicts by its thresholds, "unsure" between them, and where it has none."""
    low, high = scorer.manifest.thresholds or (-np.inf, np.inf)
    no, yes = scorer.manifest.verdicts
    return no if score < low else yes if score >= high else "unsure"


def probability(score: float, scorer: Scorer) -> float:
    """The score as a number in 0..1, by the model's calibration."""
    return float(calibrated(np.array([score]), scorer.manifest.calibration)[0])


def reasons(scorer: Scorer, values: npt.NDArray[np.float64], row: int, limit: int) -> tuple[Reason, ...]:
    """The features that speak loudest in a row; none are looked for where `limit` is 0, which is much faster."""
    return tuple(scorer.reasons(values, row, limit)) if limit else ()
