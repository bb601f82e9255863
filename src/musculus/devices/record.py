"""A path re-recorded as another mouse, or another page, would have recorded it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.devices.counts import pointer
from musculus.devices.frames import MOVE, hold, monotone, moved, pointer_moves, take
from musculus.devices.hand import knots, ticks
from musculus.devices.mouse import Mouse, Page
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
    framed = _paged(merged, page, rng)
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
    return _only(out, ~_twice(out, pointer_moves(out)))


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


def _twice(events: Events, moves: Bools, apart: float = 0.0) -> Bools:
    """Moves at the very time of the move that ends the recording, or within `apart` ms of its first or last move.

    The ends keep their own times, so a frame may close a moment after the first or before the last: a step of 1 px in
    no time, which no page records. One of the two is enough.
    """
    full = np.diff(events.offsets) > 0
    first, last = np.zeros(events.n_events, bool), np.zeros(events.n_events, bool)
    first[events.offsets[:-1][full]] = True
    last[events.offsets[1:][full] - 1] = True
    pair = moves[:-1] & moves[1:] & ~first[1:]
    dt = np.diff(events.t)
    out = np.append(pair & last[1:] & ~first[:-1] & ((dt == 0) | (dt < apart)), False)
    out[1:] |= pair & first[:-1] & ~last[1:] & (dt < apart)
    return out


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
        out.columns[name][:] = _rounded(out.columns[name], page.quantum)


def _rounded(v: Floats, quantum: float) -> Floats:
    return np.asarray(np.floor(v / quantum + 0.5) * quantum) if quantum else v


def _paged(events: Events, page: Page, rng: np.random.Generator) -> Events:
    """What the page keeps of the pointer's moves: one a frame, on its clock, none that stand."""
    events = _only(events, moved(events))
    if page.hz is not None:
        events = _in_frames(events, page, rng)
    if page.clock:
        events = take(events, np.arange(events.n_events), {"t": _on_clock(events, page.clock)} | _mark(events))
    return _only(events, moved(events)) if not page.coalesced else events


def _mark(events: Events) -> dict[str, npt.NDArray[Any]]:
    return {"coalesced": events.columns["coalesced"]} if "coalesced" in events else {}


def _only(events: Events, keep: Bools) -> Events:
    return events if keep.all() else take(events, np.flatnonzero(keep), _only_mark(events, keep))


def _only_mark(events: Events, keep: Bools) -> dict[str, npt.NDArray[Any]]:
    return {k: v[keep] for k, v in _mark(events).items()}


def _movable(events: Events) -> Bools:
    """Moves whose time the page decides: not the first and last row of a recording."""
    free = pointer_moves(events)
    full = np.diff(events.offsets) > 0
    free[events.offsets[:-1][full]] = False
    free[events.offsets[1:][full] - 1] = False
    return free


def _in_frames(events: Events, page: Page, rng: np.random.Generator) -> Events:
    """The last move of each frame, at the frame's end or at the next event; or all of them, marked."""
    assert page.hz is not None
    free = _movable(events)
    lines, line = _lines(events, page, rng)
    again = np.append(free[1:] & free[:-1] & (line[1:] == line[:-1]) & (np.diff(events.recording_of_row()) == 0), False)
    if page.coalesced:
        mark = np.where(pointer_moves(events), again, -1).astype(np.int8)
        return take(events, np.arange(events.n_events), {"coalesced": mark})
    rows = np.flatnonzero(~again)
    t, free = events.t[rows], free[rows]
    until = np.append(t[1:], np.inf)
    until[np.append(free[1:], False)] = np.inf  # the next kept move has a later frame of its own
    out = take(events, rows, {"t": np.where(free, np.maximum(t, np.minimum(lines[rows], until)), t)})
    return _only(out, ~_twice(out, pointer_moves(out), 500.0 / page.hz))


def _lines(events: Events, page: Page, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """For each row the end of its frame (ms) and the frame's number; each recording has a phase of its own."""
    assert page.hz is not None
    recording = events.recording_of_row()
    frame = 1000.0 / page.hz
    if page.intervals is None:
        phase = (rng.random(len(events)) * frame)[recording]
        n = np.floor((events.t - phase) / frame)
        return (n + 1) * frame + phase, n.astype(np.int64)
    begins = events.t[np.minimum(events.offsets[:-1], max(events.n_events - 1, 0))][recording]
    since = events.t - begins
    lengths = np.asarray(page.intervals, np.float64)
    drawn = rng.choice(lengths, int(2 * since.max(initial=0.0) / lengths.mean()) + 64)
    line = np.cumsum(drawn)
    shift = (rng.random(len(events)) * line[-1] / 3)[recording]  # each recording begins somewhere else in the lines
    at = np.minimum(np.searchsorted(line, since + shift, side="right"), len(line) - 1)
    return line[at] - shift + begins, at


def _on_clock(events: Events, step: float) -> Floats:
    """Times of moves rounded down to the clock's step, but not to before a row that keeps its time."""
    free = _movable(events)
    t = events.t
    kept = np.maximum.accumulate(np.where(free, -1, np.arange(len(t))))
    return np.where(free, np.maximum(np.floor(t / step + 1e-9) * step, t[np.maximum(kept, 0)]), t)
