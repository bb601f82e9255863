"""`Paths`: a chunk of cuts and what their measures share, each computed once and only when asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, position_rows
from musculus.events import Events
from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.grid import Grid
from musculus.measures.engine.series import before, between, change
from musculus.measures.engine.summaries import Layout
from musculus.measures.engine.views import views

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# A cross product of -0.0 counts as 0, so that an exact reversal is +pi and not -pi.
PLUS_ZERO = 0.0


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
        self._layouts: dict[int, Layout] = {}
        self._own = frozenset([*self.__dict__, "_own"])  # what `release` keeps

    @classmethod
    def of(cls, x: Any, y: Any, t: Any = None) -> Paths:
        """One path from coordinates (px) and times (ms; 10 ms steps where none are given)."""
        times = np.arange(len(x)) * 10.0 if t is None else t
        events = Events.of(times, x, y)
        whole = np.array([0]), np.array([len(x)]), np.array([0]), np.zeros(1, np.int32)
        return cls(events, Cuts("recording", *whole))

    def __len__(self) -> int:
        return len(self.cuts)

    def offsets_of(self, view: str) -> Ints:
        """Offsets (n_cuts + 1,) of the series beside the `time`, `path` or `grid` view."""
        if view == "grid":
            return self.grid.offsets
        offsets: Ints = self.offsets if view == "time" else self.path_offsets
        return offsets

    def layout(self, offsets: Ints) -> Layout:
        """Where series with these offsets are laid out to be summarised."""
        key = id(offsets)
        if key not in self._layouts or self._layouts[key].offsets is not offsets:
            self._layouts[key] = Layout(offsets)
        return self._layouts[key]

    def release(self, *, grid: bool = True) -> None:
        """Forget the shared series (they are computed again when asked for), and the grid; numbers a cut stay."""
        for name in set(self.__dict__) - self._own:
            if self._is_long(self.__dict__[name]) and (grid or name != "grid"):
                del self.__dict__[name]
        self._layouts.clear()

    def _is_long(self, value: Any) -> bool:
        if isinstance(value, tuple):
            return any(self._is_long(part) for part in value)
        return not isinstance(value, np.ndarray) or len(value) > len(self) + 1

    # -- time view -------------------------------------------------------------------------------------------------
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
