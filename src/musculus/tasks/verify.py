"""Is this the claimed person? Actions of enrolled people, and sessions that claim to be one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import ACTIONS as ACTION_KINDS
from musculus.cut import cut
from musculus.errors import DataError
from musculus.events import Events
from musculus.events.schema import KIND
from musculus.features import OVER, FeatureTable, features, summed
from musculus.tasks.cadence import HEADLINE, PLACE, left_out, thinned

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ACTIONS: Final = 8  # a row sums up so many actions in a row: one alone says little of a person
THINNED: Final = ", moves thinned to ten a second"
MEANING: Final = {  # of the columns that are no measures
    "action_MM": "1 for a movement without a click or drag, else 0",
    "action_PC": "1 for a movement that ends in a click, else 0",
    "action_DD": "1 for a drag, else 0",
    "action_SC": "1 for scrolling, else 0",
    "start_x": "Where on the screen the action begins, from the left",
    "start_y": "Where on the screen the action begins, from the top",
    "end_x": "Where on the screen the action ends, from the left",
    "end_y": "Where on the screen the action ends, from the top",
}
ENROL: Final = 0.7  # share of each person's recordings that enrol, in order, where the data don't say


@dataclass(frozen=True, eq=False)
class Trials:
    """Sessions that claim to be somebody: one row a claim.

    Attributes
    ----------
    table : rows of `ACTIONS` successive actions each, mean, standard deviation and median over them
    person : (n_rows,) whose row it is, index into `people`
    enrol : (n_rows,) which rows enrol their person
    recording : (n_rows,) index into `recordings`
    after : (n_rows,) actions of the recording up to the row's end; elapsed : (n_rows,) ms since the recording's first
    interval : (n_recordings,) median ms between successive events of a recording: its cadence
    people, recordings : names
    claim : (n_trials,) the person claimed; session : (n_trials,) index of the recording; genuine : (n_trials,)
    protocol : in words
    """

    table: FeatureTable
    person: Ints
    enrol: Bools
    recording: Ints
    after: Ints
    elapsed: Floats
    interval: Floats
    people: tuple[str, ...]
    recordings: tuple[str, ...]
    claim: Ints
    session: Ints
    genuine: Bools
    protocol: str


def trials(
    events: Events,
    *,
    person: str = "person",
    leave_out: Sequence[str] = HEADLINE,
    actions: int = ACTIONS,
    tier: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Trials:
    """The verification task of these recordings.

    Where they carry `split` (train, test) and `illegal` (Balabit), training recordings enrol, and each labelled test
    recording claims its person. Else each person's first 70 % of recordings enrol, and every other recording claims to
    be each person in turn. `leave_out` names groups of features (see LEFT_OUT) that say where somebody was recorded;
    with `cadence` all recordings are thinned to one cadence, too, so that it isn't read from what is left.
    DataError without people, or with fewer than two.
    """
    who = people_of(events, person, "verification")
    people, codes = np.unique(who, return_inverse=True)
    if len(people) < 2:
        raise DataError(f"verification needs at least two people; the column {person!r} holds {len(people)}")
    seen = thinned(events) if "cadence" in leave_out else events
    table = _actions(seen, leave_out, tier, progress)
    at = {name: i for i, name in enumerate(events.recordings)}
    owner = np.array([at[r] for r in table.ids["recording"]], np.int64)
    training, claim, session, genuine, protocol = parts(events, codes)
    rows, recording, after, elapsed = _rows(table, owner, training, actions)
    some = np.isin(session, recording)  # a session without a single action can't be judged
    return Trials(
        rows, codes[recording], training[recording], recording, after, elapsed, intervals(events),
        tuple(people.tolist()), events.recordings, claim[some], session[some], genuine[some],
        f"{protocol}; rows of {actions} actions{THINNED if seen is not events else ''}",
    )  # fmt: skip


def people_of(events: Events, person: str, task: str) -> npt.NDArray[Any]:
    """Whose each recording is, as text. DataError without the column."""
    if person not in events.context:
        known = ", ".join(events.context) or "nothing"
        raise DataError(f"{task} needs the column {person!r}; the context has {known}")
    return events.context[person].astype(str)


def _actions(
    events: Events, leave_out: Sequence[str], tier: Sequence[str] | None, progress: Callable[[int, int], None] | None
) -> FeatureTable:
    """The actions with the features to be used; those of keys only where there are keys."""
    from musculus.measures import COLUMNS

    keys = bool((events.kind == KIND["key_down"]).any())
    slow = {c for c, m in COLUMNS.items() if m.slow}
    chosen = [
        c for c, m in COLUMNS.items() if c not in slow and not left_out(c, leave_out)
        and (keys or m.category != "keyboard")
    ]  # fmt: skip
    table = features(events, "action", only=chosen, tier=tier, progress=progress)
    c = cut(events, "action")
    what = c.action if c.action is not None else np.zeros(len(c), np.int8)
    more = {f"action_{name}": (what == i).astype(np.float64) for i, name in enumerate(ACTION_KINDS)}
    if "position" not in leave_out:
        ends = (c.start, c.start, c.end - 1, c.end - 1)
        more |= {n: events.columns[n[-1]][rows] for n, rows in zip(PLACE, ends, strict=True)}
    about = {
        n: {"unit": "px" if n in PLACE else "1", "tier": "raw", "category": "action", "measure": n, "meaning": words}
        for n, words in MEANING.items()
        if n in more
    }
    values = np.hstack([table.values, *(column[:, None] for column in more.values())])
    return replace(table, names=(*table.names, *more), values=values, about={**table.about, **about})


def _rows(table: FeatureTable, owner: Ints, training: Bools, actions: int) -> tuple[FeatureTable, Ints, Ints, Floats]:
    """Rows of so many successive actions of a recording: every second one that enrols begins, every fourth tested.

    A recording of fewer actions is one row of what there is.
    """
    bounds = np.flatnonzero(np.diff(owner, prepend=-1, append=-1))
    inside, begins, sizes = [], [], []
    for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        step = max(1, actions // 4 if training[owner[first]] else actions // 2)
        size = min(actions, last - first)
        starts = np.arange(first, last - size + 1, step)
        inside.append((starts[:, None] + np.arange(size)).ravel())
        begins.append(np.full(len(starts), first))
        sizes.append(np.full(len(starts), size))
    order, first_of = np.concatenate(inside), np.concatenate(begins)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
    last_of = order[offsets[1:] - 1]
    elapsed: Floats = (table.ids["end"][last_of] - table.ids["start"][first_of]).astype(np.float64)
    return _summed(table, order, offsets), owner[last_of], last_of - first_of + 1, elapsed


def _summed(table: FeatureTable, order: Ints, offsets: Ints) -> FeatureTable:
    pairs = [(n, s) for n in table.names for s in OVER]
    about = {f"{n}__{s}": {**table.about[n], "over_actions": s} for n, s in pairs}
    ids = {"recording": table.ids["recording"][order[offsets[:-1]]]}
    return FeatureTable(tuple(about), summed(table.values, order, offsets), ids, "actions", about)


def intervals(events: Events) -> Floats:
    """Median ms between successive events of each recording, of steps above 0 and below half a second."""
    found = np.full(len(events), np.nan)
    for i in range(len(events)):
        steps = np.diff(events.t[events.offsets[i] : events.offsets[i + 1]])
        steps = steps[(steps > 0) & (steps < 500)]
        if len(steps):
            found[i] = np.median(steps)
    return found


Parts = tuple[Bools, Ints, Ints, Bools, str]


def parts(events: Events, codes: Ints) -> Parts:
    """Which recordings enrol, and who claims what: person, recording and whether it is true of each claim; in words."""
    if {"split", "illegal"} <= set(events.context):
        return _labelled(events, codes)
    return _in_turn(codes)


def _labelled(events: Events, codes: Ints) -> Parts:
    training = events.context["split"] == "train"
    illegal: npt.NDArray[Any] = events.context["illegal"]
    known = np.array([str(v).lower() not in ("none", "nan") for v in illegal], bool) & ~training
    session = np.flatnonzero(known)
    genuine = ~illegal[session].astype(bool)
    words = "training recordings enrol; each labelled test recording claims its account"
    return training, codes[session], session, genuine, words


def _in_turn(codes: Ints) -> Parts:
    training = np.zeros(len(codes), bool)
    for p in np.unique(codes):
        mine = np.flatnonzero(codes == p)
        training[mine[: max(1, round(ENROL * len(mine)))]] = True
    later = np.flatnonzero(~training)
    if not len(later):
        raise DataError("every person has one recording only, so none is left to verify: cut them in two, by time")
    n = int(codes.max()) + 1
    claim, session = np.tile(np.arange(n), len(later)), np.repeat(later, n)
    words = f"the first {ENROL:.0%} of each person's recordings enrol; every later one claims to be each person in turn"
    return training, claim, session, codes[session] == claim, words


def fuse(table: Trials, scores: Floats, upto: int | None = None) -> Floats:
    """One number a trial: the mean over the session's rows of each row's score for the claimed person.

    `scores` has a row for each row and a column for each person; shape (n_trials,). `upto` counts a session's first so
    many actions only (where it has fewer, all of them).
    """
    return by_session(table, scores, upto)[table.session, table.claim]


def by_session(table: Trials, scores: Floats, upto: int | None = None) -> Floats:
    """Mean score of each recording for each person, shape (n_recordings, n_people); NaN without rows."""
    n = len(table.recordings)
    least = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(least, table.recording, table.after)  # a session's first row counts always
    early = np.ones(len(scores), bool) if upto is None else table.after <= np.maximum(upto, least[table.recording])
    count = np.bincount(table.recording[early], minlength=n)
    totals = np.stack([np.bincount(table.recording[early], s[early], n) for s in scores.T], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(totals / count[:, None])


def against_others(scores: Floats) -> Floats:
    """Each person's score less that of the likeliest other one, same shape: what speaks for a claim is relative.

    >>> against_others(np.array([[0.7, 0.2, 0.1]])).round(6)
    array([[ 0.5, -0.5, -0.6]])
    """
    best, second = np.sort(scores, axis=1)[:, [-1, -2]].T
    found: Floats = scores - np.where(scores == best[:, None], second[:, None], best[:, None])
    return found
