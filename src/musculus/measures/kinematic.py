"""Speed and its derivatives as the literature computes them: finite differences on the time view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.series import between, change, only
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@measure("kinematic", unit="px/s", summarise=True, back=1)
def velocity(path: Paths) -> Floats:
    """Speed over each interval of the time view: sqrt(dx² + dy²) / dt, placed at the middle of the interval.

    Needs two samples. Gamboa & Fred 2004.

    >>> velocity(Paths.of(x=[0, 3, 3], y=[0, 4, 4]))  # 5 px in 10 ms, then standing
    array([ nan, 500.,   0.])
    """
    return path.speed


@measure("kinematic", unit="px/s", summarise=True, turns=True, mirror=-1, back=-1)
def velocity_x(path: Paths) -> Floats:
    """Signed horizontal velocity over each interval, dx / dt, positive to the right. Gamboa & Fred 2004."""
    return path.velocity_x


@measure("kinematic", unit="px/s", summarise=True, turns=True, back=-1)
def velocity_y(path: Paths) -> Floats:
    """Signed vertical velocity over each interval, dy / dt, positive downwards. Gamboa & Fred 2004."""
    return path.velocity_y


@measure("kinematic", unit="px/s", summarise=True, turns=True, back=1)
def speed_x(path: Paths) -> Floats:
    """Absolute horizontal velocity over each interval, |dx| / dt: on scrolled pages a sign of attention."""
    return np.abs(path.velocity_x)


@measure("kinematic", unit="px/s", summarise=True, turns=True, back=1)
def speed_y(path: Paths) -> Floats:
    """Absolute vertical velocity over each interval, |dy| / dt."""
    return np.abs(path.velocity_y)


@measure("kinematic", unit="px/s²", summarise=True, back=-1)
def acceleration(path: Paths) -> Floats:
    """Change of speed between the midpoints of successive intervals over the time between them.

    (v_(i+1) - v_i) / ((dt_i + dt_(i+1)) / 2). Needs three samples. Gamboa & Fred 2004.

    >>> acceleration(Paths.of(x=[0, 1, 3], y=[0, 0, 0]))  # from 100 to 200 px/s in 10 ms
    array([   nan,    nan, 10000.])
    """
    return path.acceleration


@measure("kinematic", unit="px/s²", summarise=True, turns=True, mirror=-1, back=1)
def acceleration_x(path: Paths) -> Floats:
    """Change of `velocity_x` between the midpoints of successive intervals over the time between them."""
    return change(path.velocity_x) / path.between_speeds


@measure("kinematic", unit="px/s²", summarise=True, turns=True, back=1)
def acceleration_y(path: Paths) -> Floats:
    """Change of `velocity_y` between the midpoints of successive intervals over the time between them."""
    return change(path.velocity_y) / path.between_speeds


@measure("kinematic", unit="px/s²", summarise=True)
def acceleration_pos(path: Paths) -> Floats:
    """The accelerations above zero: speeding up. Undefined where there is none."""
    return only(path.acceleration, path.acceleration > 0)


@measure("kinematic", unit="px/s²", summarise=True)
def acceleration_neg(path: Paths) -> Floats:
    """The accelerations below zero: braking. Undefined where there is none."""
    return only(path.acceleration, path.acceleration < 0)


@measure("kinematic", unit="px/s³", summarise=True, back=1)
def jerk(path: Paths) -> Floats:
    """Change of acceleration over the time between the places of its two values.

    An acceleration lies midway between the two midpoints it comes from. Needs four samples. Gamboa & Fred 2004.
    """
    return path.jerk


@measure("kinematic", unit="px/s⁴", summarise=True, back=-1)
def snap(path: Paths) -> Floats:
    """Change of jerk over the time between the places of its two values; needs five samples.

    A jerk lies midway between the two accelerations it comes from.
    """
    return change(path.jerk) / between(path.between_accelerations)


@measure("kinematic", unit="rad/s", summarise=True, view="own", mirror=-1, back=-1)
def angular_velocity(path: Paths) -> tuple[Floats, Ints]:
    """Change of heading between successive moving intervals over the time between their midpoints.

    Positive clockwise, wrapped to (-pi, pi]; an exact reversal is +pi. Intervals without movement have no heading
    and are passed over. Gamboa & Fred 2004.
    """
    moved = path.moved
    return moved.turn / change(moved.of(between(path.elapsed))) * 1e3, moved.offsets


@measure("kinematic", unit="ms/px", summarise=True, back=1)
def pace(path: Paths) -> Floats:
    """Time for each px of the moving intervals, dt / step: the inverse of speed; standing intervals are left out."""
    return path.interval / path.step


@measure("kinematic", unit="px/s", back=1)
def mean_speed(path: Paths) -> Floats:
    """Path of the time view over elapsed time; NaN with fewer than two samples.

    >>> mean_speed(Paths.of(x=[0, 3, 6], y=[0, 4, 8]))  # 10 px in 20 ms
    array([500.])
    """
    return ratio(path.way, path.duration) * 1e3


@measure("kinematic", unit="ms")
def time_centre(path: Paths) -> Floats:
    """When the way was made: the mean time of its steps, weighted by their lengths, since the first sample.

    sum(t l) / L over the steps of the time view, t at the end of each; NaN where nothing moved. Feher 2012.

    >>> time_centre(Paths.of(x=[0, 3, 6], y=[0, 4, 8]))
    array([15.])
    """
    return ratio(reduce(path.elapsed * path.step, path.offsets, "sum"), path.way)


@measure("kinematic", unit="ms²")
def time_scatter(path: Paths) -> Floats:
    """How spread out in time the way was made: sum(t² l) / L less the square of `time_centre`. Feher 2012.

    Computed as the mean squared distance from the centre, which is the same and loses no digits.

    >>> time_scatter(Paths.of(x=[0, 3, 6], y=[0, 4, 8]))
    array([25.])
    """
    off = path.elapsed - np.repeat(time_centre(path), np.diff(path.offsets))
    return ratio(reduce(off * off * path.step, path.offsets, "sum"), path.way)
