"""Where the pointer went: lengths, deviations, turns, flips; one number a cut, or series on the path view."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import ratio
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]


@measure("spatial", unit="px")
def path_length(path: Paths) -> Floats:
    """Travelled way: the sum of the segments of the path view.

    0 for a single point, NaN without one.

    >>> path_length(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))
    array([14.])
    """
    return path.length


@measure("spatial", unit="px")
def displacement(path: Paths) -> Floats:
    """Distance from the first point to the last: the chord."""
    return path.displacement


@measure("spatial", unit="1")
def straightness(path: Paths) -> Floats:
    """Chord over travelled way: 1 for a ruler line, towards 0 for a scribble.

    NaN while the pointer has not moved. The inverse, `tortuosity`, is what the Smashing article calls straightness.

    >>> straightness(Paths.of(x=[0, 6, 6], y=[0, 0, 8]))  # chord 10, travelled 14
    array([0.714...])
    """
    return ratio(path.displacement, path.length)


@measure("spatial", unit="rad", summarise=True)
def curvature_angle(path: Paths) -> Floats:
    """Unsigned change of heading between successive segments: 0 straight, pi a reversal."""
    return np.abs(path.turn)
