"""People, sessions, sites and moments on the wrong side."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.leaks import Leak, Sides


def on_both_sides(sides: Sides) -> list[Leak] | None:
    """A person, session, site ... with rows to train and rows to test."""
    if not sides.groups:
        return None
    found = []
    for name, values in sides.groups.items():
        if name in sides.may_meet:
            continue
        both = np.intersect1d(values[sides.train].astype(str), values[sides.test].astype(str))
        if len(both):
            share = np.isin(values[sides.test].astype(str), both).mean()
            seen = f"{len(both)} of them, the first is {both[0]}; {share:.0%} of the test rows are theirs"
            found.append(Leak(f"{name}_on_both_sides", seen, f"split by {name}"))
    return found


def spelled_twice(sides: Sides) -> list[Leak] | None:
    """The same person under two spellings, one to train and one to test: `p07` and `P7 `."""
    if not sides.groups:
        return None
    found = []
    for name, values in sides.groups.items():
        train, test = (_by_spelling(values[side]) for side in (sides.train, sides.test))
        pairs = [
            (train[plain], test[plain])
            for plain in sorted(train.keys() & test.keys())
            if not train[plain] & test[plain]
        ]
        if pairs:
            shown = f"{min(pairs[0][0])!r} to train, {min(pairs[0][1])!r} to test"
            found.append(
                Leak(f"{name}_spelled_twice", f"{len(pairs)} of them: {shown}", "give each one name, then split")
            )
    return found


def future_in_training(sides: Sides) -> list[Leak] | None:
    """Training rows recorded after the first test row, where the protocol says past first (within each person who may
    be on both sides).
    """
    if sides.time is None or not sides.past_first:
        return None
    people = sides.groups["person"] if "person" in sides.may_meet else np.zeros(len(sides.table))
    late = 0
    for person in np.unique(people[sides.test]):
        train, test = (side[people[side] == person] for side in (sides.train, sides.test))
        late += int((sides.time[train] >= sides.time[test].min()).sum())
    step = "split with by_time, or don't claim that the past predicts the future"
    return [Leak("future_in_training", f"{late} training rows are not older than the test rows", step)] if late else []


def _by_spelling(values: npt.NDArray[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in np.unique(values.astype(str)).tolist():
        letters = re.sub(r"[\W_]+", "", name.casefold())
        found.setdefault(re.sub(r"(?<!\d)0+(?=\d)", "", letters) if not letters.isdigit() else letters, set()).add(name)
    return found
