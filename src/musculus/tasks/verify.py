"""Is this the claimed person? Actions of enrolled people, and sessions that claim to be one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.events import Events
from musculus.features import FeatureTable, features

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

# What says where and how a person was recorded rather than how they move; each is left out of the headline.
SIZE: Final = (
    "event_count", "winslow_segments", "winslow_motions", "strokes", "clicks", "key_count", "scroll_distance",
)  # fmt: skip
CADENCE: Final = ("event_rate", "clock_resolution", "clock_regressions", "dt_", "coalesced_share", "fractional_share")
POSITION: Final = ("out_of_screen",)
LEFT_OUT: Final = {"size": SIZE, "cadence": CADENCE, "position": POSITION}
ENROL: Final = 0.7  # share of each person's recordings that enrol, in order, where the data don't say


@dataclass(frozen=True, eq=False)
class Trials:
    """Sessions that claim to be somebody: one row a claim.

    Attributes
    ----------
    table : the actions of all recordings
    person : (n_rows,) whose action it is, index into `people`
    enrol : (n_rows,) which actions enrol their person
    recording : (n_rows,) index into `recordings`
    people, recordings : names
    claim : (n_trials,) the person claimed; session : (n_trials,) index of the recording; genuine : (n_trials,)
    protocol : in words
    """

    table: FeatureTable
    person: Ints
    enrol: Bools
    recording: Ints
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
    leave_out: Sequence[str] = ("size", "cadence", "position"),
    per: str = "action",
    tier: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Trials:
    """The verification task of these recordings.

    Where they carry `split` (train, test) and `illegal` (Balabit), training recordings enrol, and each labelled test
    recording claims its person. Else each person's first 70 % of recordings enrol, and every other recording claims to
    be each person in turn. `leave_out` names groups of features (see LEFT_OUT) that say where somebody was recorded.
    DataError without people, or with fewer than two.
    """
    if person not in events.context:
        known = ", ".join(events.context) or "nothing"
        raise DataError(f"verification needs the column {person!r}; the context has {known}")
    who = events.context[person].astype(str)
    people, codes = np.unique(who, return_inverse=True)
    if len(people) < 2:
        raise DataError(f"verification needs at least two people; the column {person!r} holds {len(people)}")
    table = features(events, per, tier=tier, progress=progress)
    table = table.select([n for n in table.names if not left_out(n, leave_out)])
    at = {name: i for i, name in enumerate(events.recordings)}
    recording = np.array([at[r] for r in table.ids["recording"]], np.int64)
    if {"split", "illegal"} <= set(events.context):
        training, claim, session, genuine, protocol = _labelled(events, codes)
    else:
        training, claim, session, genuine, protocol = _in_turn(codes)
    some = np.isin(session, recording)  # a session without a single action can't be judged
    return Trials(
        table, codes[recording], training[recording], recording, tuple(people.tolist()), events.recordings,
        claim[some], session[some], genuine[some], protocol,
    )  # fmt: skip


def left_out(name: str, groups: Sequence[str]) -> bool:
    """Whether a feature belongs to one of the groups.

    >>> left_out("dt_cv", ["cadence"]), left_out("velocity_mean", ["cadence"])
    (True, False)
    """
    return any(name.startswith(prefix) for g in groups for prefix in LEFT_OUT[g])


Parts = tuple[Bools, Ints, Ints, Bools, str]


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


def fuse(table: Trials, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """One number a trial: the mean over the session's actions of each action's score for the claimed person.

    `scores` has a row for each action and a column for each person; shape (n_trials,).
    """
    n = len(table.recordings)
    count = np.bincount(table.recording, minlength=n)
    totals = np.stack([np.bincount(table.recording, s, n) for s in scores.T], axis=1)
    with np.errstate(invalid="ignore"):
        means = totals / count[:, None]
    out: npt.NDArray[np.float64] = means[table.session, table.claim]
    return out
