"""Where the pointer went: lengths, deviations from the direct line, headings; one number a cut (turns: `turns.py`)."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.measures import turns
from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.once import once
from musculus.measures.engine.series import before, change
from musculus.measures.engine.signs import ON_LINE, crossings, sign_changes
from musculus.measures.engine.smoothed import lengths
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
SCATTERED: Final = 1e-12  # headings with a smaller resultant have no mean
OCTANTS: Final = 8
__all__ = ["turns"]  # the rest of the category: importing it enters its measures


@measure("spatial", unit="px", back=1)
def path_length(path: Paths) -> Floats:
    """Travelled way: the sum of the segments of the path view.

    0 for a single point, NaN without one.

    >>> path_length(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))
    array([14.])
    """
    return path.length


@measure("spatial", unit="px", back=1)
def displacement(path: Paths) -> Floats:
    """Distance from the first point to the last: the chord; NaN without a point.

    >>> displacement(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))
    array([10.])
    """
    return path.displacement


@measure("spatial", unit="1", back=1)
def straightness(path: Paths) -> Floats:
    """Chord over travelled way: 1 for a ruler line, towards 0 for a scribble.

    `displacement` / `path_length`. NaN while the pointer has not moved. The inverse, `tortuosity`, is what the
    Smashing article calls straightness.

    >>> straightness(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))  # chord 10, travelled 14
    array([0.714...])
    """
    return ratio(path.displacement, path.length)


@measure("spatial", unit="1", back=1)
def tortuosity(path: Paths) -> Floats:
    """Travelled way over chord: 1 for a ruler line, and the more the longer the detour.

    `path_length` / `displacement`. NaN for a closed path. The wording of the Smashing article.

    >>> tortuosity(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))
    array([1.4])
    """
    return ratio(path.length, path.displacement)


@measure("spatial", unit="px", back=1)
def max_abs_deviation(path: Paths) -> Floats:
    """Largest distance of a point from the direct line between the first point and the last.

    The direct line has no ends. NaN for a closed path. Kieslich (mousetrap).

    >>> max_abs_deviation(Paths.of(x=[0, 5, 10], y=[0, 3, 0]))
    array([3.])
    """
    return reduce(np.abs(path.deviation), path.path_offsets, "max")


@measure("spatial", unit="px", mirror=-1, back=-1)
def mean_deviation(path: Paths) -> Floats:
    """Mean signed distance of the points from the direct line, positive to the right of travel.

    All points of the path view count, the two ends (0) included. NaN for a closed path.

    >>> mean_deviation(Paths.of(x=[0, 5, 10], y=[0, 3, 0]))  # y grows down: this path bends to its right
    array([1.])
    """
    return reduce(path.deviation, path.path_offsets, "mean")


@measure("spatial", unit="px", back=1)
def mean_abs_deviation(path: Paths) -> Floats:
    """Mean distance of the points from the direct line, the two ends (0) included; NaN for a closed path."""
    return reduce(np.abs(path.deviation), path.path_offsets, "mean")


@measure("spatial", unit="px", back=1)
def deviation_sd(path: Paths) -> Floats:
    """Standard deviation (n - 1) of the signed distances from the direct line.

    NaN for fewer than 3 points and for a closed path.
    """
    return np.where(path.points >= 3, reduce(path.deviation, path.path_offsets, "sd"), np.nan)


@measure("spatial", unit="px²", mirror=-1, back=-1)
def auc_signed(path: Paths) -> Floats:
    """Area between the path and its chord, positive to the right of travel.

    Half the sum of x_(i+1) y_i - x_i y_(i+1) of the path closed by its chord (shoelace), which is the integral of the
    deviation over progress; of a closed path its signed area. 0 for two points, NaN for one.

    >>> auc_signed(Paths.of(x=[0, 5, 10], y=[0, 3, 0]))
    array([15.])
    """
    x, y = path.away
    twice = reduce(path.segment_x * y - path.segment_y * x, path.path_offsets, "sum")
    return np.where(path.points >= 2, twice / 2, np.nan)


@measure("spatial", unit="px²", back=1)
def auc_abs(path: Paths) -> Floats:
    """Area between the path and its chord, both sides positive.

    Integral of the absolute deviation over absolute progress along the chord; segments are split where they cross it.
    NaN for a closed path.

    >>> auc_abs(Paths.of(x=[0, 5, 15, 20], y=[0, 3, -3, 0]))  # two triangles of 15 px² on either side
    array([30.])
    """
    here, there = path.deviation, before(path.deviation, path.path_offsets)
    wide = np.abs(here) + np.abs(there)
    crossed = (here * here + there * there) / wide
    height = np.where(here * there < 0, crossed, wide)
    area = reduce(height * np.abs(change(path.progress, path.path_offsets)), path.path_offsets, "sum") / 2
    return np.where(path.displacement > 0, area, np.nan)


@measure("spatial", unit="1", back=1)
def path_crossings(path: Paths) -> Floats:
    """How often the path passes from one side of its chord to the other.

    A point within 1e-9 px is on the line: a run of them between opposite sides is one crossing, between equal sides
    none; start and end never count. The crossing must lie between the ends of the chord. NaN for a closed path.

    >>> path_crossings(Paths.of(x=[0, 5, 15, 20], y=[0, 3, -3, 0]))
    array([1.])
    """
    found = crossings(path.deviation, path.progress, path.displacement, path.path_offsets)
    return _unless_closed(path, found)


@measure("spatial", unit="1", back=1)
def jitter(path: Paths) -> Floats:
    """Travelled way over the length of the smoothed path: 1 for a clean curve, more for a trembling hand.

    Smoothed by Savitzky-Golay, window 9 points (the largest odd number of points if fewer), order 2, edges by the
    fitted polynomial. NaN for fewer than 5 points.
    """
    return ratio(path.length, lengths(path.path_x, path.path_y, path.path_offsets)[1])


@measure("spatial", unit="1", back=1)
def direction_changes(path: Paths) -> Floats:
    """MacKenzie's movement direction changes: changes of sign of the steps away from the direct line.

    Steps of at most 1e-9 px are skipped; NaN for a closed path. MacKenzie, Kauppinen & Silfverberg 2001.
    """
    steps = change(path.deviation, path.path_offsets)
    return _unless_closed(path, sign_changes(steps, path.path_offsets, skip=ON_LINE)[:, 0])


@measure("spatial", unit="1", back=1)
def orthogonal_changes(path: Paths) -> Floats:
    """MacKenzie's orthogonal direction changes: changes of sign of the steps along the direct line.

    Steps of at most 1e-9 px are skipped; NaN for a closed path. MacKenzie, Kauppinen & Silfverberg 2001.

    >>> orthogonal_changes(Paths.of(x=[0, 5, 3, 9], y=[0, 0, 0, 0]))
    array([2.])
    """
    steps = change(path.progress, path.path_offsets)
    return _unless_closed(path, sign_changes(steps, path.path_offsets, skip=ON_LINE)[:, 0])


def _unless_closed(path: Paths, values: Floats) -> Floats:
    return np.where(path.closed | (path.points == 0), np.nan, values)


@measure("spatial", unit="1")
def fractal_dimension(path: Paths) -> Floats:
    """Katz's dimension of the path: 1 for a line, more the more it folds.

    log n / (log n + log(d/L)) with n segments and d the largest distance from the first point. One segment: 1; NaN
    without one, and where the divisor is 0 (a path that retraces d = L/n). Katz 1988.
    """
    x, y = path.away
    far = reduce(np.sqrt(x * x + y * y), path.path_offsets, "max")
    n = path.points - 1.0
    under = np.log(n * far / path.length)  # one logarithm: the sum of two leaves noise where it should leave 0
    dimension = np.where(np.abs(under) <= 1e-12, np.nan, np.log(n) / under)
    return np.where(n == 1, 1.0, np.where(n > 1, dimension, np.nan))


@once
def _mean_heading(path: Paths) -> tuple[Floats, Floats]:
    n = np.maximum(path.points - 1, 0)
    return tuple(
        ratio(reduce(part / path.segment, path.path_offsets, "sum"), n) for part in (path.segment_x, path.segment_y)
    )  # type: ignore[return-value]


@measure("spatial", unit="rad", turns=True, mirror=None)
def direction_mean(path: Paths) -> Floats:
    """Circular mean of the segments' headings, 0 to the right, clockwise, in (-pi, pi].

    NaN without a segment and where the headings cancel out (`direction_resultant` 0).
    """
    across, down = _mean_heading(path)
    return np.where(direction_resultant(path) > 0, np.arctan2(down + 0.0, across), np.nan)


@measure("spatial", unit="1", back=1)
def direction_resultant(path: Paths) -> Floats:
    """How much the headings agree: 1 all the same, 0 evenly spread; NaN without a segment.

    Length of the mean of the unit vectors of all segments; at most 1e-12 is 0.
    """
    across, down = _mean_heading(path)
    size = np.sqrt(across * across + down * down)
    return np.where(size <= SCATTERED, 0.0, size)


@measure("spatial", unit="1", turns=True, mirror=None, columns=tuple(f"direction_octant_{k}" for k in range(OCTANTS)))
def direction_octant(path: Paths) -> Floats:
    """Share of the travelled way by heading: octant k is centred on k x 45 degrees, 0 to the right, clockwise.

    Half open [k x 45 - 22.5, k x 45 + 22.5). NaN without a segment.

    >>> direction_octant(Paths.of(x=[0, 6, 6], y=[0, 0, 2]))[0]
    array([0.75, 0.  , 0.25, 0.  , 0.  , 0.  , 0.  , 0.  ])
    """
    rows = np.flatnonzero(path.segment > 0)
    heading = np.arctan2(path.segment_y[rows], path.segment_x[rows])
    octant = np.floor(heading / (np.pi / 4) + 0.5).astype(np.int64) % OCTANTS
    place = np.repeat(np.arange(len(path)) * OCTANTS, path.points)[rows] + octant
    sums = np.bincount(place, path.segment[rows], len(path) * OCTANTS).reshape(-1, OCTANTS)
    return sums / ratio(path.length, path.length > 0)[:, None]


@measure("spatial", unit="px", turns=True, back=1)
def box_width(path: Paths) -> Floats:
    """Extent across: the largest x less the smallest; NaN without a point."""
    return reduce(path.path_x, path.path_offsets, "max") - reduce(path.path_x, path.path_offsets, "min")


@measure("spatial", unit="px", turns=True, back=1)
def box_height(path: Paths) -> Floats:
    """Extent down: the largest y less the smallest; NaN without a point."""
    return reduce(path.path_y, path.path_offsets, "max") - reduce(path.path_y, path.path_offsets, "min")
