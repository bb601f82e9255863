"""Winslow's seven: what one page view's motions look like, from its `move` records alone.

A motion is a maximal run of records less than 500 ms apart, with at least two of them; it never crosses a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import PAUSE
from musculus.events import KIND
from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.once import once
from musculus.measures.engine.rows import extent, page_runs
from musculus.measures.engine.series import between, change, only
from musculus.measures.engine.views import views
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MOVE: Final = KIND["move"]


@dataclass(frozen=True, eq=False)
class Motions:
    """The segments of a chunk's motions, beside the time view of its `move` rows; NaN where no segment ends.

    Attributes
    ----------
    length, ms : (n_samples,) px and ms of the segment that ends in the sample
    speed : (n_samples,) px/s
    offsets : (n_cuts + 1,)
    segments, motions : (n_cuts,) how many
    way, time : (n_cuts,) sums of length and ms
    """

    length: Floats
    ms: Floats
    speed: Floats
    offsets: Ints
    segments: Floats
    motions: Floats
    way: Floats
    time: Floats


@once
def motions(path: Paths) -> Motions:
    """The motions of a chunk, cut by cut."""
    length, ms, offsets = _segments(path)
    joined = ms < PAUSE
    first = joined.copy()
    first[1:] &= ~joined[:-1]  # a cut's head is never joined to what came before it
    length, ms = only(length, joined), only(ms, joined)
    segments, number, way, time = (reduce(v, offsets, "sum") for v in (joined, first, length, ms))
    return Motions(length, ms, length / ms * 1e3, offsets, segments, number, way, time)


def _segments(path: Paths) -> tuple[Floats, Floats, Ints]:
    """Length and interval of the steps of the time view of the `move` rows, page by page; offsets of the cuts."""
    a, b = extent(path)
    columns = path.events.columns
    use = columns["kind"][a:b] == MOVE
    if "primary" in columns:
        use &= columns["primary"][a:b] != 0
    start, end, runs = page_runs(path)
    all_t, all_x, all_y = (columns[name][a:b] for name in ("t", "x", "y"))
    (t, x, y, offsets), _, _ = views(all_t, all_x, all_y, use, start - a, end - a)
    dx, dy = change(x), change(y)
    return np.sqrt(dx * dx + dy * dy), change(t, offsets), offsets[runs]


@measure("winslow", unit="1", ms=None)
def winslow_segments(path: Paths) -> Floats:
    """Segments: pairs of successive `move` records less than 500 ms apart.

    Rows of one time are one record. 0 where there is none. Winslow.

    >>> winslow_segments(Paths.of(x=[0, 3, 6, 9], y=[0, 4, 8, 8], t=[0, 10, 20, 520]))  # the last gap is a rest
    array([2.])
    """
    return motions(path).segments


@measure("winslow", unit="1", ms=None)
def winslow_motions(path: Paths) -> Floats:
    """Motions: maximal runs of `move` records less than 500 ms apart, of at least two records, on one page.

    0 where there is none. Winslow.

    >>> winslow_motions(Paths.of(x=[0, 3, 6, 9], y=[0, 4, 8, 8], t=[0, 10, 600, 610]))
    array([2.])
    """
    return motions(path).motions


@measure("winslow", unit="px", ms=None)
def winslow_motion_length(path: Paths) -> Floats:
    """Mean travelled way of a motion: the lengths of all segments over the number of motions.

    NaN without a motion. Winslow.

    >>> winslow_motion_length(Paths.of(x=[0, 3, 6, 9], y=[0, 4, 8, 8], t=[0, 10, 600, 610]))  # 5 px and 3 px
    array([4.])
    """
    return ratio(motions(path).way, motions(path).motions)


@measure("winslow", unit="ms", ms=None)
def winslow_motion_time(path: Paths) -> Floats:
    """Mean duration of a motion: the intervals of all segments over the number of motions.

    NaN without a motion. Winslow.

    >>> winslow_motion_time(Paths.of(x=[0, 3, 6, 9], y=[0, 4, 8, 8], t=[0, 10, 600, 640]))  # 10 ms and 40 ms
    array([25.])
    """
    return ratio(motions(path).time, motions(path).motions)


@measure("winslow", unit="px/s", ms=None)
def winslow_speed(path: Paths) -> Floats:
    """Speed of all motions together: total length over total time; the rests between them don't count.

    NaN without a motion. Winslow.

    >>> winslow_speed(Paths.of(x=[0, 3, 6, 9], y=[0, 4, 8, 8], t=[0, 10, 600, 606]))  # 8 px in 16 ms
    array([500.])
    """
    return ratio(motions(path).way, motions(path).time) * 1e3


@measure("winslow", unit="px²/s²", ms=None)
def winslow_speed_variance(path: Paths) -> Floats:
    """Variance (n - 1) of the segments' speeds, all motions of the cut pooled.

    NaN with fewer than two segments. Winslow.

    >>> winslow_speed_variance(Paths.of(x=[0, 3, 9], y=[0, 4, 12], t=[0, 10, 20]))  # 500 and 1000 px/s
    array([125000.])
    """
    return reduce(motions(path).speed, motions(path).offsets, "sd") ** 2


@measure("winslow", unit="px²/s⁴", ms=None)
def winslow_acceleration_variance(path: Paths) -> Floats:
    """Variance (n - 1) of the accelerations within motions: changes of speed between successive segments.

    Over the time between their midpoints, as `acceleration`; none reaches from one motion into the next. NaN with
    fewer than two of them. Winslow.

    >>> winslow_acceleration_variance(Paths.of(x=[0, 5, 10, 15], y=[0, 0, 0, 0]))  # 0 twice
    array([0.])
    """
    m = motions(path)
    return reduce(change(m.speed) / between(m.ms) * 1e3, m.offsets, "sd") ** 2
