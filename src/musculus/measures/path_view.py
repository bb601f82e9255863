"""What the spatial measures share: series beside the path view, each computed once and only when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.series import before, between, change

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A cross product of -0.0 counts as 0, so that an exact reversal is +pi and not -pi.
PLUS_ZERO = 0.0


class PathView:
    """Every finite position of many cuts in order, consecutive equal ones collapsed.

    Attributes
    ----------
    path_x, path_y : (n_path,) px
    path_offsets : (n_cuts + 1,)
    """

    path_x: Floats
    path_y: Floats
    path_offsets: Ints

    @cached_property
    def points(self) -> Ints:
        """Points of the path view, shape (n_cuts,)."""
        return np.diff(self.path_offsets)

    @cached_property
    def segment_x(self) -> Floats:
        """Segment across, px."""
        return change(self.path_x, self.path_offsets)

    @cached_property
    def segment_y(self) -> Floats:
        """Segment down, px."""
        return change(self.path_y, self.path_offsets)

    @cached_property
    def segment(self) -> Floats:
        """Length of the segment before each point of the path view, px; never 0."""
        return np.sqrt(self.segment_x * self.segment_x + self.segment_y * self.segment_y)

    @cached_property
    def earlier(self) -> tuple[Floats, Floats]:
        """The segment before the one before each point, px across and down."""
        return before(self.segment_x), before(self.segment_y)

    @cached_property
    def cross(self) -> Floats:
        """Cross product of the last two segments before each point, px²; never -0.0."""
        return self.earlier[0] * self.segment_y - self.earlier[1] * self.segment_x + PLUS_ZERO

    @cached_property
    def turn(self) -> Floats:
        """Turning angle between the last two segments before each point, rad in (-pi, pi], positive clockwise."""
        return np.arctan2(self.cross, self.earlier[0] * self.segment_x + self.earlier[1] * self.segment_y)

    @cached_property
    def bow(self) -> Floats:
        """Mean length of the last two segments before each point, px."""
        return between(self.segment)

    @cached_property
    def length(self) -> Floats:
        """Travelled way of the path view, shape (n_cuts,), px; 0 for one point, NaN for none."""
        return self.placed(reduce(self.segment, self.path_offsets, "sum"))

    @cached_property
    def first(self) -> tuple[Floats, Floats]:
        """First point of each cut, px."""
        return self._ends("first")

    @cached_property
    def last(self) -> tuple[Floats, Floats]:
        """Last point of each cut, px."""
        return self._ends("last")

    def _ends(self, which: str) -> tuple[Floats, Floats]:
        return reduce(self.path_x, self.path_offsets, which), reduce(self.path_y, self.path_offsets, which)

    @cached_property
    def chord(self) -> tuple[Floats, Floats]:
        """From the first point to the last, shape (n_cuts,) each, px."""
        return self.last[0] - self.first[0], self.last[1] - self.first[1]

    @cached_property
    def displacement(self) -> Floats:
        """Length of the chord, px; NaN without a point."""
        return np.sqrt(self.chord[0] ** 2 + self.chord[1] ** 2)

    @cached_property
    def closed(self) -> npt.NDArray[np.bool_]:
        """Which cuts moved and came back to where they began: they have no direct line."""
        closed: npt.NDArray[np.bool_] = (self.displacement == 0) & (self.points > 1)
        return closed

    @cached_property
    def away(self) -> tuple[Floats, Floats]:
        """Each point of the path view seen from the first of its cut, px across and down."""
        return self.path_x - self.on_path(self.first[0]), self.path_y - self.on_path(self.first[1])

    @cached_property
    def deviation(self) -> Floats:
        """Signed distance of each point of the path view from the direct line, px, positive right of travel."""
        (cx, cy), (x, y), d = self.chord, self.away, self.on_path(self.displacement)
        return (self.on_path(cx) * y - self.on_path(cy) * x) / d

    @cached_property
    def progress(self) -> Floats:
        """Distance along the direct line of each point of the path view, px."""
        (cx, cy), (x, y), d = self.chord, self.away, self.on_path(self.displacement)
        return (self.on_path(cx) * x + self.on_path(cy) * y) / d

    def on_path(self, values: npt.NDArray[Any]) -> Floats:
        """A number a cut repeated beside the points of the path view."""
        beside: Floats = np.repeat(values, self.points)
        return beside

    def placed(self, values: npt.NDArray[Any]) -> Floats:
        """A number a cut, NaN where the cut has no position at all."""
        return np.where(self.points > 0, values, np.nan)


def turning(ux: Floats, uy: Floats, vx: Floats, vy: Floats) -> Floats:
    """Angle from step u to step v, rad in (-pi, pi], positive clockwise; an exact reversal is +pi."""
    cross = ux * vy - uy * vx + PLUS_ZERO
    return np.arctan2(cross, ux * vx + uy * vy)
