"""How the page was scrolled; part of the category `performance`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.events import KIND, Events
from musculus.measures.engine.by_cut import reduce
from musculus.measures.engine.landmarks import landmarks
from musculus.measures.engine.once import once, once_per_events
from musculus.measures.engine.rows import group, inside
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@once_per_events
def scroll_rows(events: Events) -> tuple[Ints, Flags, Floats, Floats]:
    """Wheel and scroll rows of all recordings, which are the page's own, and how far each went across and down."""
    marks = landmarks(events)
    rows = marks.of("wheel", "scroll")
    page = marks.column("kind", rows) == KIND["scroll"]
    return rows, page, marks.column("dx", rows).astype(np.float64), marks.column("dy", rows).astype(np.float64)


@once
def _scrolled(path: Paths) -> tuple[Floats, Floats, Ints]:
    """Scrolled ways of the `scroll` rows of each cut, of its `wheel` rows where it has none: across, down, offsets."""
    rows, page, dx, dy = scroll_rows(path.events)
    take, offsets = inside(path, rows)
    if not len(take):
        return np.zeros(0), np.zeros(0), offsets
    owner = group(path, offsets)
    any_page = np.bincount(owner, page[take], len(path)) > 0
    used = page[take] == any_page[owner]
    return dx[take[used]], dy[take[used]], np.append(0, np.cumsum(used))[offsets]


def _reversals(values: Floats, offsets: Ints) -> Floats:
    if not len(values):
        return np.zeros(len(offsets) - 1)
    sign = np.sign(values)
    moving = np.flatnonzero((sign != 0) & np.isfinite(sign))
    at, turns = np.searchsorted(moving, offsets), np.zeros(len(moving))
    turns[1:] = sign[moving[1:]] != sign[moving[:-1]]
    turns[at[:-1][at[:-1] < len(moving)]] = 0  # the first of a cut turns from nothing
    return reduce(turns, at, "sum")


@measure("performance", unit="px", turns=True)
def scroll_distance_x(path: Paths) -> Floats:
    """Way scrolled across, there and back added up; 0 without scrolling.

    From the cut's `scroll` rows, or from its `wheel` rows where it has none.
    """
    dx, _, offsets = _scrolled(path)
    return reduce(np.abs(dx), offsets, "sum")


@measure("performance", unit="px", turns=True)
def scroll_distance_y(path: Paths) -> Floats:
    """Way scrolled down and up, both added up; 0 without scrolling. Rows as for `scroll_distance_x`."""
    _, dy, offsets = _scrolled(path)
    return reduce(np.abs(dy), offsets, "sum")


@measure("performance", unit="px", turns=True)
def scroll_net_x(path: Paths) -> Floats:
    """Where scrolling across ended, from where it began; positive to the right. Rows as for `scroll_distance_x`."""
    dx, _, offsets = _scrolled(path)
    return reduce(dx, offsets, "sum")


@measure("performance", unit="px", turns=True)
def scroll_net_y(path: Paths) -> Floats:
    """Where scrolling down ended, from where it began; positive downwards. Rows as for `scroll_distance_x`."""
    _, dy, offsets = _scrolled(path)
    return reduce(dy, offsets, "sum")


@measure("performance", unit="1", turns=True)
def scroll_reversals_x(path: Paths) -> Floats:
    """Changes of direction while scrolling across; steps of 0 px are skipped. Rows as for `scroll_distance_x`."""
    dx, _, offsets = _scrolled(path)
    return _reversals(dx, offsets)


@measure("performance", unit="1", turns=True)
def scroll_reversals_y(path: Paths) -> Floats:
    """Changes of direction while scrolling down and up; steps of 0 px are skipped. Rows as for `scroll_distance_x`."""
    _, dy, offsets = _scrolled(path)
    return _reversals(dy, offsets)
