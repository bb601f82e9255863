"""Speed and its derivatives as the literature computes them: finite differences on the time view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.series import between, change
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]


@measure("kinematic", unit="px/s", summarise=True)
def velocity(path: Paths) -> Floats:
    """Speed over each interval of the time view. Gamboa & Fred 2004."""
    return path.speed


@measure("kinematic", unit="px/s", summarise=True, turns=True)
def velocity_x(path: Paths) -> Floats:
    """Signed horizontal velocity over each interval, positive to the right."""
    return path.dx / path.dt


@measure("kinematic", unit="px/s²", summarise=True)
def acceleration(path: Paths) -> Floats:
    """Change of speed between the midpoints of successive intervals over the time between them."""
    return path.acceleration


@measure("kinematic", unit="px/s³", summarise=True)
def jerk(path: Paths) -> Floats:
    """Change of acceleration over the time between the places of its two values."""
    return path.jerk


@measure("kinematic", unit="px/s")
def mean_speed(path: Paths) -> Floats:
    """Path of the time view over elapsed time; NaN with fewer than two samples."""
    return ratio(reduce(path.step, path.offsets, "sum"), path.duration) * 1e3
