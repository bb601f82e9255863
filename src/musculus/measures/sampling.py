"""Honesty about the data: how often records come, how exact the clock is, what is doubtful about them.

They measure the device and the page, not the person; what the data can't support is read beside them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.clock import CLOCK, clock
from musculus.measures.engine.once import once
from musculus.measures.engine.rows import extent, seconds
from musculus.measures.engine.screen import outside
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]


@measure("sampling", unit="1")
def event_count(path: Paths) -> Floats:
    """Rows of the cut, of whatever kind.

    >>> event_count(Paths.of(x=[0, 3, 6], y=[0, 4, 8]))
    array([3.])
    """
    return (path.cuts.end - path.cuts.start).astype(np.float64)


@measure("sampling", unit="1/s")
def event_rate(path: Paths) -> Floats:
    """Rows a second, from the time of the first row of the cut to that of the last; NaN where no time passed.

    >>> event_rate(Paths.of(x=[0, 3, 6], y=[0, 4, 8], t=[0, 10, 30]))
    array([100.])
    """
    return event_count(path) / seconds(path)


@once
def _clock(path: Paths) -> Floats:
    return clock(path.raw_t, path.raw_offsets)


def _from_clock(path: Paths, name: str) -> Floats:
    return _clock(path)[:, CLOCK.index(name)]


@measure("sampling", unit="ms", ms=None)
def clock_resolution(path: Paths) -> Floats:
    """Largest step of which 95 % of the positive intervals are multiples, to within 0.05 ms.

    Steps of 0.1 ms to 20 ms are tried; intervals are those between successive positions as they arrived. NaN
    without a positive interval.

    >>> clock_resolution(Paths.of(x=[0, 1, 2, 3], y=[0, 0, 0, 0], t=[0, 16, 32, 40]))
    array([8.])
    """
    return _from_clock(path, "resolution")


@measure("sampling", unit="1")
def dt_cv(path: Paths) -> Floats:
    """Coefficient of variation of the positive intervals: their standard deviation (n - 1) over their mean.

    NaN with fewer than two.

    >>> dt_cv(Paths.of(x=[0, 1, 2], y=[0, 0, 0], t=[0, 10, 30]))  # 10 and 20 ms: sd 7.07, mean 15
    array([0.471...])
    """
    return _from_clock(path, "cv")


@measure("sampling", unit="1", ms=None)
def dt_mode_share(path: Paths) -> Floats:
    """Share of the most frequent interval between successive positions, in bins of 0.1 ms.

    Bins by the nearest, half to even. NaN without an interval.

    >>> dt_mode_share(Paths.of(x=[0, 1, 2, 3], y=[0, 0, 0, 0], t=[0, 16, 32, 40]))
    array([0.666...])
    """
    return _from_clock(path, "mode_share")


@measure("sampling", unit="bit", ms=None)
def dt_entropy(path: Paths) -> Floats:
    """Entropy of the intervals between successive positions, in bins of 1 ms.

    0 where all are alike. Bins by the nearest, half to even. NaN without an interval.

    >>> dt_entropy(Paths.of(x=[0, 1, 2], y=[0, 0, 0], t=[0, 10, 30]))
    array([1.])
    """
    return _from_clock(path, "entropy")


@measure("sampling", unit="1")
def dt_zero_share(path: Paths) -> Floats:
    """Share of the intervals between successive positions that are zero or negative.

    NaN without an interval.

    >>> dt_zero_share(Paths.of(x=[0, 1, 2], y=[0, 0, 0], t=[0, 10, 10]))
    array([0.5])
    """
    return _from_clock(path, "zero_share")


@measure("sampling", unit="1")
def clock_regressions(path: Paths) -> Floats:
    """How often a position came with an earlier time than the one before it; NaN without a position.

    >>> clock_regressions(Paths.of(x=[0, 1, 2, 3], y=[0, 0, 0, 0], t=[0, 10, 5, 7]))
    array([1.])
    """
    return _from_clock(path, "regressions")


def _share(path: Paths, name: str) -> Floats:
    """Share of true among the rows of each cut where a yes-or-no column says either."""
    a, b = extent(path)
    start, end = path.cuts.start - a, path.cuts.end - a
    if name not in path.events:
        return np.full(len(path), np.nan)
    values = path.events.columns[name][a:b]
    known, true = (_counts(values >= 0, start, end), _counts(values == 1, start, end))
    return true / np.where(known > 0, known, np.nan)


def _counts(which: npt.NDArray[np.bool_], start: Any, end: Any) -> Floats:
    total = np.append(0, np.cumsum(which))
    return np.asarray(total[end] - total[start], np.float64)


@measure("sampling", unit="1")
def coalesced_share(path: Paths) -> Floats:
    """Share of the samples that came together with a later one in one dispatched event.

    Among the rows that say so either way; NaN where none does.
    """
    return _share(path, "coalesced")


@measure("sampling", unit="1", px=None)
def fractional_share(path: Paths) -> Floats:
    """Share of the positions that had a fraction of a pixel as the browser gave them.

    Among the rows that say so either way; NaN where none does.
    """
    return _share(path, "fractional")


@measure("sampling", unit="1", px=None, turns=True, moves=True)
def out_of_screen(path: Paths) -> Floats:
    """Positions outside the page view's viewport, or outside the screen where that is all the recording tells.

    NaN where neither size is known, and without a position.
    """
    return outside(path)
