"""The page that a map is drawn on: one address in one class of window widths, and the boxes of its elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.views import Views, views
from musculus.draw.maps.widths import classes, said
from musculus.errors import DataError, UnknownName
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BOXED = tuple(KIND[k] for k in ("down", "click", "enter", "stimulus"))


@dataclass(frozen=True, eq=False)
class Boxes:
    """Elements where they stand in a layout: the median of what was recorded.

    Attributes
    ----------
    code : (n,) into `events.targets`, ascending
    left, top, width, height : (n,) px of the document; of fixed elements of the window
    fixed : (n,) whether it doesn't scroll with the page
    answers : (n,) whether the pointer's entering is recorded, as it is of links, buttons, fields and what a site names
    """

    code: Ints
    left: Floats
    top: Floats
    width: Floats
    height: Floats
    fixed: Flags
    answers: Flags

    def find(self, code: npt.ArrayLike) -> Ints:
        """Place of each code among the boxes; -1 where it has none."""
        wanted = np.asarray(code, np.int64)
        if not len(self.code):
            return np.full(wanted.shape, -1)
        at = np.minimum(np.searchsorted(self.code, wanted), len(self.code) - 1)
        return np.where(self.code[at] == wanted, at, -1)


@dataclass(frozen=True, eq=False)
class Layout:
    """One address in windows of about one width.

    Attributes
    ----------
    address : "" where recordings know of none
    width_class : of `widths.EDGES`; -1 where the width isn't known
    width, height : of the page as it is drawn, px: the median window's width, more where visitors scrolled sideways,
        and the median height of the document
    window_width, window : median width and height of the window, px; without a known width the farthest position,
        without a known height NaN
    before : how much of the page is left of what its window shows first, px: of pages that are read from right to left
    chosen : (n_views,) which of `views` belong here
    boxes : its elements
    """

    address: str
    width_class: int
    width: float
    height: float
    window_width: float
    window: float
    before: float
    views: Views
    chosen: Flags
    boxes: Boxes

    @property
    def recordings(self) -> int:
        """How many recordings have a view of this page at this width."""
        return len(np.unique(self.views.recording[self.chosen]))

    @property
    def words(self) -> str:
        """What is shown: `/shop, window 1280-1535 px`."""
        return ", ".join(filter(None, [self.address, said(self.width_class) if self.width_class >= 0 else ""]))

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says of the layout; `boxes` are [selector, left, top, width, height, fixed]."""
        b = self.boxes
        boxes = zip(b.code, b.left, b.top, b.width, b.height, b.fixed, strict=True)
        return {
            "page": self.address, "width_class": said(self.width_class), "width": self.width, "height": self.height,
            "window_width": self.window_width, "before": self.before, "window_height": self.window,
            "recordings": self.recordings, "views": int(self.chosen.sum()),
            "boxes": [[events.targets[code], *map(float, rest), bool(fixed)] for code, *rest, fixed in boxes],
        }  # fmt: skip


