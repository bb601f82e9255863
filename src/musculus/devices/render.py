"""Any recording as a 60 Hz page would have recorded it: the first step of the scorer of movement."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.devices.frames import FRAME, GAP, MOVE, hold, monotone, moved, pointer_moves, take, together
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
CLOSE: Final = 0.7 * FRAME  # ms; samples nearer than this don't come from one frame each
CROWDED: Final = 0.1  # share of close intervals above which a run of samples comes from something faster than a page


def render60(events: Events, *, gaps_held: bool = True) -> Events:
    """The events as a page of 60 frames a second would have recorded them; deterministic.

    Positions are rounded to whole px; moves that stand still are left out. What then comes faster than frames do (in a
    run without a gap of 2.5 frames or another event, more than a tenth of the intervals below 0.7 frames) is put into
    frames of 16.67 ms counted from the recording's zero: the last position of a frame, at the frame's end or at
    the next event if that is earlier. A run that comes in frames already keeps its samples. Then the times of each run
    are made even between its first and last, whole frames apart: how a clock rounds frames, and how they jitter, says
    who rendered them and not who moved. Gaps of more than 2.5 frames are held by a standing sample (`frames.hold`)
    unless `gaps_held` is False.

    Other rows keep their times, and every recording its first time and its duration. Frames are counted from the
    recording's zero and not from the first sample of a movement, so that a movement begins anywhere in a frame, as on
    a page. Columns that only the faster device could give (movement, screen position, coalesced, fractional) go.

    >>> e = Events.of(t=range(0, 51), x=range(0, 51), y=[7.4] * 51)  # 1000 Hz for 50 ms
    >>> r = render60(e)
    >>> r.t.round(1).tolist(), r.x.tolist()
    ([0.0, 16.7, 33.3, 50.0], [0.0, 16.0, 33.0, 50.0])
    """
    whole = _on_pixels(events)
    whole = _only(whole, moved(whole))
    framed = _framed(whole)
    framed = _even(_only(framed, moved(framed)))
    return hold(framed) if gaps_held else framed


def _on_pixels(events: Events) -> Events:
    """Times made monotone, positions on whole px (half a px goes up), rows without a time or place left out."""
    bad = (events.kind == MOVE) & ~pointer_moves(events)
    if "primary" in events:
        bad &= events.columns["primary"] != 0
    rows = np.flatnonzero(~bad)
    x, y = (np.floor(v[rows] + 0.5) for v in (events.x, events.y))
    return take(events, rows, {"t": monotone(events)[rows], "x": x, "y": y})


def _only(events: Events, keep: Bools) -> Events:
    return events if keep.all() else take(events, np.flatnonzero(keep), {})


def _framed(events: Events) -> Events:
    """The last sample of each frame in the runs that are faster than frames; those that aren't as they are."""
    n = events.n_events
    if n < 2:
        return events
    t, dt = events.t, np.diff(events.t)
    moves, same = pointer_moves(events), together(events)[:-1]
    first = np.zeros(n, bool)
    first[events.offsets[:-1][np.diff(events.offsets) > 0]] = True
    joined = moves[1:] & moves[:-1] & same & (dt <= GAP * FRAME) & ~first[:-1]  # a recording's first row stands alone
    run = np.append(0, np.cumsum(~joined))
    close = np.bincount(run[1:][joined], weights=(dt < CLOSE)[joined], minlength=run[-1] + 1)
    intervals = np.bincount(run[1:][joined], minlength=run[-1] + 1)
    fast = (close > CROWDED * intervals)[run]
    fast[1:] |= first[:-1] & (dt < CLOSE) & moves[1:] & same  # one sample close behind the first row
    fast &= moves & ~first
    frame = np.floor(t / FRAME)
    last = np.append(~joined | (frame[1:] != frame[:-1]), True)
    when = _frame_ends(events, fast & last, frame)
    keep = ~fast | last
    keep[:-1] &= ~_overtaken(when, keep, fast, joined, first & moves)[:-1]
    return take(events, np.flatnonzero(keep), {"t": when[keep]})


def _even(events: Events) -> Events:
    """Times of each run spread evenly between its ends, by the number of frames from sample to sample."""
    dt = np.diff(events.t)
    if not len(dt):
        return events
    moves = pointer_moves(events)
    joined = moves[1:] & moves[:-1] & together(events)[:-1] & (dt <= GAP * FRAME)
    frames = np.append(0.0, np.cumsum(np.where(joined, np.maximum(np.rint(dt / FRAME), 1.0), 0.0)))
    run = np.append(0, np.cumsum(~joined))
    first = np.append(0, np.flatnonzero(~joined) + 1)
    last = np.append(first[1:], len(run)) - 1
    t = events.t
    length = np.maximum(frames[last] - frames[first], 1.0)
    even = t[first][run] + (frames - frames[first][run]) * ((t[last] - t[first]) / length)[run]
    inner = np.append(False, joined) & np.append(joined, False)
    return take(events, np.arange(len(run)), {"t": np.where(inner, even, t)})


def _frame_ends(events: Events, which: Bools, frame: Floats) -> Floats:
    """Times of the samples: at the end of their frame, unless the next row (or the recording's end) comes before."""
    t = events.t
    after = np.append(t[1:], np.inf)
    ends = events.offsets[1:][np.diff(events.offsets) > 0] - 1
    after[ends] = t[ends]  # the last row of a recording: its duration stays
    return np.where(which, np.clip((frame + 1) * FRAME, t, np.maximum(after, t)), t)


def _overtaken(when: Floats, keep: Bools, fast: Bools, joined: Bools, first: Bools) -> Bools:
    """Samples put at a time close before the last one of their run, which stands for both, or close after the first."""
    rows = np.flatnonzero(keep)
    out = np.zeros(len(when), bool)
    in_run = np.append(True, ~joined)  # row begins a run
    ends_run = np.append(in_run[1:], True)
    a, b = rows[:-1], rows[1:]
    run = np.cumsum(in_run)
    near = fast[a] & fast[b] & (run[a] == run[b]) & ends_run[b] & (when[b] - when[a] < CLOSE - 1e-9)
    out[a[near]] = True
    out[b[first[a] & fast[b] & ~ends_run[b] & (when[b] - when[a] < CLOSE - 1e-9)]] = True
    return out
