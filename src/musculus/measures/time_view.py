"""What is divided by time: series beside the time view, each computed once and only when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.grid import Grid
from musculus.measures.engine.series import before, between, change
from musculus.measures.path_view import PathView, turning

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Moved(NamedTuple):
    """Samples of the time view that each lie elsewhere than the one before.

    `rows` are their places in the time view (None: all), `offsets` by cut; beside them the length of the step to each
    (px) and the turning angle at the one before (rad).
    """

    rows: Ints | None
    offsets: Ints
    step: Floats
    turn: Floats

    def of(self, values: Floats) -> Floats:
        """A series of the time view, of these samples only."""
        return values if self.rows is None else values[self.rows]


class TimeView(PathView):
    """Positions of many cuts by distinct, rising times; standing samples stay. Often the same as the path view.

    Attributes
    ----------
    t, x, y : (n_time,) ms, px
    offsets : (n_cuts + 1,)
    """

    t: Floats
    x: Floats
    y: Floats
    offsets: Ints

    @cached_property
    def interval(self) -> Floats:
        """Interval before each sample, ms; above 0."""
        return change(self.t, self.offsets)

    @cached_property
    def elapsed(self) -> Floats:
        """Time since the first sample of the cut, ms."""
        return self.t - np.repeat(reduce(self.t, self.offsets, "first"), np.diff(self.offsets))

    @cached_property
    def dt(self) -> Floats:
        """Interval before each sample in seconds, for rates: `path.step / path.dt` is in px/s."""
        return self.interval / 1e3

    @cached_property
    def alike(self) -> bool:
        """Whether both views are the same samples throughout: no equal times, no repeated positions."""
        return (
            len(self.x) == len(self.path_x)
            and np.array_equal(self.x, self.path_x)
            and np.array_equal(self.y, self.path_y)
            and np.array_equal(self.offsets, self.path_offsets)
        )

    @cached_property
    def dx(self) -> Floats:
        """Step across, px."""
        return self.segment_x if self.alike else change(self.x, self.offsets)

    @cached_property
    def dy(self) -> Floats:
        """Step down, px."""
        return self.segment_y if self.alike else change(self.y, self.offsets)

    @cached_property
    def step(self) -> Floats:
        """Length of each step of the time view, px."""
        return self.segment if self.alike else np.sqrt(self.dx * self.dx + self.dy * self.dy)

    @cached_property
    def mid(self) -> Floats:
        """Midpoint in time of each interval, s since the recording began."""
        return between(self.t, self.offsets) / 1e3

    @cached_property
    def speed(self) -> Floats:
        """Speed over each interval, at its midpoint, px/s."""
        return self.step / self.dt

    @cached_property
    def velocity_x(self) -> Floats:
        """Signed velocity across over each interval, px/s."""
        return self.dx / self.dt

    @cached_property
    def velocity_y(self) -> Floats:
        """Signed velocity down over each interval, px/s."""
        return self.dy / self.dt

    # Each derivative lies midway between the two values it comes from, so the time between two neighbours is the mean
    # of the two times one order below: no absolute time enters, and a late recording loses no digits.
    @cached_property
    def between_speeds(self) -> Floats:
        """Time between the midpoints of an interval and the one before, s."""
        return between(self.dt)

    @cached_property
    def between_accelerations(self) -> Floats:
        """Time between the places of an acceleration and the one before, s."""
        return between(self.between_speeds)

    @cached_property
    def acceleration(self) -> Floats:
        """Change of speed between midpoints over the time between them, px/s²."""
        return change(self.speed) / self.between_speeds

    @cached_property
    def jerk(self) -> Floats:
        """Change of acceleration over the time between its two places, px/s³."""
        return change(self.acceleration) / self.between_accelerations

    @cached_property
    def duration(self) -> Floats:
        """Last less first time of the time view, shape (n_cuts,), ms; NaN without a sample."""
        return reduce(self.t, self.offsets, "last") - reduce(self.t, self.offsets, "first")

    @cached_property
    def way(self) -> Floats:
        """Path of the time view, shape (n_cuts,), px."""
        return reduce(self.step, self.offsets, "sum")

    @cached_property
    def moved(self) -> Moved:
        """The time view without samples that repeat the position before."""
        if self.alike:
            return Moved(None, self.offsets, self.step, self.turn)
        rows = np.flatnonzero(self.step != 0)  # the first of a cut has no step (NaN) and stays
        offsets: Ints = np.searchsorted(rows, self.offsets)
        x, y = self.dx[rows], self.dy[rows]
        return Moved(rows, offsets, self.step[rows], turning(before(x), before(y), x, y))

    @cached_property
    def grid(self) -> Grid:
        """The time view on the 10 ms grid."""
        return Grid(self.t, self.x, self.y, self.offsets)
