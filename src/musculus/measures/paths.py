"""`Paths`: a chunk of cuts and what their measures share, each computed once and only when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, position_rows
from musculus.events import Events
from musculus.measures.engine.by_cut import ratio, reduce
from musculus.measures.engine.series import before, between, change
from musculus.measures.engine.views import views

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A cross product of -0.0 counts as 0, so that an exact reversal is +pi and not -pi.
_PLUS_ZERO = 0.0


class Paths:
    """Many cuts at once. Series stand beside a view: entry i is sample i, NaN where nothing came before in the cut.

    Attributes
    ----------
    events, cuts : the rows (`events.t[cuts.start[k]:cuts.end[k]]`) for measures that read more than positions
    t, x, y : (n_time,) the time view of all cuts; `offsets` (n_cuts + 1,)
    path_x, path_y : (n_path,) the path view; `path_offsets`
    raw_t : times of the positioned rows in arrival order; `raw_offsets`
    """

    def __init__(self, events: Events, cuts: Cuts, use: npt.NDArray[np.bool_] | None = None) -> None:
        self.events, self.cuts = events, cuts
        use = position_rows(events) if use is None else use
        time, path, raw = views(events.t, events.x, events.y, use, cuts.start, cuts.end)
        self.t, self.x, self.y, self.offsets = time
        self.path_x, self.path_y, self.path_offsets = path
        self.raw_t, self.raw_offsets = raw

    @classmethod
    def of(cls, x: Any, y: Any, t: Any = None) -> Paths:
        """One path from coordinates (px) and times (ms; 10 ms steps where none are given)."""
        times = np.arange(len(x)) * 10.0 if t is None else t
        events = Events.of(times, x, y)
        whole = np.array([0]), np.array([len(x)]), np.array([0]), np.zeros(1, np.int32)
        return cls(events, Cuts("recording", *whole))

    def __len__(self) -> int:
        return len(self.cuts)

    # -- time view -------------------------------------------------------------------------------------------------
    @cached_property
    def interval(self) -> Floats:
        """Interval before each sample, ms; above 0."""
        return change(self.t, self.offsets)

    @cached_property
    def dt(self) -> Floats:
        """The same in seconds, for rates: `path.step / path.dt` is in px/s."""
        return self.interval / 1e3

    @cached_property
    def dx(self) -> Floats:
        """Step across, px."""
        return change(self.x, self.offsets)

    @cached_property
    def dy(self) -> Floats:
        """Step down, px."""
        return change(self.y, self.offsets)

    @cached_property
    def step(self) -> Floats:
        """Length of each step of the time view, px."""
        return np.sqrt(self.dx * self.dx + self.dy * self.dy)

    @cached_property
    def mid(self) -> Floats:
        """Midpoint in time of each interval, s."""
        return between(self.t, self.offsets) / 1e3

    @cached_property
    def speed(self) -> Floats:
        """Speed over each interval, at its midpoint, px/s."""
        return self.step / self.dt

    @cached_property
    def acceleration(self) -> Floats:
        """Change of speed between midpoints over the time between them, px/s²."""
        return change(self.speed) / change(self.mid)

    @cached_property
    def acceleration_at(self) -> Floats:
        """Where an acceleration lies in time: midway between the two speeds it comes from, s."""
        return between(self.mid)

    @cached_property
    def jerk(self) -> Floats:
        """Change of acceleration over the time between its two places, px/s³."""
        return change(self.acceleration) / change(self.acceleration_at)

    @cached_property
    def duration(self) -> Floats:
        """Last less first time of the time view, shape (n_cuts,), ms; NaN without a sample."""
        return reduce(self.t, self.offsets, "last") - reduce(self.t, self.offsets, "first")

    # -- path view -------------------------------------------------------------------------------------------------
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
    def turn(self) -> Floats:
        """Turning angle between the last two segments before each point, rad in (-pi, pi], positive clockwise."""
        ux, uy = before(self.segment_x), before(self.segment_y)
        return turning(ux, uy, self.segment_x, self.segment_y)

    @cached_property
    def length(self) -> Floats:
        """Travelled way of the path view, shape (n_cuts,), px; 0 for one point, NaN for none."""
        return np.where(self.points > 0, reduce(self.segment, self.path_offsets, "sum"), np.nan)

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

    def on_path(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A number a cut repeated beside the points of the path view."""
        return np.repeat(values, self.points)

    @cached_property
    def deviation(self) -> Floats:
        """Signed distance of each point of the path view from the direct line, px, positive right of travel."""
        cx, cy = (self.on_path(c) for c in self.chord)
        x0, y0 = (self.on_path(c) for c in self.first)
        cross = cx * (self.path_y - y0) - cy * (self.path_x - x0)
        return ratio(cross, self.on_path(self.displacement))

    @cached_property
    def progress(self) -> Floats:
        """Distance along the direct line of each point of the path view, px."""
        cx, cy = (self.on_path(c) for c in self.chord)
        x0, y0 = (self.on_path(c) for c in self.first)
        dot = cx * (self.path_x - x0) + cy * (self.path_y - y0)
        return ratio(dot, self.on_path(self.displacement))


def turning(ux: Floats, uy: Floats, vx: Floats, vy: Floats) -> Floats:
    """Angle from step u to step v, rad in (-pi, pi], positive clockwise; an exact reversal is +pi."""
    cross = ux * vy - uy * vx + _PLUS_ZERO
    return np.arctan2(cross, ux * vx + uy * vy)
