"""The same row, nearly the same row, or the same stretch of a recording on both sides."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Bools, Floats
from musculus.evaluate.leaks import Leak, Sides

RARE_CELLS = 4  # so many cells of a row must be unusual before an equal row is no coincidence
GRID, NEAR = 0.02, 0.01  # in quartile distances: cells hashed together, and what counts as near
TRIES, BLOCK = 8, 20_000

Pairs = npt.NDArray[np.intp]
STEP = "find out why a recording is in the data twice, drop one"


def same_row(sides: Sides) -> list[Leak] | None:
    """Rows to train and rows to test with equal features, bit for bit (-0 is 0, NaN is NaN)."""
    special = np.flatnonzero(_unusual(sides.table))
    code = np.full(len(sides.table), -1)
    code[special] = _row_codes(sides.table[special])
    pairs = _across(code, sides)
    if not len(pairs):
        return []
    seen = f"{len(np.unique(pairs[:, 1]))} test rows, first row {pairs[0, 1]}, which is row {pairs[0, 0]} to train"
    return [Leak("same_row", seen, STEP)]


def near_row(sides: Sides) -> list[Leak] | None:
    """Rows that differ by no more than 1 % of each feature's quartile distance: copies with noise, or rounded.

    Rows are hashed by a few random columns at a time, so that one cell on the edge of its grid hides nothing. Needs
    four columns that vary.
    """
    scaled = _in_quartiles(sides.table)
    if scaled.shape[1] < RARE_CELLS:
        return None
    special = np.flatnonzero(_unusual(sides.table))
    rng = np.random.default_rng(0)
    found: list[Pairs] = []
    for _ in range(TRIES):
        columns = rng.choice(scaled.shape[1], RARE_CELLS, replace=False)
        code = np.full(len(scaled), -1)
        code[special] = _row_codes(np.floor(scaled[np.ix_(special, columns)] / GRID + rng.random()))
        found.append(_near(scaled, _across(code, sides)))
    pairs = np.concatenate(found)
    if not len(pairs):
        return []
    train, test = pairs[np.lexsort(pairs.T)[0]]
    seen = f"{len(np.unique(pairs[:, 1]))} test rows, first row {test}, which is nearly row {train} to train"
    return [Leak("near_row", seen, STEP)]


def same_window(sides: Sides) -> list[Leak] | None:
    """One stretch of one recording as two rows, wherever they stand: in the test it would count twice."""
    if sides.windows is None:
        return None
    recording, start, end = sides.windows
    used = np.concatenate([sides.train, sides.test])
    keys = np.stack([np.unique(recording[used].astype(str), return_inverse=True)[1], start[used], end[used]], axis=1)
    code = _row_codes(keys.astype(np.float64))
    twice = len(code) - len(np.unique(code))
    return [Leak("same_window", f"{twice} rows repeat another one's recording, start and end", STEP)] if twice else []


def overlapping_window(sides: Sides) -> list[Leak] | None:
    """Windows of one recording that overlap in time, one to train and one to test."""
    if sides.windows is None:
        return None
    recording, start, end = sides.windows
    found = 0
    for name in np.intersect1d(recording[sides.train].astype(str), recording[sides.test].astype(str)).tolist():
        train, test = (side[recording[side].astype(str) == name] for side in (sides.train, sides.test))
        order = np.argsort(start[train])
        reach = np.maximum.accumulate(end[train][order])
        before = np.searchsorted(start[train][order], end[test], side="left")  # windows that begin before this one ends
        found += int((np.where(before > 0, reach[np.maximum(before - 1, 0)], -np.inf) > start[test]).sum())
    step = "split by recording, or leave out the windows at the border"
    return [Leak("overlapping_window", f"{found} test windows share time with training windows", step)] if found else []


def _unusual(table: Floats) -> Bools:
    """Rows with enough cells whose value few rows have; equal rows among the others are no surprise."""
    few = max(10, len(table) // 200)
    rare = np.zeros(len(table), dtype=np.intp)
    for column in table.T:
        _, place, count = np.unique(column, return_inverse=True, return_counts=True, equal_nan=True)
        rare += ~np.isnan(column) & (count[place] <= few)
    return np.asarray(rare >= min(RARE_CELLS, table.shape[1]))


def _row_codes(rows: Floats) -> npt.NDArray[np.intp]:
    """A number for each different row."""
    if not len(rows):
        return np.zeros(0, dtype=np.intp)
    plain = np.ascontiguousarray(np.where(np.isnan(rows), np.nan, rows + 0.0))  # one bit pattern for NaN, one for zero
    return np.asarray(np.unique(plain.view(f"V{plain.shape[1] * 8}").ravel(), return_inverse=True)[1], dtype=np.intp)


def _across(code: npt.NDArray[np.intp], sides: Sides) -> Pairs:
    """Pairs (train row, test row) of equal code, shape (k, 2); up to 20 training rows for each code; code -1 is
    none.
    """
    train = sides.train[code[sides.train] >= 0]
    order = train[np.argsort(code[train], kind="stable")]
    test = sides.test[code[sides.test] >= 0]
    first, last = (np.searchsorted(code[order], code[test], side=side) for side in ("left", "right"))
    counts = np.minimum(last - first, 20)
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.stack([order[np.repeat(first, counts) + offset], np.repeat(test, counts)], axis=1)


def _in_quartiles(table: Floats) -> Floats:
    """Columns that vary, in units of their quartiles' distance."""
    kept = []
    for column in table.T:
        defined = column[~np.isnan(column)]
        low, high = np.quantile(defined, [0.25, 0.75]) if len(defined) else (0.0, 0.0)
        if high > low:
            kept.append(column / (high - low))
    return np.stack(kept, axis=1) if kept else np.zeros((len(table), 0))


def _near(scaled: Floats, pairs: Pairs) -> Pairs:
    """The pairs whose rows lie near each other in every cell, without being equal."""
    kept = [np.zeros((0, 2), dtype=np.intp)]
    for start in range(0, len(pairs), BLOCK):
        some = pairs[start : start + BLOCK]
        one, other = scaled[some[:, 0]], scaled[some[:, 1]]
        apart = np.where(
            np.isnan(one) & np.isnan(other), 0.0, np.abs(one - other)
        )  # NaN beside a number stays NaN: not near
        farthest = apart.max(axis=1)
        kept.append(some[(farthest <= NEAR) & (farthest > 0)])
    return np.concatenate(kept)
