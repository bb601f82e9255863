"""Where on a page its events were: window positions plus scroll, anchored to the element the pointer was in.

Between two rows that scroll, enter or leave, positions all move the same way: what is worked out once for such a piece
of rows is a factor and a shift, and the millions of moves need no more than a multiplication each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.layouts import Layout
from musculus.draw.maps.views import Views
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
CHUNK: Final = 1 << 17  # rows worked on at a time: what they need stays in cache
SCROLLS: Final = (KIND["scroll"], KIND["show"])
CROSSINGS: Final = (KIND["enter"], KIND["leave"])
SIDEWAYS: Final = 20.0  # px: a page this much wider than its window scrolls sideways; less is a scroll bar's width


@dataclass(frozen=True, eq=False)
class Pieces:
    """Runs of rows whose positions go to the page by one rule: x * `across` + `right`, y * `down` + `below`.

    Attributes
    ----------
    first : (n_pieces,) the row each begins with
    view : (n_pieces,) page view
    chosen : (n_pieces,) whether the view belongs to the layout
    element : (n_pieces,) place among the layout's boxes of the element that the pointer is in, -1 for none
    across, right, down, below : (n_pieces,)
    """

    first: Ints
    view: Ints
    chosen: Flags
    element: Ints
    across: Floats
    right: Floats
    down: Floats
    below: Floats

    def of(self, rows: Ints) -> Ints:
        """The piece of each row."""
        return np.asarray(np.searchsorted(self.first, rows, side="right") - 1)

    def of_range(self, a: int, b: int) -> Ints:
        """The piece of each row of a:b."""
        low, high = np.searchsorted(self.first, [a, b - 1], side="right") - 1
        starts = np.maximum(self.first[low : high + 1], a)
        return np.repeat(np.arange(low, high + 1), np.diff(np.append(starts, b)))

    def place(self, events: Events, rows: Ints, piece: Ints) -> tuple[Floats, Floats]:
        """Positions on the page of rows, px."""
        x = events.x[rows] * self.across[piece] + self.right[piece]
        return x, events.y[rows] * self.down[piece] + self.below[piece]


def chunks(events: Events) -> Iterator[tuple[int, int]]:
    """Ranges of rows of about a cache's size that begin and end with recordings."""
    begin = 0
    for end in events.offsets[1:].tolist():
        if end - begin >= CHUNK or (end == events.n_events and end > begin):
            yield begin, end
            begin = end


def pieces(events: Events, on: Layout) -> Pieces:
    """The pieces of all rows, with how their positions go to the layout's page."""
    v = on.views
    marks = _marks(events, v, (*SCROLLS, *CROSSINGS))
    view = v.view[v.run(marks)]
    sx, sy = _scroll_of(events, marks, v.tab[view])
    inside = _inside(events, marks, v)
    scale = _scale(on, v, v.run(marks))
    across, right, down, below = scale.copy(), sx * scale + on.before, np.ones(len(marks)), sy.copy()
    element = np.full(len(marks), -1)
    at = np.flatnonzero(inside >= 0)
    enter = inside[at]
    box = on.boxes.find(events.column("target")[marks[enter]])
    a, b = anchored(events, on, marks[enter], box, sx[enter], sy[enter])
    fixed = events.column("fixed")[marks[enter]] == 1
    usable = (box >= 0) & np.isfinite(a.sum(1) + b.sum(1))
    shift = np.where(fixed[:, None], 0.0, np.column_stack([sx[at], sy[at]]) * a)
    for out, values in ((across, a[:, 0]), (right, (b + shift)[:, 0]), (down, a[:, 1]), (below, (b + shift)[:, 1])):
        out[at[usable]] = values[usable]
    element[at[usable]] = box[usable]
    return Pieces(marks, view, on.chosen[view], element, across, right, down, below)


def _scale(on: Layout, v: Views, run: Ints) -> Floats:
    """How much wider the layout's window is than that of each run; a page that scrolls sideways keeps its px."""
    width = v.widths[run]
    wide = v.document_width[v.view[run]] > width + SIDEWAYS
    grows = np.isfinite(width) & ~wide
    return np.where(grows, on.window_width / np.where(grows, width, 1.0), 1.0)


def anchored(events: Events, on: Layout, rows: Ints, box: Ints, sx: Floats, sy: Floats) -> tuple[Floats, Floats]:
    """Factor and shift (n, 2) from rows' boxes to the layout's, in px of the document; of fixed ones of the window."""
    names = ("left", "top", "width", "height")
    left, top, width, height = (events.column(name)[rows].astype(np.float64) for name in names)
    moves = events.column("fixed")[rows] != 1
    b = on.boxes
    pick = np.maximum(box, 0)
    to = [np.where(box >= 0, v[pick], np.nan) if len(v) else np.full(len(rows), np.nan)
          for v in (b.left, b.top, b.width, b.height)]  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.column_stack([to[2] / width, to[3] / height])
        from_ = np.column_stack([left + np.where(moves, sx, 0.0), top + np.where(moves, sy, 0.0)])
        return factor, np.column_stack(to[:2]) - from_ * factor


def scrolled(events: Events, v: Views, rows: Ints) -> tuple[Floats, Floats]:
    """How far the page was scrolled at each row, px."""
    marks = _marks(events, v, SCROLLS)
    sx, sy = _scroll_of(events, marks, v.tab[v.view[v.run(marks)]])
    at = np.searchsorted(marks, rows, side="right") - 1
    return sx[at], sy[at]


def _marks(events: Events, v: Views, kinds: tuple[int, ...]) -> Ints:
    """Rows at which a piece begins: the first of each run, and those of some kinds."""
    if not {"scroll_x", "scroll_y", "target"} & set(events.columns):
        return v.first
    wanted = np.zeros(128, bool)
    wanted[list(kinds)] = True
    found = np.concatenate([np.flatnonzero(wanted[events.kind[a : a + CHUNK]]) + a
                            for a in range(0, events.n_events, CHUNK)])  # fmt: skip
    return np.union1d(v.first, found)


def _carried(has: Flags, tab: Ints) -> Ints:
    """For each mark the latest one of its page view that `has`; -1 before the first."""
    order = np.argsort(tab, kind="stable")
    has, group = has[order], tab[order]
    starts = np.append(True, group[1:] != group[:-1]) if len(group) else np.zeros(0, bool)
    latest = np.maximum.accumulate(np.where(has | starts, np.arange(len(has)), 0))
    out = np.empty(len(has), np.int64)
    out[order] = np.where(has[latest], order[latest], -1)
    return out


def _scroll_of(events: Events, marks: Ints, tab: Ints) -> tuple[Floats, Floats]:
    """Scroll at each mark; 0 until a page view's first `show` or `scroll` row tells of it."""
    x, y = (events.column(name)[marks].astype(np.float64) for name in ("scroll_x", "scroll_y"))
    tells = np.isin(events.kind[marks], SCROLLS) & np.isfinite(x) & np.isfinite(y)
    at = _carried(tells, tab)
    return np.where(at >= 0, x[at], 0.0), np.where(at >= 0, y[at], 0.0)


def _inside(events: Events, marks: Ints, v: Views) -> Ints:
    """For each mark that of the `enter` row of the element the pointer is in; -1 outside of all, and after a resize."""
    kind = events.kind[marks]
    at = _carried(np.isin(kind, CROSSINGS) | np.isin(marks, v.turned()), v.tab[v.view[v.run(marks)]])
    return np.where((at >= 0) & (kind[at] == KIND["enter"]), at, -1)
