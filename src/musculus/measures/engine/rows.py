"""The rows of a chunk that are events of certain kinds, and which of them belong to which cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.landmarks import landmarks
from musculus.measures.engine.once import once

if TYPE_CHECKING:
    from musculus.measures.paths import Paths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
_EMPTY: Final = np.zeros(0)


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
    if landmarks(path.events).n_pages == 1:
        return start, end, np.arange(len(path) + 1)
    a, b = extent(path)
    page = path.events.columns["page"][a:b]
    borders = np.flatnonzero(page[1:] != page[:-1]) + a + 1
    if not len(borders):
        return start, end, np.arange(len(path) + 1)
    low, high = np.searchsorted(borders, start, side="right"), np.searchsorted(borders, end, side="left")
    inside = np.maximum(high - low, 0)
    offsets = np.append(0, np.cumsum(inside + 1))
    if offsets[-1] == len(path):
        return start, end, offsets
    cuts = borders[spans(low, low + inside)]
    starts = np.insert(cuts, offsets[:-1] - np.arange(len(start)), start)
    ends = np.insert(cuts, offsets[1:] - np.arange(1, len(start) + 1), end)
    return starts, ends, offsets


@once
def ends(path: Paths) -> tuple[Floats, Floats]:
    """First and last finite time of all rows of each cut, in arrival order, ms; NaN without one."""
    t, start, end = path.events.t, path.cuts.start, path.cuts.end
    first, last = np.full(len(start), np.nan), np.full(len(start), np.nan)
    full = end > start
    first[full], last[full] = t[start[full]], t[end[full] - 1]
    for k in np.flatnonzero(full & ~(np.isfinite(first) & np.isfinite(last))):
        told = t[start[k] : end[k]]
        told = told[np.isfinite(told)]
        first[k], last[k] = (told[0], told[-1]) if len(told) else (np.nan, np.nan)
    return first, last


@once
def seconds(path: Paths) -> Floats:
    """From the first to the last of all rows of each cut, s; NaN where the clock did not run forward."""
    first, last = ends(path)
    return np.where(last > first, last - first, np.nan) / 1e3


def count_inside(path: Paths, rows: Ints) -> Ints:
    """How many of some rows (ascending) each cut has."""
    if not len(rows):
        return np.zeros(len(path), np.int64)
    return np.searchsorted(rows, path.cuts.end) - np.searchsorted(rows, path.cuts.start)


@once
def nothing(path: Paths) -> tuple[Ints, Ints]:
    """No entries for any cut, and their offsets: the same arrays for all measures, so that they share one layout."""
    return np.zeros(0, np.int64), np.zeros(len(path) + 1, np.int64)


def no_series(path: Paths) -> tuple[Floats, Ints]:
    """A series without an entry in any cut."""
    return _EMPTY, nothing(path)[1]


def inside(path: Paths, rows: Ints, also: Ints | None = None) -> tuple[Ints, Ints]:
    """Which of some rows (ascending) each cut has: places in `rows`, cut by cut, and offsets.

    With `also`, a second row to each, only those whose second row is in the cut too.
    """
    start, end = path.cuts.start, path.cuts.end
    if not len(rows):
        return nothing(path)
    low, high = np.searchsorted(rows, start), np.searchsorted(rows, end)
    take = spans(low, high)
    if not len(take):
        return nothing(path)
    offsets = np.append(0, np.cumsum(high - low))
    if also is None:
        return take, offsets
    other = also[take]
    both = (other >= np.repeat(start, high - low)) & (other < np.repeat(end, high - low))
    return take[both], np.append(0, np.cumsum(both))[offsets]


@once
def presses_inside(path: Paths) -> tuple[Ints, Ints]:
    """Which of the presses of all recordings each cut has: places in `landmarks(events).presses`, and offsets."""
    return inside(path, landmarks(path.events).presses)


def group(path: Paths, offsets: Ints) -> Ints:
    """For each entry of a series the cut it belongs to."""
    return np.repeat(np.arange(len(path)), np.diff(offsets))


def spans(start: Ints, end: Ints) -> Ints:
    """The numbers `start[k]..end[k] - 1` of all k, one after another.

    >>> spans(np.array([3, 9, 5]), np.array([5, 9, 7]))
    array([3, 4, 5, 6])
    """
    size = end - start
    past = np.cumsum(size)
    numbers: Ints = np.arange(int(past[-1]) if len(past) else 0) + np.repeat(start - (past - size), size)
    return numbers
