"""How far down a page people saw: the share of visits, and the time, at each depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.layouts import Layout, layout
from musculus.draw.maps.places import SCROLLS, scrolled
from musculus.errors import DataError
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
BAND: Final = 20.0  # px


@dataclass(frozen=True, eq=False)
class Scroll:
    """Bands of a page from its top.

    Attributes
    ----------
    layout : the page
    band : height of a band, px
    share : (n_bands,) share of visits in whose window more than half of the band ever was
    low, high : (n_bands,) its 95 % interval (Wilson)
    seconds : (n_bands,) mean time a visit had it in the window
    n : page views counted
    """

    layout: Layout
    band: float
    share: Floats
    low: Floats
    high: Floats
    seconds: Floats
    n: int

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says of the map."""
        return {
            "layout": self.layout.numbers(events), "band_px": self.band, "n": self.n, "share": self.share.tolist(),
            "low": self.low.tolist(), "high": self.high.tolist(), "seconds": self.seconds.tolist(),
        }  # fmt: skip


def scroll(events: Events, page: str | None = None, width: float | None = None, band: float = BAND) -> Scroll:
    """Share of page views that saw each depth of a page at a window width (chosen as by `layout`).

    A view sees from how far it is scrolled to a window's height below; a view that never scrolls sees the first window.
    DataError where no height of a window is known: then nobody can say what was seen.
    """
    on = layout(events, page, width)
    v = on.views
    mine = np.flatnonzero(on.chosen & np.isfinite(v.height))
    if not len(mine):
        raise DataError("these recordings don't say how high their windows were (viewport_height): no depth is known")
    view, top, high, time = _stands(events, on)
    n_bands = max(1, int(np.ceil(on.height / band)))
    place = np.full(len(v), -1)
    place[mine] = np.arange(len(mine))
    keep = place[view] >= 0
    view, top, high, time = view[keep], top[keep], high[keep], time[keep]
    begin = np.clip(np.floor(top / band + 0.5), 0, n_bands).astype(np.int64)
    end = np.clip(np.floor((top + high) / band + 0.5), 0, n_bands).astype(np.int64)
    seen = _seen(place[view], begin, end, len(mine), n_bands)
    turned = np.bincount(begin, time, n_bands + 1) - np.bincount(end, time, n_bands + 1)
    low, high = _wilson(seen, len(mine))
    return Scroll(on, band, seen / len(mine), low, high, np.cumsum(turned)[:-1] / 1000.0 / len(mine), len(mine))


def _stands(events: Events, on: Layout) -> tuple[Ints, Floats, Floats, Floats]:
    """View, scroll, window's height and length (ms, hidden time left out) of each time in which a page stood still."""
    v = on.views
    marks = np.flatnonzero(np.isin(events.kind, (*SCROLLS, KIND["hide"])))
    marks = np.union1d(v.first, marks)
    run = v.run(marks)
    tab = v.tab[v.view]
    goes_on = np.append(tab[1:] == tab[:-1], False)  # a window that was resized: the same page from the next row on
    last = np.where(goes_on, np.append(v.first[1:], 0), np.append(v.first[1:], events.n_events) - 1)
    until = np.where(np.append(run[1:] == run[:-1], False), np.append(marks[1:], 0), last[run])
    time = np.maximum(events.t[until] - events.t[marks], 0.0)
    time[events.kind[marks] == KIND["hide"]] = 0.0
    high = np.where(np.isfinite(v.heights[run]), v.heights[run], v.height[v.view[run]])
    return v.view[run], scrolled(events, v, marks)[1], high, time


def _seen(view: Ints, begin: Ints, end: Ints, n: int, n_bands: int) -> Floats:
    """How many of n views saw each band: those in whose window it ever was, counted once."""
    total = np.zeros(n_bands)
    order = np.argsort(view, kind="stable")
    view, begin, end = view[order], begin[order], end[order]
    step = max(1, 4_000_000 // (n_bands + 1))
    for a in range(0, n, step):
        some = slice(*np.searchsorted(view, [a, a + step]))
        turns = np.zeros((min(step, n - a), n_bands + 1), np.int32)
        np.add.at(turns, (view[some] - a, begin[some]), 1)
        np.add.at(turns, (view[some] - a, end[some]), -1)
        total += (np.cumsum(turns, axis=1)[:, :-1] > 0).sum(axis=0)
    return total


def _wilson(k: Floats, n: int) -> tuple[Floats, Floats]:
    z2, p = 1.96**2, k / n
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
