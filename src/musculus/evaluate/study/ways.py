"""Ways of making up for a mouse that a verifier never learned from, each on the same claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.devices import Mouse
from musculus.evaluate.study.recogniser import Recogniser
from musculus.evaluate.usable import usable
from musculus.models.normalisers import NORMALISERS, make_normaliser
from musculus.tasks.cadence import left_out
from musculus.tasks.verify import Trials, against_others, by_session

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Told = Mapping[str, Trials]  # mouse -> the trials of everybody's recordings with it
Scores = dict[tuple[str, str], Floats]  # (trained with, asked with) -> a score for each claim
OUT: Final = ("size", "position")  # never features; cadence goes by name, without thinning
RATE_FREE: Final = (*OUT, "sampled")
RESAMPLED: Final = "common_rate"
EACH: Final = 400  # rows of a person and mouse that a model learns from
EDGE: Final = 1e-4


class Way(NamedTuple):
    """What is done about the mouse: which features are read, what they go through, what the model learns from."""

    rate_free: bool = False
    normaliser: str = ""
    augmented: bool = False


WAYS: Final[Mapping[str, Way]] = {
    "raw": Way(),
    "rate-independent": Way(rate_free=True),
    **{name: Way(False, name) for name in ("cohort_shift", "rank_gauss", "log_gain", "physical_cm", RESAMPLED)},
    "augmented": Way(augmented=True),
    **{f"rate-independent, {n}": Way(True, n) for n in ("cohort_shift", "rank_gauss", "log_gain", "physical_cm")},
    "rate-independent, augmented": Way(rate_free=True, augmented=True),
}
ABOUT: Final = {
    "raw": "all measures, as they are",
    "rate-independent": "measures that don't depend on the rate of events only",
    "augmented": "training on simulated twins: every mouse but the one asked with, as many rows in all",
}


def ways(gains: Sequence[float]) -> dict[str, Way]:
    """The ways worth asking: those that know the gain where it is not the same with all mice.

    >>> len(ways([800.0, 800.0])) < len(ways([400.0, 800.0]))
    True
    """
    changes = len(set(gains)) > 1
    of_gain = {n for n, w in WAYS.items() if w.normaliser and "gain" in NORMALISERS[w.normaliser].needs}
    return {n: w for n, w in WAYS.items() if changes or n not in of_gain}


def about(name: str) -> str:
    """A way in words.

    >>> about("rate-independent, augmented")[:48]
    "measures that don't depend on the rate of events"
    """
    return "; ".join(ABOUT.get(n) or _small(NORMALISERS[n].about) for n in name.split(", "))


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def asked(told: Told, others: Told, mice: Mapping[str, Mouse], way: Way, seed: int) -> Scores:
    """A score for each claim and pair of mice; a model is fitted once for the mice it learns from.

    `others` are trials of other people, who teach the normaliser and are never verified: were the verified people dealt
    to several normalisers, which one somebody went through would tell who it is.
    """
    names = next(iter(told.values())).table.names
    kept = np.array([j for j, n in enumerate(names) if not (way.rate_free and left_out(n, RATE_FREE))], np.int64)
    rows = {m: t.table.values[:, kept] for m, t in told.items()}
    if way.normaliser and way.normaliser != RESAMPLED:  # recordings were resampled before they were measured
        rows = _normalised(told, others, mice, kept, way.normaliser)
    fitted: dict[tuple[str, ...], Verifier] = {}
    out = {}
    for pair in product(told, told):
        # every mouse but the one asked with; the one trained with is known in any case
        sources = tuple(m for m in told if m == pair[0] or (way.augmented and m != pair[1]))
        if sources not in fitted:
            fitted[sources] = Verifier.of(told, rows, sources, seed)
        out[pair] = fitted[sources].claims(told[pair[1]], rows[pair[1]])
    return out


def _normalised(
    told: Told, others: Told, mice: Mapping[str, Mouse], kept: Ints, normaliser: str
) -> dict[str, Floats]:
    """Rows by a normaliser that other people's enrolment with all mice taught; it knows a mouse by name and gain."""
    import polars as pl

    first = next(iter(told.values())).table
    names = [first.names[j] for j in kept]
    params: dict[str, Any] = (
        {"units": {n: first.about[n]["unit"] for n in names}} if normaliser.startswith("physical") else {}
    )
    learn = {m: t.table.values[np.ix_(t.enrol, kept)] for m, t in others.items()}
    sizes = [len(v) for v in learn.values()]
    made = make_normaliser(normaliser, **params).fit(
        pl.DataFrame(np.vstack(list(learn.values())), schema=names),
        configuration=np.repeat(list(learn), sizes),
        person=np.concatenate([t.person[t.enrol] for t in others.values()]),
        gain=np.repeat([mice[m].px_per_inch for m in learn], sizes),
    )
    out = {}
    for m, t in told.items():
        n = len(t.table)
        about: dict[str, Any] = {"configuration": [m] * n, "gain": np.full(n, mice[m].px_per_inch)}
        frame = pl.DataFrame(t.table.values[:, kept], schema=names)
        out[m] = np.asarray(made.transform(frame, person=t.person, **about), np.float64)
    return out


@dataclass(frozen=True, eq=False)
class Verifier:
    """A model of everybody who enrolled, by mice, and the columns it reads."""

    fitted: Recogniser
    columns: Ints

    @classmethod
    def of(cls, told: Told, rows: Mapping[str, Floats], sources: Sequence[str], seed: int) -> Verifier:
        """Learn from enrolment with these mice: as many rows of a person, however many mice there are."""
        rng, x, y = np.random.default_rng(seed), [], []
        for source in sources:
            t = told[source]
            for p in range(len(t.people)):
                own = rng.permutation(np.flatnonzero(t.enrol & (t.person == p)))
                own = own[: max(1, min(len(own), EACH) // len(sources))]
                x.append(rows[source][own])
                y.append(np.full(len(own), p))
        learn = np.vstack(x)
        columns = usable(learn)
        return cls(Recogniser(angle=False).fit(learn[:, columns], np.concatenate(y)), columns)

    def claims(self, t: Trials, values: Floats) -> Floats:
        """A score for each claim: how far the claimed person is ahead of the likeliest other, over a session's rows."""
        rows = np.flatnonzero(~t.enrol & np.isin(t.recording, t.session))
        said = self.fitted.decision_function(values[np.ix_(rows, self.columns)])
        said -= said.max(axis=1, keepdims=True)
        share = np.exp(said / max(float(np.abs(said).mean()), 1e-12))  # margins of many alike columns are far too sure
        scores = np.full((len(t.table), len(t.people)), np.log(EDGE))  # the least: of who never enrolled with them
        known = self.fitted.classes_.astype(np.int64)
        scores[np.ix_(rows, known)] = np.log(share / share.sum(axis=1, keepdims=True) + EDGE)
        return np.asarray(against_others(by_session(t, scores))[t.session, t.claim])
