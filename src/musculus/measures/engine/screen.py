"""How large the surface was that a recording's positions lie on, and which of them lie outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musculus.events import Events
from musculus.measures.engine.landmarks import landmarks
from musculus.measures.engine.once import once_per_events
from musculus.measures.engine.rows import extent, page_runs, spans

if TYPE_CHECKING:
    from musculus.measures.paths import Paths

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Screens:
    """Width and height, px: of each page view that tells its viewport, and of each recording that tells its screen."""

    def __init__(self, events: Events) -> None:
        self.n_pages = int(events.columns["page"].max()) + 1 if events.n_events else 1
        pages, n = events.pages, len(events)
        recording, page = (np.asarray(pages.get(k, []), np.int64) for k in ("recording", "page"))
        self.key = recording * self.n_pages + page
        self.order = np.argsort(self.key)
        self.page_size = [_numbers(pages.get(f"viewport_{side}"), len(self.key)) for side in ("width", "height")]
        self.screen = [_numbers(events.context.get(f"screen_{side}"), n) for side in ("width", "height")]
        self.known = any(np.isfinite(v).any() for v in (*self.page_size, *self.screen))

    def size(self, recording: Ints, page: Ints) -> tuple[Floats, Floats]:
        """Width and height for rows of these recordings and pages; NaN where unknown."""
        width, height = (v[recording] for v in self.screen)
        if len(self.key):
            wanted = recording * self.n_pages + page
            at = self.order[np.minimum(np.searchsorted(self.key, wanted, sorter=self.order), len(self.key) - 1)]
            told = (self.key[at] == wanted) & np.isfinite(self.page_size[0][at] + self.page_size[1][at])
            width = np.where(told, self.page_size[0][at], width)
            height = np.where(told, self.page_size[1][at], height)
        return width, height


def _numbers(values: npt.ArrayLike | None, n: int) -> Floats:
    if values is None:
        return np.full(n, np.nan)
    return np.array([np.nan if v is None else v for v in np.asarray(values).tolist()], np.float64)


@once_per_events
def screens(events: Events) -> Screens:
    """The sizes these events tell, gathered on the first call."""
    return Screens(events)


def outside(path: Paths) -> Floats:
    """How many positions of each cut lie outside, shape (n_cuts,); NaN without one, or where no size is known."""
    sizes = screens(path.events)
    if not sizes.known:
        return np.full(len(path), np.nan)
    a, b = extent(path)
    rows = np.flatnonzero(landmarks(path.events).positions(a, b)) + a
    start, end, runs = page_runs(path)
    low, high = np.searchsorted(rows, start), np.searchsorted(rows, end)
    first = np.minimum(start, path.events.n_events - 1)
    page = path.events.columns["page"][first].astype(np.int64) if path.events.n_events else np.zeros_like(start)
    size = sizes.size(np.repeat(path.cuts.recording, np.diff(runs)), page)
    width, height = (np.repeat(v, high - low) for v in size)
    take = rows[spans(low, high)]
    x, y = path.events.x[take], path.events.y[take]
    out = np.append(0, np.cumsum((x < 0) | (x >= width) | (y < 0) | (y >= height)))
    known = np.append(0, np.cumsum(np.isfinite(size[0] + size[1])))
    offsets = np.append(0, np.cumsum(high - low))[runs]
    told = (np.diff(known[runs]) > 0) & (np.diff(offsets) > 0)
    return np.where(told, np.diff(out[offsets]), np.nan)
