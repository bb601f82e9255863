"""What a page keeps of a pointer's reports: one a frame, on whole pixels, on its clock, none that stand."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.devices.frames import hold, monotone, moved, pointer_moves, take
from musculus.devices.mouse import Page
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def show(events: Events, page: Page | None = None, seed: int | np.random.Generator = 0) -> Events:
    """The events as a page records the reports they are; the same seed gives the same.

    Nothing comes between two reports, as `record` puts it there: each stands where the pointer was put until the next
    one, and of a frame the page keeps the last. So this is for what was reported: by a bot, by a mouse faster than the
    page. Rows other than moves keep their times, as do the first and last row of each recording.

    >>> e = Events.of(t=[0, 200, 250, 400, 999], x=[0, 2, 2.3, 2.4, 9], y=[0] * 5)
    >>> show(e, Page(hz=20)).x.tolist()  # on whole pixels it stood from 200 to 400 ms
    [0.0, 2.0, 9.0]
    """
    if not events.n_events:
        return events
    page = page or Page()
    x, y = (rounded(v, page.quantum) for v in (events.x, events.y))
    whole = take(events, np.arange(events.n_events), {"t": monotone(events), "x": x, "y": y})
    framed = paged(only(whole, ~twice(whole, pointer_moves(whole))), page, np.random.default_rng(seed))
    return hold(framed, 1000.0 / (page.hz or 60.0)) if page.hold else framed


def rounded(v: Floats, quantum: float) -> Floats:
    """Positions on the page's pixels; half a pixel goes up."""
    return np.asarray(np.floor(v / quantum + 0.5) * quantum) if quantum else v


def paged(events: Events, page: Page, rng: np.random.Generator) -> Events:
    """What the page keeps of the pointer's moves: one a frame, on its clock, none that stand."""
    events = only(events, moved(events))
    if page.hz is not None:
        events = _in_frames(events, page, rng)
    if page.clock:
        events = take(events, np.arange(events.n_events), {"t": _on_clock(events, page.clock)} | _mark(events))
    return only(events, moved(events)) if not page.coalesced else events


def _mark(events: Events) -> dict[str, npt.NDArray[Any]]:
    return {"coalesced": events.columns["coalesced"]} if "coalesced" in events else {}


def only(events: Events, keep: Bools) -> Events:
    """The rows to keep, with the mark of coalesced ones."""
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
    return only(out, ~twice(out, pointer_moves(out), 500.0 / page.hz))


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


def twice(events: Events, moves: Bools, apart: float = 0.0) -> Bools:
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
