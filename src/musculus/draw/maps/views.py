"""Page views: which rows each has, where it was, and how large its window was, at every moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.widths import classes
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]
SETTLED: Final = 500.0  # ms: a size that another one follows sooner, and in which nothing was done, was passed through
SIZED: Final = (KIND["show"], KIND["resize"])
DONE: Final = tuple(KIND[k] for k in ("move", "down", "up", "click", "wheel", "key_down"))


@dataclass(frozen=True, eq=False)
class Views:
    """The page views of many recordings; one whose window changes to another class of widths is a view in each.

    Attributes
    ----------
    recording, page : (n_views,) index of the recording, number of the page in it
    tab : (n_views,) which views are of one page view: these share its scroll
    address : (n_views,) strings, "" where it isn't known
    width, height : (n_views,) the window, CSS px, as it was for most of the view's rows; NaN where it isn't known
    document_width, document_height : (n_views,) the whole page; NaN where it was told in another class of widths only
    first : (n_runs,) row at which a run of rows of one view begins; two tabs take turns, so a view may have many
    view : (n_runs,) the view of each run
    widths, heights : (n_runs,) the window in that run
    """

    recording: Ints
    page: Ints
    tab: Ints
    address: Array
    width: Floats
    height: Floats
    document_width: Floats
    document_height: Floats
    first: Ints
    view: Ints
    widths: Floats
    heights: Floats

    def __len__(self) -> int:
        return len(self.recording)

    def run(self, rows: Ints) -> Ints:
        """The run that each row is in."""
        return np.asarray(np.searchsorted(self.first, rows, side="right") - 1)

    def turned(self) -> Ints:
        """Rows at which the window of a page view became wider or narrower: elements stand elsewhere from there on."""
        tab = self.tab[self.view]
        order = np.argsort(tab, kind="stable")
        other = np.append(False, self.widths[order][1:] != self.widths[order][:-1]) if len(order) else np.zeros(0, bool)
        same = np.append(False, tab[order][1:] == tab[order][:-1]) if len(order) else other
        return np.sort(self.first[order[other & same & np.isfinite(self.widths[order])]])


def views(events: Events) -> Views:
    """All page views that have rows, ordered by recording, page and class of widths.

    >>> v = views(Events.of(t=[0, 1, 2], x=[0, 0, 0], y=[0, 0, 0], page=[0, 1, 1]))
    >>> v.page.tolist(), v.first.tolist()
    ([0, 1], [0, 1])
    """
    page, offsets = events.column("page"), events.offsets
    sized = _sized(events)
    border = np.zeros(events.n_events, bool)
    border[1:] = page[1:] != page[:-1]
    border[offsets[:-1][np.diff(offsets) > 0]] = True
    border[sized] = True
    first = np.flatnonzero(border)
    recording = np.searchsorted(offsets, first, side="right") - 1
    pages = np.asarray(events.pages.get("page", np.zeros(0)), np.int64)
    base = int(max(page[first].max(initial=0), pages.max(initial=0))) + 1
    known = np.asarray(events.pages.get("recording", np.zeros(0)), np.int64) * base + pages
    tabs, tab = np.unique(recording * base + page[first], return_inverse=True)
    said = {name: _said(events, name, known, tabs) for name in ("viewport_width", "viewport_height")}
    widths, heights = said["viewport_width"][tab], said["viewport_height"][tab]
    if len(sized):
        at = _latest(np.isin(first, sized), tab)
        rows, of = first[at[at >= 0]], at >= 0
        widths[of], heights[of] = events.columns["width"][rows], events.column("height")[rows]
    kinds = classes(widths)
    n_kinds = int(kinds.max(initial=0)) + 2
    keys, at, view = np.unique(tab * n_kinds + kinds + 1, return_index=True, return_inverse=True)
    mine = tab[at]
    size = np.diff(np.append(first, events.n_events))
    longest = _longest(view, size, len(keys))
    whole = {name: _said(events, name, known, tabs)[mine] for name in ("document_width", "document_height")}
    other = classes(said["viewport_width"])[mine] != kinds[at]  # the document was told at another width
    broad, tall = (np.where(other, np.nan, v) for v in whole.values())
    return Views(
        recording[at], page[first][at].astype(np.int64), mine, _addresses(events, known, tabs)[mine], widths[longest],
        heights[longest], broad, tall, first, view.astype(np.int64), widths, heights,
    )  # fmt: skip


def _sized(events: Events) -> Ints:
    """Rows that tell the window's size; not those of a size that didn't last."""
    if "width" not in events:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(np.isin(events.kind, SIZED) & (events.columns["width"] > 0))
    if not len(rows):
        return rows
    owner = np.searchsorted(events.offsets, rows, side="right") - 1
    tab = owner * (int(events.column("page").max()) + 1) + events.column("page")[rows]
    order = np.argsort(tab, kind="stable")
    soon = (np.diff(events.t[rows[order]]) < SETTLED) & (tab[order][1:] == tab[order][:-1])
    on_the_way = np.append(soon, False)
    for k in np.flatnonzero(soon):
        on_the_way[k] = not np.isin(events.kind[rows[order[k]] : rows[order[k + 1]]], DONE).any()
    return np.sort(rows[order[~on_the_way]])


def _latest(told: Flags, tab: Ints) -> Ints:
    """For each run the latest one of its page view that told a size; before the first of them that one; -1 for none."""
    order = np.argsort(tab, kind="stable")
    has, group, place = told[order], tab[order], np.arange(len(told))
    begin, end = np.searchsorted(group, group, side="left"), np.searchsorted(group, group, side="right")
    before = np.maximum.accumulate(np.where(has, place, -1))
    after = np.minimum.accumulate(np.where(has, place, len(told))[::-1])[::-1]
    found = np.where(before >= begin, before, np.where(after < end, after, -1))
    out = np.empty(len(told), np.int64)
    out[order] = np.where(found >= 0, order[found], -1)
    return out


def _longest(view: Ints, size: Ints, n: int) -> Ints:
    """For each of n views the place of its window's size among the runs: that of the run with the most rows."""
    order = np.lexsort((-size, view))
    found = np.searchsorted(view[order], np.arange(n))
    return order[found]


def _found(known: Ints, keys: Ints) -> tuple[Ints, Flags]:
    """For each key where it stands among the known ones, and whether it does."""
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], keys), max(len(known) - 1, 0))
    there = known[order][place] == keys if len(known) else np.zeros(len(keys), bool)
    return (order[place] if len(known) else np.zeros(len(keys), np.int64)), there


def _said(events: Events, name: str, known: Ints, keys: Ints) -> Floats:
    out = np.full(len(keys), np.nan)
    if name in events.pages:
        at, there = _found(known, keys)
        out[there] = np.asarray(events.pages[name], np.float64)[at[there]]
    out[out <= 0] = np.nan
    return out


def _addresses(events: Events, known: Ints, keys: Ints) -> Array:
    out = np.full(len(keys), "", object)
    if "address" in events.pages:
        at, there = _found(known, keys)
        out[there] = [a if isinstance(a, str) else "" for a in np.asarray(events.pages["address"], object)[at[there]]]
    return out
