"""Complexity and motor laws, meant for strokes: when the peak came, how regular steps are, what they are made of."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.measures import lognormal
from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.digits import first_digit_shares
from musculus.measures.engine.entropy import sample_entropies
from musculus.measures.engine.once import once
from musculus.measures.engine.series import only
from musculus.measures.paths import Paths
from musculus.measures.table import measure
from musculus.measures.temporal import movement_time

Floats = npt.NDArray[np.float64]
LONGEST: Final = 20_000  # steps: a fraction of a second of work
BENFORD: Final = np.log10(1 + 1 / np.arange(1, 10))
__all__ = ["lognormal"]  # the rest of the category: importing it enters its measures


@measure("motor", unit="1", slow=True, turns=True)
def sample_entropy(path: Paths) -> Floats:
    """How little the horizontal steps repeat themselves: sample entropy of the x steps of the time view.

    -ln(A / B): of the pairs of places (i < j) from which m = 3 steps agree to within r = 0.2 of the steps' standard
    deviation (n - 1), B of them, A agree in the next step too. 0 where all do, NaN where no pair of either length
    agrees. Its time grows with the square of the steps: it is meant for strokes, computed only when asked for, and NaN
    for a cut of more than 20,000 steps. Richman & Moorman 2000.
    """
    inner = np.ones(len(path.dx), bool)
    inner[path.offsets[:-1][np.diff(path.offsets) > 0]] = False
    steps = path.dx[inner]
    offsets = np.append(0, np.cumsum(inner))[path.offsets]
    radius = np.where(np.diff(offsets) > LONGEST, np.nan, 0.2 * reduce(steps, offsets, "sd"))  # nothing is near NaN
    return sample_entropies(steps, offsets, radius, 3)


@once
def _time_to_peak(path: Paths) -> Floats:
    fastest = np.repeat(reduce(path.speed, path.offsets, "max"), np.diff(path.offsets))
    middle = path.elapsed - 0.5 * path.interval
    return reduce(only(middle, path.speed == fastest), path.offsets, "first")


@measure("motor", unit="ms")
def time_to_peak_velocity(path: Paths) -> Floats:
    """From the first sample to the midpoint of the fastest interval of the time view, the first of equals.

    NaN with fewer than two samples.

    >>> time_to_peak_velocity(Paths.of(x=[0, 1, 9, 10], y=[0, 0, 0, 0]))
    array([15.])
    """
    return _time_to_peak(path)


@measure("motor", unit="1")
def peak_time_ratio(path: Paths) -> Floats:
    """When the fastest interval came, as a share of `movement_time`; NaN where no time passed.

    >>> peak_time_ratio(Paths.of(x=[0, 1, 9, 10], y=[0, 0, 0, 0]))
    array([0.5])
    """
    time = movement_time(path)
    return _time_to_peak(path) / np.where(time > 0, time, np.nan)


@measure("motor", unit="1", px=None, ms=None)
def benford_mad(path: Paths) -> Floats:
    """How far the first digits of the speeds (px/s) are from Benford's law: mean absolute difference of the shares.

    Of the positive speeds of the time view, rounded to 12 significant digits; the law's share of digit d is
    log10(1 + 1 / d). NaN without a positive speed.

    >>> benford_mad(Paths.of(x=[0, 1], y=[0, 0]))  # one speed, of 100 px/s: the 1 has 0.699 too much
    array([0.155...])
    """
    away: Floats = np.abs(first_digit_shares(path.speed, path.offsets) - BENFORD).sum(axis=1) / 9
    return away


@measure("motor", unit="1")
def collinear_share(path: Paths) -> Floats:
    """Share of the interior points of the path view in which the path goes on without turning at all.

    NaN with fewer than three points.

    >>> collinear_share(Paths.of(x=[0, 3, 6, 6], y=[0, 4, 8, 9]))
    array([0.5])
    """
    return ratio(reduce(path.turn == 0, path.path_offsets, "sum"), np.maximum(path.points - 2, 0))


@measure("motor", unit="1", turns=True)
def axis_step_share(path: Paths) -> Floats:
    """Share of the steps of the path view that go exactly along an axis.

    NaN with fewer than two points.

    >>> axis_step_share(Paths.of(x=[0, 3, 6, 6], y=[0, 4, 8, 9]))
    array([0.333...])
    """
    along = (path.segment_x == 0) | (path.segment_y == 0)
    return ratio(reduce(along, path.path_offsets, "sum"), np.maximum(path.points - 1, 0))
