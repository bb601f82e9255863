"""Features that give the answer away: from one of them alone one reads who it was, with which mouse, or when."""

from __future__ import annotations

from collections.abc import Iterator
from math import lgamma, log
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.flags import Flag
from musculus.evaluate.study.table import StudyTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CHANCE: Final = log(1e-6)  # that the groups of a table stand apart in any of its columns by chance
PEOPLE: Final = 5  # below which people may well stand apart by themselves


def told_apart(table: StudyTable) -> Iterator[Flag]:
    """Columns whose values of any two groups never overlap, in which chance has less than one part in a million.

    `tells_configuration` (or what it predicts: `tells_label`), `tells_person` (of five people or more), and
    `row_order`: numbers that rise, or fall, with every row of each person. A rate of polling may tell the configuration
    honestly; a number that somebody wrote down, a clock or a counter tells it, too, and no model should have it.
    """
    kinds = {"tells_configuration": table.configuration, "tells_person": table.person}
    if len(table.people) < PEOPLE:
        del kinds["tells_person"]
    if table.label is not None:
        kinds["tells_label"] = table.label
    codes = {kind: np.unique(words, return_inverse=True)[1].astype(np.int64) for kind, words in kinds.items()}
    person = np.unique(table.person, return_inverse=True)[1].astype(np.int64)
    for name, column in zip(table.names, table.values.T, strict=True):
        told = ~np.isnan(column)
        for kind, code in codes.items():
            if _apart(column[told], code[told], len(table.names)):
                what = kind.partition("_")[2]
                yield Flag(name, kind, f"the values of one {what} never overlap those of another: it tells them alone")
        if _ordered(column[told], person[told], len(table.names)):
            yield Flag(name, "row_order", "rises, or falls, with each row of everybody: a clock or a counter")


def _apart(column: Floats, code: Ints, columns: int) -> bool:
    """Whether groups are stretches of the sorted column, with no value in two, and chance can't have done it."""
    counts = np.bincount(code)
    counts = counts[counts > 0]
    if len(counts) < 2 or _unlikely(counts) > CHANCE - log(columns):
        return False
    order = np.argsort(column, kind="stable")
    sorted_, of = column[order], code[order]
    changes = of[1:] != of[:-1]
    return bool(changes.sum() == len(counts) - 1 and (sorted_[1:] > sorted_[:-1])[changes].all())


def _unlikely(counts: npt.NDArray[np.int64]) -> float:
    """Logarithm of the chance that values dealt by lot leave groups of this size apart."""
    every = lgamma(int(counts.sum()) + 1)
    return sum(lgamma(int(n) + 1) for n in counts) + lgamma(len(counts) + 1) - every


def _ordered(column: Floats, person: Ints, columns: int) -> bool:
    """Whether the column rises (or falls) strictly with every row of each person, and chance can't have done it."""
    order = np.argsort(person, kind="stable")
    step = np.diff(column[order])[np.diff(person[order]) == 0]
    counts = np.bincount(person)
    by_chance = log(2) - sum(lgamma(int(n) + 1) for n in counts)
    return bool(len(step) and by_chance < CHANCE - log(columns) and ((step > 0).all() or (step < 0).all()))
