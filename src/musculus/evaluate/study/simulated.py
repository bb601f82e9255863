"""The same hands with other mice: what a verifier trained with one loses with another, and what wins it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.devices import Mouse, record
from musculus.errors import DataError, UnknownName
from musculus.evaluate.metrics import metric
from musculus.evaluate.resample import group_codes
from musculus.evaluate.study.recogniser import Recogniser
from musculus.evaluate.usable import usable
from musculus.events import Events
from musculus.models.normalisers import make_normaliser
from musculus.tasks.cadence import left_out
from musculus.tasks.verify import Trials, against_others, by_session, trials

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Progress = Callable[[int, int, str], None]
KEYS: Final = {"dpi": "dpi", "polling": "polling_hz", "polling_hz": "polling_hz", "sensitivity": "sensitivity"}
OUT: Final = ("size", "position")  # never features; cadence goes by name, without thinning
RATE_FREE: Final = (*OUT, "sampled")
NORMALISER: Final = "cohort_z"
EACH: Final = 400  # rows of a person and mouse that a model learns from
EDGE: Final = 1e-4
WAYS: Final = {  # way -> (rate-independent features only, normalised, augmented)
    "raw": (False, False, False),
    "rate-independent": (True, False, False),
    "normalised": (False, True, False),
    "augmented": (False, False, True),
    "rate-independent, normalised": (True, True, False),
    "rate-independent, augmented": (True, False, True),
}
TIMES: Final = 500


@dataclass(frozen=True)
class Simulated:
    """What was lost between simulated mice, and won back; `document` is as JSON can hold it."""

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The document: a row a pair of mice and way, and a summary a way."""
        return self.document


def mice(settings: Mapping[str, Sequence[float]]) -> dict[str, Mouse]:
    """The mice of crossed settings, by name: `dpi`, `polling`, `sensitivity`. UnknownName for another.

    >>> list(mice({"dpi": [400, 1600], "polling": [125]}))
    ['dpi 400, polling 125', 'dpi 1600, polling 125']
    """
    for name in settings:
        if name not in KEYS:
            raise UnknownName("setting of a simulated mouse", name, KEYS)
    out = {}
    for values in product(*settings.values()):
        chosen = {KEYS[n]: float(v) for n, v in zip(settings, values, strict=True)}
        words = ", ".join(f"{n} {v:g}" for n, v in zip(settings, values, strict=True))
        out[words] = Mouse(**chosen)  # type: ignore[arg-type]  # KEYS names numbers only
    return out


def simulate(
    events: Events,
    settings: Mapping[str, Sequence[float]],
    *,
    person: str = "person",
    hand: float | None = None,
    seed: int = 0,
    progress: Progress | None = None,
) -> Simulated:
    """Train a verifier with each simulated mouse, ask it with each, for several ways of making up for the mouse.

    Everybody's recordings are played again through each mouse (`hand` as in `musculus.devices.record`). A verifier
    learns from enrolment with one, and claims are made with another: `same` is the AUC where they are one, `other`
    where they differ, `lost` raw same less other, `recovered` the share of that loss which a way wins back in `other`.
    Intervals are over sessions. Augmented: enrolment played through every mouse but the one asked with, as many rows
    as otherwise. Normalised: each mouse's rows in units of other people's enrolment with that mouse.
    DataError for fewer than two mice or people.
    """
    made = mice(settings)
    if len(made) < 2:
        raise DataError("one simulated mouse: name at least two values, as polling=60,1000")
    told: dict[str, Trials] = {}
    for i, (name, mouse) in enumerate(made.items()):
        again = record(events, mouse, seed=seed + i, hand=hand)
        told[name] = _without_cadence(trials(again, person=person, leave_out=OUT))
        if progress:
            progress(i + 1, len(made) + len(WAYS), name)
    scores: dict[str, dict[tuple[str, str], Floats]] = {}
    for i, way in enumerate(WAYS):
        scores[way] = _asked(told, way, seed)
        if progress:
            progress(len(made) + i + 1, len(made) + len(WAYS), way)
    first = next(iter(told.values()))
    return Simulated(_document({k: [float(x) for x in v] for k, v in settings.items()}, first, scores))


def _without_cadence(t: Trials) -> Trials:
    names = [n for n in t.table.names if not left_out(n, ("cadence",))]
    return replace(t, table=t.table.select(names))


def _asked(told: Mapping[str, Trials], way: str, seed: int) -> dict[tuple[str, str], Floats]:
    """(trained with, asked with) -> a score for each claim; a model is fitted once for the mice it learns from."""
    free, normal, augmented = WAYS[way]
    names = next(iter(told.values())).table.names
    kept = np.array([j for j, n in enumerate(names) if not (free and left_out(n, RATE_FREE))], np.int64)
    rows = {m: t.table.values[:, kept] for m, t in told.items()}
    if normal:
        rows = _normalised(told, rows, seed)
    fitted: dict[tuple[str, ...], Verifier] = {}
    out = {}
    for pair in product(told, told):
        # every mouse but the one asked with; the one trained with is known in any case
        sources = tuple(m for m in told if m == pair[0] or (augmented and m != pair[1]))
        if sources not in fitted:
            fitted[sources] = Verifier.of(told, rows, sources, seed)
        out[pair] = fitted[sources].claims(told[pair[1]], rows[pair[1]])
    return out


