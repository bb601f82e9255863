"""The same hands with other mice: what a verifier trained with one loses with another, and what wins it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.devices import Mouse, record
from musculus.errors import DataError, UnknownName
from musculus.evaluate.metrics import metric
from musculus.evaluate.resample import group_codes
from musculus.evaluate.study.ways import OUT, RESAMPLED, Scores, about, asked, ways
from musculus.events import Events
from musculus.models.normalisers import make_normaliser
from musculus.tasks.cadence import left_out
from musculus.tasks.verify import Trials, trials

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int, str], None]
KEYS: Final = {"dpi": "dpi", "polling": "polling_hz", "polling_hz": "polling_hz", "sensitivity": "sensitivity"}
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
    as otherwise. People are dealt to two halves: claims are made within each, the other's enrolment with all mice
    teaches the normaliser. Those of the gain know it as declared, and are asked where it changes.
    DataError for fewer than two mice or four people.
    """
    made = mice(settings)
    if len(made) < 2:
        raise DataError("one simulated mouse: name at least two values, as polling=60,1000")
    asking = ways([m.px_per_inch for m in made.values()])
    steps, told, slow = len(made) + len(asking), {}, {}
    for i, (name, mouse) in enumerate(made.items()):
        again = record(events, mouse, seed=seed + i, hand=hand)
        told[name] = _trials(again, person)
        slow[name] = _trials(make_normaliser(RESAMPLED).fit(again).transform(again), person)
        if progress:
            progress(i + 1, steps, name)
    told, slow = _same_claims(told, slow)
    first = next(iter(told.values()))
    if len(first.people) < 4:
        raise DataError(f"{len(first.people)} people: four are needed, two to verify and two to teach a normaliser")
    half = np.random.default_rng(seed).permutation(len(first.people)) % 2
    halves = [[{m: _of_people(t, half == h) for m, t in one.items()} for one in (told, slow)] for h in (0, 1)]
    asked_of = [next(iter(one.values())) for one, _ in halves]
    scores: dict[str, Scores] = {}
    for i, (name, way) in enumerate(asking.items()):
        at = int(way.normaliser == RESAMPLED)
        parts = [asked(halves[h][at], halves[1 - h][at], made, way, seed) for h in (0, 1)]
        scores[name] = {pair: np.concatenate([part[pair] for part in parts]) for pair in parts[0]}
        if progress:
            progress(len(made) + i + 1, steps, name)
    given = {k: [float(x) for x in v] for k, v in settings.items()}
    return Simulated(_document(given, Claims.of(asked_of), scores))


class Claims(NamedTuple):
    """What was asked: the session of each claim, whether it was true, and how many people there are."""

    session: npt.NDArray[np.int64]
    genuine: npt.NDArray[np.bool_]
    people: int

    @classmethod
    def of(cls, parts: Sequence[Trials]) -> Claims:
        """The claims of several parts of the people."""
        session, genuine = (np.concatenate([getattr(t, n) for t in parts]) for n in ("session", "genuine"))
        return cls(session, genuine, sum(len(t.people) for t in parts))


def _of_people(t: Trials, members: npt.NDArray[np.bool_]) -> Trials:
    """The rows of some of the people, and the claims they make to be one another."""
    owner = np.full(len(t.recordings), -1)
    owner[t.recording] = t.person
    rows = members[t.person]
    claims = members[t.claim] & members[owner[t.session]]
    number = np.cumsum(members) - 1
    table = replace(t.table, values=t.table.values[rows], ids={k: v[rows] for k, v in t.table.ids.items()})
    return replace(
        t, table=table, person=number[t.person[rows]], enrol=t.enrol[rows], recording=t.recording[rows],
        after=t.after[rows], elapsed=t.elapsed[rows], people=tuple(np.array(t.people)[members].tolist()),
        claim=number[t.claim[claims]], session=t.session[claims], genuine=t.genuine[claims],
    )  # fmt: skip


def _trials(events: Events, person: str) -> Trials:
    """The claims, without features that say where or how long somebody was recorded, or that read the clock."""
    t = trials(events, person=person, leave_out=OUT)
    return replace(t, table=t.table.select([n for n in t.table.names if not left_out(n, ("cadence",))]))


def _same_claims(*told: dict[str, Trials]) -> list[dict[str, Trials]]:
    """The claims of sessions that have an action with every mouse: a coarse one may leave nothing of a short one."""
    everywhere = set.intersection(*(set(t.session.tolist()) for one in told for t in one.values()))
    if not everywhere:
        raise DataError("no session has an action with every simulated mouse: nothing can be claimed")
    return [{m: _claims(t, np.isin(t.session, list(everywhere))) for m, t in one.items()} for one in told]


def _claims(t: Trials, some: npt.NDArray[np.bool_]) -> Trials:
    return replace(t, claim=t.claim[some], session=t.session[some], genuine=t.genuine[some])


def _document(
    settings: dict[str, list[float]], first: Claims, scores: Mapping[str, Mapping[tuple[str, str], Floats]]
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
        {"way": w, "about": about(w), "same": _e(means[w, "same"]), "other": _e(means[w, "other"]),
         "lost": _e(means[w, "same"] - means[w, "other"]),
         "recovered": None if w == "raw" else _ratio(means[w, "other"] - means["raw", "other"], lost)}
        for w in scores
    ]  # fmt: skip
    return {"settings": settings, "task": "verify", "score": "auc", "people": first.people,
            "claims": len(first.genuine), "rows": rows, "summary": summary}  # fmt: skip


def _draws(
    first: Claims, scores: Mapping[str, Mapping[tuple[str, str], Floats]], pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, tuple[str, str]], Floats]:
    """AUC of each way and pair: of all claims, then of draws of sessions, the same draws for all; (1 + TIMES,)."""
    codes = group_codes(first.session.astype(str), len(first.genuine))
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
