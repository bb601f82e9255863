"""Splits that can't leak: a `Split` refuses to exist where a row, or anything that must stay apart, is on both
sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError, UsageError
from musculus.evaluate.names import group_names

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers to train on and to test on, and the names of what they keep apart. Make it with `Split.of`.

    `protocol` says in words how it was cut; rows on neither side were left out on purpose.
    """

    train: Rows
    test: Rows
    apart: tuple[str, ...]
    protocol: str = ""

    @classmethod
    def of(
        cls, train: npt.ArrayLike, test: npt.ArrayLike, apart: Mapping[str, npt.ArrayLike], protocol: str = ""
    ) -> Split:
        """A split of rows whose `apart` columns (person, session, site ..., one value per row) share no value.

        Raises DataError naming what is on both sides, or a side that is empty.

        >>> Split.of([0, 1], [2], {"person": ["ann", "bob", "ann"]})
        Traceback (most recent call last):
        musculus.errors.DataError: person on both sides of the split: ann (row 0 to train, row 2 to test); ...
        """
        sides = np.asarray(train, dtype=np.intp), np.asarray(test, dtype=np.intp)
        for name, side in zip(("train", "test"), sides, strict=True):
            if not len(side):
                raise DataError(f"no row to {name} on; there are too few groups for this split")
            if len(np.unique(side)) != len(side):
                raise DataError(f"a row stands twice on the {name} side")
        both = np.intersect1d(*sides)
        if len(both):
            raise DataError(f"{len(both)} rows on both sides of the split, the first is row {int(both[0])}")
        for name, values in apart.items():
            _refuse_overlap(name, group_names(values, name), *sides)
        return cls(*sides, tuple(apart), protocol)


def _refuse_overlap(name: str, values: npt.NDArray[Any], train: Rows, test: Rows) -> None:
    both = np.intersect1d(values[train], values[test])
    if len(both):
        first = int(train[np.argmax(values[train] == both[0])]), int(test[np.argmax(values[test] == both[0])])
        shown = f"{both[0]} (row {first[0]} to train, row {first[1]} to test)"
        more = f" and {len(both) - 1} more" if len(both) > 1 else ""
        raise DataError(f"{name} on both sides of the split: {shown}{more}; split by {name}")


def between(name: str, groups: npt.ArrayLike, folds: int = 5, *, labels: Any = None, seed: int = 0) -> Iterator[Split]:
    """Folds of whole groups (`name` is person, session, site, device ...): between-subject where the groups are people.

    With `labels` each fold gets about the same share of each label. Seeded.
    """
    from sklearn.model_selection import GroupKFold, StratifiedGroupKFold

    values = group_names(groups, name)
    count = len(np.unique(values))
    if not 2 <= folds <= count:
        raise UsageError(f"{folds} folds of {count} different values of {name}; from 2 to {count}")
    kind = GroupKFold if labels is None else StratifiedGroupKFold
    cut = kind(n_splits=folds, shuffle=True, random_state=seed).split(np.zeros(len(values)), labels, values)
    for number, (train, test) in enumerate(cut, 1):
        yield Split.of(train, test, {name: values}, f"between {name}s, fold {number} of {folds}")


def leave_one_out(name: str, groups: npt.ArrayLike) -> Iterator[Split]:
    """Each group is tested once by a model of all others: leave one site, one generator family, one device out."""
    values = group_names(groups, name)
    for value in np.unique(values).tolist():
        mine = values == value
        yield Split.of(np.flatnonzero(~mine), np.flatnonzero(mine), {name: values}, f"{name} {value} left out")


def holdout(name: str, groups: npt.ArrayLike, share: float = 0.25, *, labels: Any = None, seed: int = 0) -> Split:
    """One split with about a `share` of the groups to test on, of each label where `labels` are given (one per group
    then counts).
    """
    values = group_names(groups, name)
    names, first = np.unique(values, return_index=True)
    kinds = np.zeros(len(names)) if labels is None else np.asarray(labels)[first]
    rng = np.random.default_rng(seed)
    chosen: list[str] = []
    for kind in np.unique(kinds):
        mine = rng.permutation(names[kinds == kind])
        chosen += mine[: max(1, round(share * len(mine)))].tolist()
    test = np.isin(values, chosen)
    return Split.of(np.flatnonzero(~test), np.flatnonzero(test), {name: values}, f"{share:.0%} of {name}s held out")


def by_time(
    time: npt.ArrayLike,
    share: float = 0.25,
    *,
    session: npt.ArrayLike | None = None,
    person: npt.ArrayLike | None = None,
) -> Split:
    """Train on the past, test on the latest `share`; sessions that straddle the border are left out.

    With `person`, within each person: everybody's last sessions are tested (within-subject over time). `time` is
    anything that sorts, equal times stay together.
    """
    when = np.asarray(time)
    people = np.full(len(when), "all") if person is None else group_names(person, "person")
    late = np.zeros(len(when), dtype=np.bool_)
    for value in np.unique(people):
        mine = people == value
        border = np.sort(when[mine])[min(int(np.ceil((1 - share) * mine.sum())), int(mine.sum()) - 1)]
        late |= mine & (when >= border)
    keep = np.ones(len(when), dtype=np.bool_)
    apart: dict[str, npt.ArrayLike] = {}
    if session is not None:
        sessions = group_names(session, "session")
        keep = ~np.isin(sessions, np.intersect1d(sessions[late], sessions[~late]))
        apart["session"] = sessions
    how = "the last part of each person's time" if person is not None else f"the last {share:.0%} of the time"
    return Split.of(np.flatnonzero(keep & ~late), np.flatnonzero(keep & late), apart, f"{how} tested")


def within(person: npt.ArrayLike, session: npt.ArrayLike, folds: int = 5, *, seed: int = 0) -> Iterator[Split]:
    """Within-subject: everybody is on both sides, but no session is; each person's sessions are dealt out evenly.

    Raises DataError for a person with fewer sessions than folds, who would be missing from a side.
    """
    people = group_names(person, "person")
    sessions = np.char.add(
        np.char.add(people, "/"), group_names(session, "session")
    )  # two people may both have a session 1
    rng = np.random.default_rng(seed)
    fold = np.zeros(len(people), dtype=np.intp)
    for value in np.unique(people).tolist():
        own = rng.permutation(np.unique(sessions[people == value]))
        if len(own) < folds:
            raise DataError(f"{value} has {len(own)} sessions, {folds} folds need one each; take fewer folds")
        place = {name: number % folds for number, name in enumerate(own.tolist())}
        mine = np.flatnonzero(people == value)
        fold[mine] = [place[name] for name in sessions[mine].tolist()]
    for number in range(folds):
        test = fold == number
        how = f"within persons, sessions apart, fold {number + 1} of {folds}"
        yield Split.of(np.flatnonzero(~test), np.flatnonzero(test), {"session": sessions}, how)
