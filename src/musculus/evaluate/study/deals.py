"""How rows are dealt to training and test, and how sure a share of right answers is."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.study.table import StudyTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
MOST: Final = 6  # parts of a cell
PEOPLE: Final = 5  # parts of the people
TIMES: Final = 1000


def unit_parts(table: StudyTable, seed: int) -> tuple[Ints, int]:
    """Which part of its cell each row is in, and how many parts there are; 0 where cells can't be parted.

    What stays together is a session where people have several with one configuration, else a task (a person's task has
    the same part with every configuration), else a row. A cell of a single unit has part -1: it is never asked about
    itself.
    """
    rng = np.random.default_rng(seed)
    cells = np.char.add(np.char.add(table.person, "\n"), table.configuration)
    units, shared = _units(table, cells)
    counts = np.array([len(np.unique(units[cells == c])) for c in np.unique(cells)])
    several = counts[counts > 1]
    k = min(MOST, int(np.median(several))) if len(several) * 2 >= len(counts) else 0
    part = np.full(len(table), -1, np.int64)
    if k < 2:
        return part, 0
    owner = table.person if shared else cells
    for name in np.unique(owner):
        mine = np.flatnonzero(owner == name)
        own = rng.permutation(np.unique(units[mine]))
        at = {u: i % k for i, u in enumerate(own.tolist())} if len(own) > 1 else {}
        part[mine] = [at.get(u, -1) for u in units[mine].tolist()]
    return part, k


def _units(table: StudyTable, cells: Words) -> tuple[Words, bool]:
    """What is kept together, and whether a unit of one name is the same in all of a person's cells."""
    for units, shared in ((table.session, False), (table.task, True)):
        counts = [len(np.unique(units[cells == c])) for c in np.unique(cells)]
        if np.median(counts) >= 2:
            return units, shared
    return np.arange(len(cells)).astype(str), False


def people_parts(table: StudyTable, seed: int, parts: int = PEOPLE) -> Ints:
    """Which part of the people each row's person is in, (n_rows,)."""
    people, code = np.unique(table.person, return_inverse=True)
    dealt = np.random.default_rng(seed).permutation(len(people)) % min(parts, len(people))
    return np.asarray(dealt[code], np.int64)


def thinned(table: StudyTable, most: int, seed: int) -> StudyTable:
    """At most so many rows, drawn by lot, as many of each person with each configuration where there are so many.

    A cell that has fewer leaves its share to the others.
    """
    if len(table) <= most:
        return table
    cells = np.unique(np.char.add(np.char.add(table.person, "\n"), table.configuration), return_inverse=True)[1]
    lot = np.random.default_rng(seed).random(len(table))
    order = np.lexsort((lot, cells))
    begins = np.flatnonzero(np.diff(cells[order], prepend=-1))
    rank = np.arange(len(order)) - np.repeat(begins, np.diff(np.append(begins, len(order))))
    first = np.lexsort((lot[order], rank))[:most]  # the first of every cell, then the second ...
    return table.rows(np.sort(order[first]))


def share(right: Floats, person: Words, level: float = 0.95) -> dict[str, float] | None:
    """The share of right answers with its interval over people, JSON-ready; None without answers.

    >>> share(np.array([1.0, 1.0, 0.0, 1.0]), np.array(["a", "a", "b", "b"]))["value"]
    0.75
    """
    if not len(right):
        return None
    value, drawn = weighted(right, person)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return {"value": _round(value), "low": _round(low), "high": _round(high)}


def weighted(right: Floats, person: Words) -> tuple[float, Floats]:
    """The share, and that of `TIMES` draws of people with replacement; the same draws for the same people."""
    people, code = np.unique(person, return_inverse=True)
    sums, counts = np.bincount(code, right), np.bincount(code)
    drawn = np.random.default_rng(0).multinomial(len(people), np.full(len(people), 1 / len(people)), TIMES)
    return float(right.mean()), np.asarray((drawn @ sums) / np.maximum(drawn @ counts, 1))


def chance(truth: Ints, guess: Ints, asked: Ints, value: float | None, seed: int = 0) -> dict[str, Any] | None:
    """What the same guesses are worth when dealt anew among the rows asked together: mean, 95th percentile and p."""
    if value is None or not len(truth):
        return None
    rng, found = np.random.default_rng(seed), np.zeros(200)
    order = np.argsort(asked, kind="stable")
    t, g, a = truth[order], guess[order], asked[order]
    for i in range(len(found)):
        found[i] = (t == g[np.lexsort((rng.random(len(g)), a))]).mean()
    p = (1 + int((found >= value - 1e-12).sum())) / (1 + len(found))
    return {"mean": _round(found.mean()), "high": _round(np.quantile(found, 0.95)), "p": _round(p)}


def _round(v: Any) -> float:
    return round(float(v), 6)
