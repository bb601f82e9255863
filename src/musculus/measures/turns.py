"""How the path turns: flips, inflections, corners, curvature; part of the category `spatial`."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.once import once
from musculus.measures.engine.signs import sign_changes
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
SMALL_FLIP: Final = 3.0  # px
STRAIGHT: Final = 1e-12  # rad: a smaller turn has no side
SMALL_TURN: Final = np.pi / 18  # 10 degrees


@once
def _flips_x(path: Paths) -> Floats:
    return sign_changes(path.segment_x, path.path_offsets, drop=SMALL_FLIP)


@once
def _flips_y(path: Paths) -> Floats:
    return sign_changes(path.segment_y, path.path_offsets, drop=SMALL_FLIP)


@once
def _bends(path: Paths) -> Floats:
    return sign_changes(path.turn, path.path_offsets, skip=STRAIGHT, drop=SMALL_TURN)


@measure("spatial", unit="1", turns=True, back=1)
def x_flips(path: Paths) -> Floats:
    """How often the pointer turned round along x; steps without change of x are skipped.

    >>> x_flips(Paths.of(x=[0, 5, 5, 3, 9], y=[0, 0, 4, 4, 4]))
    array([2.])
    """
    return path.placed(_flips_x(path)[:, 0])


@measure("spatial", unit="1", turns=True, back=1)
def y_flips(path: Paths) -> Floats:
    """How often the pointer turned round along y; steps without change of y are skipped."""
    return path.placed(_flips_y(path)[:, 0])


@measure("spatial", unit="1", turns=True, px=None, back=1)
def x_flips_3(path: Paths) -> Floats:
    """How often the pointer turned round along x, where ways of at most 3 px in one direction are dropped first.

    >>> x_flips_3(Paths.of(x=[0, 5, 3, 9], y=[0, 0, 0, 0]))  # the way back is 2 px
    array([0.])
    """
    return path.placed(_flips_x(path)[:, 1])


@measure("spatial", unit="1", turns=True, px=None, back=1)
def y_flips_3(path: Paths) -> Floats:
    """How often the pointer turned round along y, where ways of at most 3 px in one direction are dropped first."""
    return path.placed(_flips_y(path)[:, 1])


@measure("spatial", unit="1", back=1)
def inflections(path: Paths) -> Floats:
    """Changes of sign of the turning angle: from bending left to bending right and back.

    Angles of at most 1e-12 rad are skipped. An exact reversal is a turn of +pi. Gamboa & Fred 2004.

    >>> inflections(Paths.of(x=[0, 5, 10, 15, 20], y=[0, 2, 2, 4, 4]))  # right, left, right
    array([2.])
    """
    return path.placed(_bends(path)[:, 0])


@measure("spatial", unit="1", back=1)
def inflections_10deg(path: Paths) -> Floats:
    """Changes of sign of the turning angle, where bends of at most 10 degrees in one direction are dropped first."""
    return path.placed(_bends(path)[:, 1])


@measure("spatial", unit="1", back=1)
def corners(path: Paths) -> Floats:
    """Turns of more than 90 degrees (pi/2 rad).

    >>> corners(Paths.of(x=[0, 5, 5, 4], y=[0, 0, 5, 0]))  # 90 degrees, then nearly back
    array([1.])
    """
    return path.placed(reduce(np.abs(path.turn) > np.pi / 2, path.path_offsets, "sum"))


@measure("spatial", unit="rad", back=1)
def total_abs_curvature(path: Paths) -> Floats:
    """Sum of the absolute turning angles; 0 for a straight line.

    >>> total_abs_curvature(Paths.of(x=[0, 5, 5, 9], y=[0, 0, 5, 5]))  # right, then left
    array([3.14...])
    """
    return path.placed(reduce(np.abs(path.turn), path.path_offsets, "sum"))


@measure("spatial", unit="rad", mirror=-1, back=-1)
def winding(path: Paths) -> Floats:
    """Sum of the signed turning angles, clockwise positive: 2 pi for one clockwise round.

    An exact reversal counts as +pi.
    """
    return path.placed(reduce(path.turn, path.path_offsets, "sum"))


@measure("spatial", unit="rad²/px", back=1)
def bending_energy(path: Paths) -> Floats:
    """Sum of curvature² x the mean of the two adjacent lengths; 0 for a straight line.

    >>> bending_energy(Paths.of(x=[0, 5, 0], y=[0, 0, 0]))  # pi² / 5
    array([1.97...])
    """
    return path.placed(reduce(path.turn * path.turn / path.bow, path.path_offsets, "sum"))


@measure("spatial", unit="rad", summarise=True, back=1)
def curvature_angle(path: Paths) -> Floats:
    """Unsigned change of heading between successive segments: 0 straight, pi a reversal.

    |atan2(cross, dot)| of the two segments. Needs three points.
    """
    return np.abs(path.turn)


@measure("spatial", unit="rad/px", summarise=True, mirror=-1, back=-1)
def curvature(path: Paths) -> Floats:
    """Signed turning angle over the mean of the two adjacent lengths, positive clockwise. Gamboa & Fred 2004."""
    return path.turn / path.bow


@measure("spatial", unit="1", summarise=True, back=1)
def curvature_distance(path: Paths) -> Floats:
    """Distance of B from the line AC over |AC|, for successive points A, B, C: 0 straight; undefined where A = C.

    The inverse of the ratio in Zheng, Paloski & Wang 2011, which is infinite on a straight line.
    """
    x, y = path.earlier[0] + path.segment_x, path.earlier[1] + path.segment_y
    return np.abs(path.cross) / (x * x + y * y)
