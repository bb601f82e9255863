"""A path re-recorded as another mouse, or another page, would have recorded it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.devices.counts import pointer
from musculus.devices.frames import MOVE, hold, monotone, pointer_moves, take
from musculus.devices.hand import knots, ticks
from musculus.devices.mouse import Mouse, Page
from musculus.devices.page import only, paged, rounded, twice
from musculus.events import KIND, Events
from musculus.events.schema import SCHEMA

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CARRIED = [KIND[k] for k in ("move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel")]
REPORTED = Page(hz=None)  # whole px, every report, exact times


def record(
    events: Events,
    mouse: Mouse,
    page: Page | None = None,
    seed: int | np.random.Generator = 0,
    *,
    hand: float | None = None,
) -> Events:
    """The events as `mouse` and `page` would have recorded them; the same seed gives the same.

    The path between samples is a cubic that keeps within them; gaps of more than 2.5 frames of 60 Hz are held. The
    mouse looks at it as often as it polls, counts with carried remainders, and multiplies by sensitivity and
    acceleration; the page takes whole px and keeps the last of each frame. No page: every report, on whole px.
    Presses, releases, clicks, wheel, keys and all other rows keep their times, as do the first and last row of each
    recording, so its duration is exactly what it was; presses and wheel get the pointer's new place.

    `hand` None: the hand steers, so that the pointer still goes where it went and only grain, rate and clock change
    (what a person with another mouse does). A number: the hand repeats its movement, so many px of the recorded path
    being an inch of it, and the pointer goes as far as the mouse's gain takes it: `record(e, Mouse(dpi=1600),
    hand=1000)` makes all ways 1.6 times as long, from each page's first position.

    >>> e = Events.of(t=[0, 100, 200], x=[0, 30, 60], y=[0, 0, 0])
    >>> r = record(e, Mouse(dpi=2000, polling_hz=100), hand=1000)
    >>> r.x[-1].item(), r.t[-1].item()
    (120.0, 200.0)
    """
    if not events.n_events:
        return events
    page = page or REPORTED
    rng = np.random.default_rng(seed)
    t = monotone(events)
    k = knots(events, t)
    reports, x, y = pointer(k, ticks(k, mouse, len(events), rng), mouse, hand)
    kept = _kept(events)
    merged = _merged(events, t, k.row, kept, reports.t, reports.knot, np.column_stack([x, y]), page)
    framed = paged(merged, page, rng)
    return hold(framed, 1000.0 / (page.hz or 60.0)) if page.hold else framed


def _kept(events: Events) -> Ints:
    """Rows that stay rows: all but moves of the pointer, and the first and last of each recording."""
    keep = ~pointer_moves(events)
    keep &= (events.kind != MOVE) | (events.column("primary") == 0)
    full = np.diff(events.offsets) > 0
    keep[events.offsets[:-1][full]] = True
    keep[events.offsets[1:][full] - 1] = True
    return np.flatnonzero(keep)


def _merged(
    events: Events, t: Floats, knot_rows: Ints, kept: Ints, when: Floats, knot: Ints, place: Floats, page: Page
) -> Events:
    """Kept rows and reports in one table, by time; a report stands before a kept row of its time."""
    leads_to = knot_rows[knot]
    before = _before(when, np.searchsorted(leads_to, events.offsets), t[kept], events, kept)
    n = len(when) + len(kept)
    is_report = np.ones(n, bool)
    is_report[before + np.arange(len(kept))] = False
    rows, times = np.empty(n, np.int64), np.empty(n)
    rows[is_report], times[is_report] = _template(events, leads_to), when
    rows[~is_report], times[~is_report] = kept, t[kept]
    out = take(events, rows, {"t": times, **_columns(events, rows, is_report)})
    _place(events, out, rows, is_report, np.cumsum(is_report) - 1, place, page)
    return only(out, ~twice(out, pointer_moves(out)))


def _before(when: Floats, offsets: Ints, t: Floats, events: Events, rows: Ints) -> Ints:
    """How many reports stand before each kept row: those of earlier recordings, and of its own up to its time."""
    recording = np.searchsorted(events.offsets, rows, side="right") - 1
    low, high = offsets[recording], offsets[recording + 1]
    while (open_ := low < high).any():
        middle = (low + high) // 2
        later = when[np.minimum(middle, len(when) - 1)] > t
        high = np.where(open_ & later, middle, high)
        low = np.where(open_ & ~later, middle + 1, low)
    return np.asarray(low)


def _template(events: Events, leads_to: Ints) -> Ints:
    """The row a report takes its page, pointer and buttons from: the move it leads to, or the row before a press."""
    press = events.kind[leads_to] != MOVE
    return np.asarray(leads_to - (press & (leads_to > 0)))


def _columns(events: Events, rows: Ints, is_report: Bools) -> dict[str, npt.NDArray[Any]]:
    """Kinds, and the values only a press or wheel has, of the merged rows."""
    out: dict[str, npt.NDArray[Any]] = {}
    for name in ("kind", "button", "detail", "dx", "dy", "left", "top", "width", "height", "slot", "key_class"):
        if name in events:
            null = MOVE if name == "kind" else SCHEMA[name].null
            out[name] = np.where(is_report, null, events.columns[name][rows]).astype(SCHEMA[name].dtype)
    return out


def _place(
    events: Events, out: Events, rows: Ints, is_report: Bools, source: Ints, place: Floats, page: Page
) -> None:
    """Positions of the merged rows, in place: reports have theirs, kept rows that of the latest report on their page.

    A row with a place of its own (another pointer's, or before anything moved) keeps it, rounded as the page rounds.
    """
    kept = np.flatnonzero(~is_report)
    mine, latest = rows[kept], np.maximum(source[kept], 0)
    out.columns["x"][is_report], out.columns["y"][is_report] = place[:, 0], place[:, 1]
    if len(place):
        at = rows[np.flatnonzero(is_report)[latest]]  # a row of the latest report's recording and page
        recording = events.recording_of_row()
        follows = (source[kept] >= 0) & (recording[at] == recording[mine])
        follows &= events.columns["page"][at] == events.columns["page"][mine]
        follows &= np.isin(events.kind[mine], CARRIED) & np.isfinite(events.x[mine]) & np.isfinite(events.y[mine])
        follows &= events.column("primary")[mine] != 0
        out.columns["x"][kept[follows]], out.columns["y"][kept[follows]] = place[latest[follows]].T
    for name in ("x", "y"):
        out.columns[name][:] = rounded(out.columns[name], page.quantum)