def choices(events: Events) -> list[tuple[str, int, int]]:
    """(address, class of widths, page views) that there are maps of, the most viewed first."""
    v = views(events)
    found: dict[tuple[str, int], int] = {}
    for key in zip(v.address.tolist(), classes(v.width).tolist(), strict=True):
        found[key] = found.get(key, 0) + 1
    return [(*key, n) for key, n in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def layout(events: Events, page: str | None = None, width: float | None = None) -> Layout:
    """The layout of a page at a window width; without `page` the most viewed one, without `width` the commonest.

    `width` is any width of the class. UnknownName for an address that nobody visited, DataError for a width at which
    nobody did, or where there is no event at all.
    """
    if not events.n_events:
        raise DataError("there are no events to draw")
    v = views(events)
    if page is None:
        names, counts = np.unique(v.address.astype(str), return_counts=True)
        page = str(names[np.argmax(counts)])
    chosen = v.address == page
    if not chosen.any():
        raise UnknownName("page", page, {str(a) for a in v.address})
    kinds = classes(v.width)
    if width is None:
        there, counts = np.unique(kinds[chosen], return_counts=True)
        mine = int(there[np.argmax(counts)])
    else:
        mine = int(classes(width))
    if not (chosen & (kinds == mine)).any():
        seen = ", ".join(said(int(k)) for k in np.unique(kinds[chosen]))
        raise DataError(f"nobody saw {page or 'the page'} in a {said(mine)}; there are: {seen}")
    chosen &= kinds == mine
    return _measured(events, v, chosen, page, mine)


def _measured(events: Events, v: Views, chosen: Flags, page: str, mine: int) -> Layout:
    window, high = _median(v.width[chosen]), _median(v.height[chosen])
    before, after, deepest = _reached(events, v, chosen)
    boxes = _boxes(events, v, chosen, before)
    if np.isnan(window):
        window = _reach(events, v, chosen, events.x)
    height = _median(v.document_height[chosen])
    if np.isnan(height):
        height = deepest + (_reach(events, v, chosen, events.y) if np.isnan(high) else high)
    height = max(height, float(np.max((boxes.top + boxes.height)[~boxes.fixed], initial=0.0)))
    return Layout(page, mine, before + window + after, height, window, high, before, v, chosen, boxes)


def _reached(events: Events, v: Views, chosen: Flags) -> tuple[float, float, float]:
    """How far pages were scrolled to the left and to the right, no farther than documents are wide, and down; px."""
    from musculus.draw.maps.places import SCROLLS

    if "scroll_x" not in events and "scroll_y" not in events:
        return 0.0, 0.0, 0.0
    rows = np.flatnonzero(np.isin(events.kind, SCROLLS))
    run = v.run(rows)
    rows, run = rows[chosen[v.view[run]]], run[chosen[v.view[run]]]
    x, y = (np.nan_to_num(np.asarray(events.column(name)[rows], np.float64)) for name in ("scroll_x", "scroll_y"))
    more = v.document_width[v.view[run]] - v.widths[run]  # a page that is pulled past its end comes back
    x = np.where(np.isfinite(more), np.clip(x, -np.maximum(more, 0.0), np.maximum(more, 0.0)), x)
    return abs(float(x.min(initial=0.0))), float(x.max(initial=0.0)), float(y.max(initial=0.0))


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _reach(events: Events, v: Views, chosen: Flags, place: Floats) -> float:
    """The farthest position, where no size is known."""
    ends = np.append(v.first[1:], events.n_events)
    largest = [
        np.nanmax(place[a:b], initial=1.0) for a, b, k in zip(v.first, ends, v.view, strict=True) if chosen[k]
    ]
    return float(np.floor(max(largest)) + 1)


def _boxes(events: Events, v: Views, chosen: Flags, before: float) -> Boxes:
    """Median box of each target over the rows that tell one, in the document or, if fixed, in the window."""
    from musculus.draw.maps.places import scrolled

    none = np.zeros(0)
    if "target" not in events or "left" not in events or "width" not in events:
        return Boxes(np.zeros(0, np.int64), none, none, none, none, none > 0, none > 0)
    rows = np.flatnonzero(np.isin(events.kind, BOXED) & (events.columns["target"] >= 0))
    rows = rows[np.isfinite(events.columns["width"][rows])]
    rows = rows[chosen[v.view[v.run(rows)]]]
    code = events.columns["target"][rows].astype(np.int64)
    order = np.argsort(code, kind="stable")
    rows, code = rows[order], code[order]
    fixed = events.column("fixed")[rows] == 1
    sx, sy = scrolled(events, v, rows)
    sides = ("left", "top", "width", "height")
    box = np.column_stack([events.columns[name][rows].astype(np.float64) for name in sides])
    box[:, 0] += np.where(fixed, 0.0, sx)
    box[:, 1] += np.where(fixed, 0.0, sy)
    codes, begin = np.unique(code, return_index=True)
    parts = np.split(np.arange(len(rows)), begin[1:]) if len(codes) else []
    steady = np.array([fixed[p].mean() > 0.5 for p in parts], bool)
    middle = np.array([np.median(box[p[fixed[p] == s]], axis=0) for p, s in zip(parts, steady, strict=True)])
    middle = middle.reshape(-1, 4)
    answers = np.array([(events.kind[rows[p]] == KIND["enter"]).any() for p in parts], bool)
    left, top, width, height = middle.T.copy()
    return Boxes(codes, left + before, top, width, height, steady, answers)
