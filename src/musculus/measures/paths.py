"""`Paths`: a chunk of cuts and what their measures share, each computed once and only when asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, position_rows
from musculus.events import Events
from musculus.measures.engine.summaries import Layout
from musculus.measures.engine.views import views
from musculus.measures.time_view import TimeView

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Paths(TimeView):
    """Many cuts at once. Series stand beside a view: entry i is sample i, NaN where nothing came before in the cut.

    Attributes
    ----------
    events, cuts : the rows (`events.t[cuts.start[k]:cuts.end[k]]`) for measures that read more than positions
    t, x, y : (n_time,) the time view of all cuts; `offsets` (n_cuts + 1,)
    path_x, path_y : (n_path,) the path view; `path_offsets`
    raw_t : times of the positioned rows in arrival order; `raw_offsets`
    shape : of one number a cut
    """

    def __init__(self, events: Events, cuts: Cuts, use: npt.NDArray[np.bool_] | None = None) -> None:
        self.events, self.cuts = events, cuts
        self.shape = (len(cuts.start),)
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
        return self.shape[0]

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
