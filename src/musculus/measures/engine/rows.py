"""The rows of a chunk that are events of certain kinds, and which of them belong to which cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.once import once

if TYPE_CHECKING:
    from musculus.measures.paths import Paths

Ints = npt.NDArray[np.int64]


@once
def extent(path: Paths) -> tuple[int, int]:
    """First row of the chunk and one past its last: whatever is looked up is looked up in this slice."""
    if not len(path):
        return 0, 0
    return int(path.cuts.start.min()), int(path.cuts.end.max())


@once
def page_runs(path: Paths) -> tuple[Ints, Ints, Ints]:
    """The chunk's cuts split where the page changes: first row and one past the last of each run, and offsets.

    Run `offsets[k]` is the first of cut k; every cut has at least one, an empty cut an empty one.
    """
    start, end = path.cuts.start, path.cuts.end
    a, b = extent(path)
    page = path.events.columns["page"][a:b]
    borders = np.flatnonzero(page[1:] != page[:-1]) + a + 1
    low, high = np.searchsorted(borders, start, side="right"), np.searchsorted(borders, end, side="left")
    inside = np.maximum(high - low, 0)
    offsets = np.append(0, np.cumsum(inside + 1))
    if offsets[-1] == len(path):
        return start, end, offsets
    cuts = borders[spans(low, low + inside)]
    starts = np.insert(cuts, offsets[:-1] - np.arange(len(start)), start)
    ends = np.insert(cuts, offsets[1:] - np.arange(1, len(start) + 1), end)
    return starts, ends, offsets


def spans(start: Ints, end: Ints) -> Ints:
    """The numbers `start[k]..end[k] - 1` of all k, one after another.

    >>> spans(np.array([3, 9, 5]), np.array([5, 9, 7]))
    array([3, 4, 5, 6])
    """
    size = end - start
    past = np.cumsum(size)
    return np.arange(int(past[-1]) if len(past) else 0) + np.repeat(start - (past - size), size)