def _normalised(told: Mapping[str, Trials], rows: Mapping[str, Floats], seed: int) -> dict[str, Floats]:
    """Each person's rows in units of what other people's enrolment with each mouse taught, in five parts of people."""
    people = len(next(iter(told.values())).people)
    fold = np.random.default_rng(seed).permutation(people) % min(5, people)
    mouse = np.concatenate([np.full(len(v), m) for m, v in rows.items()])
    table = np.vstack(list(rows.values()))
    owner = fold[np.concatenate([told[m].person for m in rows])]
    enrol = np.concatenate([told[m].enrol for m in rows])
    found = np.empty_like(table)
    for k in range(int(fold.max()) + 1):
        teach = enrol & (owner != k)
        made = make_normaliser(NORMALISER, ties="leave").fit(table[teach], configuration=mouse[teach])
        found[owner == k] = made.transform(table[owner == k], configuration=mouse[owner == k])
    return {m: found[mouse == m] for m in rows}


@dataclass(frozen=True, eq=False)
class Verifier:
    """A model of everybody who enrolled, by mice, and the columns it reads."""

    fitted: Recogniser
    columns: Ints

    @classmethod
    def of(cls, told: Mapping[str, Trials], rows: Mapping[str, Floats], sources: Sequence[str], seed: int) -> Verifier:
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
        asked = np.flatnonzero(~t.enrol & np.isin(t.recording, t.session))
        said = self.fitted.decision_function(values[np.ix_(asked, self.columns)])
        said -= said.max(axis=1, keepdims=True)
        share = np.exp(said / max(float(np.abs(said).mean()), 1e-12))  # margins of many alike columns are far too sure
        scores = np.zeros((len(t.table), len(t.people)))
        known = self.fitted.classes_.astype(np.int64)
        scores[np.ix_(asked, known)] = np.log(share / share.sum(axis=1, keepdims=True) + EDGE)
        return np.asarray(against_others(by_session(t, scores))[t.session, t.claim])


def _document(
    settings: dict[str, list[float]], first: Trials, scores: Mapping[str, Mapping[tuple[str, str], Floats]]
) -> dict[str, Any]:
    pairs = list(scores["raw"])
    same, other = [p for p in pairs if p[0] == p[1]], [p for p in pairs if p[0] != p[1]]
    draws = _draws(first, scores, pairs)
    rows = []
    for way in scores:
        for pair in pairs:
            lost = draws["raw", (pair[0], pair[0])] - draws["raw", pair]
            won = draws[way, pair] - draws["raw", pair]
            back = None if way == "raw" or pair[0] == pair[1] or lost[0] <= 0.005 else _ratio(won, lost)
            rows.append({"train": pair[0], "test": pair[1], "way": way, **_e(draws[way, pair]), "recovered": back})
    means = {(w, k): np.mean([draws[w, p] for p in ps], axis=0) for w in scores
             for k, ps in (("same", same), ("other", other))}  # fmt: skip
    lost = means["raw", "same"] - means["raw", "other"]
    summary = [
        {"way": w, "same": _e(means[w, "same"]), "other": _e(means[w, "other"]),
         "lost": _e(means[w, "same"] - means[w, "other"]),
         "recovered": None if w == "raw" else _ratio(means[w, "other"] - means["raw", "other"], lost)}
        for w in scores
    ]  # fmt: skip
    return {"settings": settings, "task": "verify", "score": "auc", "people": len(first.people),
            "claims": len(first.claim), "rows": rows, "summary": summary}  # fmt: skip


def _draws(
    first: Trials, scores: Mapping[str, Mapping[tuple[str, str], Floats]], pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, tuple[str, str]], Floats]:
    """AUC of each way and pair: of all claims, then of draws of sessions, the same draws for all; (1 + TIMES,)."""
    codes = group_codes(first.session.astype(str), len(first.claim))
    n = int(codes.max()) + 1
    times = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), TIMES)
    weights = np.vstack([np.ones(len(codes)), times[:, codes]]).astype(np.float64)
    auc = metric("auc")
    return {
        (way, pair): np.asarray(auc.batch(first.genuine, found[pair], weights), np.float64)
        for way, found in scores.items() for pair in pairs
    }  # fmt: skip


def _e(drawn: Floats) -> dict[str, float]:
    low, high = np.nanquantile(drawn[1:], [0.025, 0.975])
    return {"value": round(float(drawn[0]), 6), "low": round(float(low), 6), "high": round(float(high), 6)}


def _ratio(won: Floats, lost: Floats) -> dict[str, float] | None:
    """The share won back, with its interval; None where nothing was lost."""
    if lost[0] <= 0:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(lost > 0, won / lost, np.nan)
    return _e(share)
