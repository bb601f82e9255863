"""The last row before another one: over all rows by a flag, or among few rows that share a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BLOCK: Final = 1 << 18  # rows looked at together, so that memory stays bounded by it


def neighbours(flag: Callable[[int, int], Flags], n: int, rows: Ints) -> tuple[Ints, Ints]:
    """For each of `rows` (ascending) the last flagged row at or before it, and the first one after it; -1 for none.

    `flag(a, b)` gives the flags of rows a..b - 1 of n.

    >>> flags = np.array([True, False, True, False, False, True])
    >>> before, after = neighbours(lambda a, b: flags[a:b], 6, np.array([1, 2, 4]))
    >>> before.tolist(), after.tolist()
    ([0, 2, 2], [2, 5, 5])
    """
    before, after = np.full(len(rows), -1), np.full(len(rows), -1)
    last, waiting = -1, 0  # the last flagged row so far; the first of the rows that still wait for one after them
    for a in range(0, n if len(rows) else 0, BLOCK):
        b = min(a + BLOCK, n)
        flagged = np.flatnonzero(flag(a, b)) + a
        low, high = np.searchsorted(rows, [a, b])
        if len(flagged):
            if waiting < low:
                after[waiting:low] = flagged[0]
            known = np.append(last, flagged)
            at = np.searchsorted(flagged, rows[low:high], side="right")
            before[low:high] = known[at]
            found = at < len(flagged)
            after[low:high][found] = flagged[at[found]]
            last, waiting = int(flagged[-1]), low + int(found.sum())
        else:
            before[low:high] = last
    return before, after


class Before:
    """Finds the last of some rows at or before a row that has the same key.

    >>> shows = Before(rows=np.array([0, 4, 9]), keys=np.array([7, 8, 7]), n=10)
    >>> shows.find(np.array([3, 9, 9]), np.array([7, 8, 6])).tolist()  # places in `rows`, -1 for none
    [0, 1, -1]
    """

    def __init__(self, rows: Ints, keys: Ints, n: int) -> None:
        self.stride = n + 1
        self.keys, which = np.unique(keys, return_inverse=True)
        flat = which * self.stride + rows
        self.order = np.argsort(flat)
        self.flat = flat[self.order]

    def find(self, rows: Ints, keys: Ints) -> Ints:
        """Place in the rows of the last one at or before each of `rows` with its key, -1 where there is none."""
        if not len(self.flat):
            return np.full(len(rows), -1)
        k = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        at = np.searchsorted(self.flat, k * self.stride + rows, side="right") - 1
        good = (at >= 0) & (self.keys[k] == keys)
        good &= self.flat[at] >= k * self.stride
        return np.where(good, self.order[at], -1)

    def first(self, keys: Ints) -> Ints:
        """Place in the rows of the first one with each key, -1 where there is none."""
        if not len(self.flat):
            return np.full(len(keys), -1)
        k = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[k] == keys, self.order[np.searchsorted(self.flat, k * self.stride)], -1)
