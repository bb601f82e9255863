"""Shapley values of trees, from a table a leaf made once: which of its features are met -> what each adds.

A tree's value is a sum over its leaves of (value x product over the features on the way: met or not). Where a feature
isn't known, it counts as the share of rows that went that way in training. The Shapley values of such a product depend
on nothing but which features are met, so a leaf with m features has a table of 2^m rows, and a row of features costs
comparisons and additions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.errors import BundleError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
DEEPEST: Final = 10  # different features on the way to a leaf
Way = dict[int, tuple[float, float, bool, float]]  # feature -> above, at most, undefined passes, share of rows


@dataclass(frozen=True, eq=False)
class Paths:
    """The way to each leaf: a slot for each feature on it, and the leaf's table.

    Attributes
    ----------
    offsets : (n_leaves + 1,) slots of each leaf
    feature, low, high, undefined : (n_slots,) met where low < value <= high, or undefined is 1 and it is NaN
    tables : (n_leaves + 1,) where a leaf's table begins in `values`, rows of its slots for each set of features met
    base : what is left where nothing is known
    """

    offsets: Ints
    feature: Ints
    low: Floats
    high: Floats
    undefined: Ints
    tables: Ints
    values: Floats
    base: float

    def contributions(self, rows: Floats, width: int) -> Floats:
        """What each feature adds to each row, (n, width)."""
        out = np.zeros((width, len(rows)))
        slots = (self.feature, self.low, self.high, self.undefined)
        add_tables(np.ascontiguousarray(rows.T), self.offsets, *slots, self.tables, self.values, out)
        return np.ascontiguousarray(out.T)


def paths_of(
    feature: Ints, threshold: Floats, left: Ints, right: Ints, missing: Ints, roots: Ints, leaf: Floats, cover: Floats
) -> Paths:
    """The ways of an ensemble of trees (arrays as in `BoostedKernel`). BundleError for trees that are too deep."""
    covers = _covers(left, right, cover)
    ways: list[tuple[int, Way]] = []
    for root in roots.tolist():
        stack: list[tuple[int, Way]] = [(root, {})]
        while stack:
            at, way = stack.pop()
            if at < 0:
                ways.append((-1 - at, way))
                continue
            own = covers[at]
            for to, is_left in ((int(left[at]), True), (int(right[at]), False)):
                share = (covers[to] if to >= 0 else float(cover[-1 - to])) / own
                passes = (missing[at] == 1) == is_left
                step = _narrowed(way, int(feature[at]), float(threshold[at]), is_left, bool(passes), share)
                stack.append((to, step))
    return _tabled(ways, leaf)


def _narrowed(way: Way, feature: int, threshold: float, is_left: bool, passes: bool, share: float) -> Way:
    low, high, undefined, so_far = way.get(feature, (-np.inf, np.inf, True, 1.0))
    low, high = (low, min(high, threshold)) if is_left else (max(low, threshold), high)
    return {**way, feature: (low, high, undefined and passes, so_far * share)}


def _covers(left: Ints, right: Ints, cover: Floats) -> list[float]:
    """Rows of the training at each node; children come after their parents."""
    found = [0.0] * len(left)
    for at in range(len(left) - 1, -1, -1):
        for to in (int(left[at]), int(right[at])):
            found[at] += found[to] if to >= 0 else float(cover[-1 - to])
    return found


def _tabled(ways: list[tuple[int, Way]], leaf: Floats) -> Paths:
    sizes = np.array([len(way) for _, way in ways], np.int64)
    if sizes.max(initial=0) > DEEPEST:
        raise BundleError(f"a leaf depends on {sizes.max()} features; reasons are given for at most {DEEPEST}")
    slots: list[Any] = [(f, *about) for _, way in ways for f, about in way.items()]
    parts: list[Any] = list(zip(*slots, strict=True)) if slots else [()] * 5
    feature, undefined = (np.array(parts[i], np.int64) for i in (0, 3))
    low, high, share = (np.array(parts[i], np.float64) for i in (1, 2, 4))
    offsets = np.append(0, np.cumsum(sizes)).astype(np.int64)
    tables = np.append(0, np.cumsum(sizes << sizes)).astype(np.int64)
    worth = leaf[[number for number, _ in ways]]
    values = np.empty(tables[-1])
    fill_tables(offsets, share, np.ascontiguousarray(worth), tables, values)
    base = sum(float(w) * float(np.prod(share[a:b])) for w, a, b in zip(worth, offsets[:-1], offsets[1:], strict=True))
    return Paths(offsets, feature, low, high, undefined, tables, values, base)


@kernel("void(i8[::1], f8[::1], f8[::1], i8[::1], f8[::1])")
def fill_tables(offsets, share, worth, tables, values):  # type: ignore[no-untyped-def]
    """Write each leaf's table: for each set of features met, what each of them adds."""
    poly = np.empty(DEEPEST + 1)
    for k in range(len(offsets) - 1):
        m = offsets[k + 1] - offsets[k]
        z = share[offsets[k] : offsets[k + 1]]
        for met in range(1 << m):
            for i in range(m):
                poly[0], size = 1.0, 1  # of the others: sums of products by how many of them are known
                for j in range(m):
                    if j != i:
                        one = 1.0 if (met >> j) & 1 else 0.0
                        poly[size] = 0.0
                        for d in range(size, 0, -1):
                            poly[d] = poly[d] * z[j] + poly[d - 1] * one
                        poly[0] *= z[j]
                        size += 1
                total, weight = 0.0, 1.0 / m  # |S|! (m - |S| - 1)! / m!
                for d in range(m):
                    total += weight * poly[d]
                    if d + 1 < m:
                        weight *= (d + 1) / (m - d - 1)
                own = 1.0 if (met >> i) & 1 else 0.0
                values[tables[k] + met * m + i] = worth[k] * total * (own - z[i])


@kernel("void(f8[:, ::1], i8[::1], i8[::1], f8[::1], f8[::1], i8[::1], i8[::1], f8[::1], f8[:, ::1])")
def add_tables(columns, offsets, feature, low, high, undefined, tables, values, out):  # type: ignore[no-untyped-def]
    """Add what each feature contributes, leaf by leaf: a leaf's table stays in cache for all rows."""
    n = columns.shape[1]
    met = np.empty(n, np.uint64)  # no sign: a place counted from the end is not asked for
    for k in range(len(offsets) - 1):
        a, b = offsets[k], offsets[k + 1]
        met[:] = np.uint64(tables[k])
        for s in range(a, b):
            column, above, most, step = columns[feature[s]], low[s], high[s], np.uint64((b - a) << (s - a))
            nan = undefined[s] == 1
            for i in range(n):
                value = column[i]
                is_met = ((value > above) & (value <= most)) | (nan & np.isnan(value))
                met[i] += step if is_met else np.uint64(0)
        for s in range(a, b):
            add, own = out[feature[s]], values[s - a :]
            for i in range(n):
                add[i] += own[met[i]]
