"""Features that give the answer away: from one of them alone one reads who it was, with which mouse, or when."""

from __future__ import annotations

from collections.abc import Iterator
from math import lgamma, log
from typing import Final, NamedTuple

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
    groups = {kind: _groups(words) for kind, words in kinds.items()}
    person = _groups(table.person)
    for name, column in zip(table.names, table.values.T, strict=True):
        for kind, group in groups.items():
            if _apart(column, group, len(table.names)):
                what = kind.partition("_")[2]
                yield Flag(name, kind, f"the values of one {what} never overlap those of another: it tells them alone")
        if _ordered(column, person, len(table.names)):
            yield Flag(name, "row_order", "rises, or falls, with each row of everybody: a clock or a counter")


class Groups(NamedTuple):
    """Rows group by group, (n_rows,), and where each group begins among them, (n_groups,)."""

    rows: Ints
    starts: Ints


def _groups(words: npt.NDArray[np.str_]) -> Groups:
    code = np.unique(words, return_inverse=True)[1]
    rows = np.argsort(code, kind="stable")
    return Groups(rows, np.flatnonzero(np.diff(code[rows], prepend=-1)))


def _apart(column: Floats, group: Groups, columns: int) -> bool:
    """Whether groups are stretches of the sorted column, with no value in two, and chance can't have done it."""
    values = column[group.rows]
    told = ~np.isnan(values)
    low = np.minimum.reduceat(np.where(told, values, np.inf), group.starts)
    high = np.maximum.reduceat(np.where(told, values, -np.inf), group.starts)
    counts = np.add.reduceat(told.astype(np.int64), group.starts)
    low, high, counts = low[counts > 0], high[counts > 0], counts[counts > 0]
    order = np.argsort(low)
    if len(counts) < 2 or not (high[order[:-1]] < low[order[1:]]).all():
        return False
    return _unlikely(counts) <= CHANCE - log(columns)


def _unlikely(counts: npt.NDArray[np.int64]) -> float:
    """Logarithm of the chance that values dealt by lot leave groups of this size apart."""
    every = lgamma(int(counts.sum()) + 1)
    return sum(lgamma(int(n) + 1) for n in counts) + lgamma(len(counts) + 1) - every


def _ordered(column: Floats, person: Groups, columns: int) -> bool:
    """Whether the column rises (or falls) strictly with every row of each person, and chance can't have done it."""
    values = column[person.rows]
    told = ~np.isnan(values)
    counts = np.add.reduceat(told.astype(np.int64), person.starts)
    ends = np.cumsum(counts)[:-1]  # of each person's values, where the next one's begin
    step = np.diff(values[told])  # over what is undefined: each value is beside the one before
    step = np.delete(step, ends[(ends > 0) & (ends <= len(step))] - 1)
    if not len(step) or not ((step > 0).all() or (step < 0).all()):
        return False
    return log(2) - sum(lgamma(int(n) + 1) for n in counts) < CHANCE - log(columns)
