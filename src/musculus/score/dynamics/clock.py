"""When the samples of a stroke were really taken, whatever clock and rate its recorder had: one a frame of 60 Hz.

A clock of 15.6 ms puts two samples into one tick and none into the next; a page of 90 Hz has one or two in each frame
of 60 Hz; a page that skips frames has one in two. Taken at their word such stamps make a hand stutter as programs do.
So before a stroke is rendered its samples are given even frames. What moved it doesn't matter here: a bot's samples
are treated alike.
"""

from __future__ import annotations

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.devices.frames import FRAME
from musculus.devices.render import CLOSE
from musculus.events import Events
from musculus.score.dynamics.rendered import _make_even

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
VERSION = 1  # raise it with any change in what is compiled here: compiled code is kept by this file
FAST = 0.85 * FRAME  # ms; samples that usually come sooner are a mouse's or a faster page's
SLOW = 1.15 * FRAME  # ms; samples that usually come later are those of a slower page, or of one that skips frames
LATE = 1.5 * FRAME  # ms; a gap in which a sample is missing
SPARSE = 3  # at most one sample in so many may share its time for it to have been late by a tick
SAME = 0.01  # ms; times nearer than this are one
STOOD = 1.75  # usual intervals: over a longer gap the pointer stood at first
compiled = numba.njit(nogil=True, error_model="numpy")


def on_frames(strokes: Events) -> Events:
    """Recordings of one stroke of moves each, with samples a frame of 60 Hz apart or whole frames.

    Where a few samples share their time with another, one was late and gets the gap before or after it; where many do,
    or there is no gap, the last of them stays. Then, where samples usually come sooner than 14 ms or later than 19, the
    place at the end of each frame is taken, along cubics that keep between samples (over a gap the pointer is taken to
    have stood until one usual interval before its end). Others are frames: their times are spread evenly.

    >>> e = Events.of(t=[0, 11, 22, 33, 44, 55], x=[0, 11, 22, 33, 44, 55], y=[0] * 6)  # 90 Hz
    >>> on_frames(e).x.round(1).tolist()
    [0.0, 16.7, 33.3, 55.0]
    """
    given = np.ascontiguousarray(strokes.offsets, np.int64)
    t, x, y = (np.array(v, np.float64) for v in (strokes.t, strokes.x, strokes.y))
    if not len(t):
        return strokes
    size = len(t) + int(_spans(t, given).sum() / FRAME) + 4 * len(strokes)
    out_t, out_x, out_y, offsets = np.empty(size), np.empty(size), np.empty(size), np.empty_like(given)
    n = lay_strokes_on_frames(t, x, y, given, out_t, out_x, out_y, offsets)
    columns = {"t": out_t[:n], "x": out_x[:n], "y": out_y[:n]}
    columns["kind"] = np.full(n, strokes.kind[0], np.int8)
    return Events.build(columns, offsets, strokes.recordings)


def _spans(t: Floats, offsets: Ints) -> Floats:
    """How long each recording lasts, ms."""
    first = offsets[:-1][np.diff(offsets) > 0]
    return np.asarray(np.maximum.reduceat(t, first) - t[first])


@compiled
def _settle(t, x, y, n):  # type: ignore[no-untyped-def]
    """Leave one sample at each time: late ones get a gap beside them, of others the last stays; how many are left."""
    same = 0
    for i in range(1, n):
        t[i] = max(t[i], t[i - 1])
        same += t[i] - t[i - 1] < SAME
    if same == 0:
        return n
    sparse, m = SPARSE * same <= n, 1
    for i in range(1, n):
        now = t[i]
        if now - t[m - 1] >= SAME:
            pass
        elif sparse and m > 1 and now - t[m - 2] >= LATE:
            t[m - 1] = now - min(0.5 * (now - t[m - 2]), FRAME)
        elif sparse and i + 1 < n and t[i + 1] - now >= LATE:
            now += min(0.5 * (t[i + 1] - now), FRAME)
        elif m == 1:
            continue
        else:
            m -= 1
        t[m], x[m], y[m] = now, x[i], y[i]
        m += 1
    return m


@compiled
def _usual(t, n):  # type: ignore[no-untyped-def]
    """The median interval; one frame where there is none."""
    return np.median(t[1:n] - t[: n - 1]) if n > 1 else FRAME


@compiled
def _begins(t, n, usual):  # type: ignore[no-untyped-def]
    """When the movement to each sample began: at the one before, or later where the pointer stood at first."""
    begin = np.empty(n)
    begin[0] = t[0]
    for i in range(1, n):
        begin[i] = t[i - 1] if t[i] - t[i - 1] <= STOOD * usual else t[i] - usual
    return begin


@compiled
def _slopes(t, v, begin, n):  # type: ignore[no-untyped-def]
    """Speed at the beginning and the end of the way to each sample: F. Fritsch & R. Carlson's limit (1980) at joins."""
    first, last = np.zeros(n), np.zeros(n)
    for i in range(1, n):
        first[i] = last[i] = (v[i] - v[i - 1]) / (t[i] - begin[i])
    for i in range(1, n - 1):
        if begin[i + 1] > t[i]:
            continue
        a, b = last[i], first[i + 1]
        long, next_long = t[i] - begin[i], t[i + 1] - begin[i + 1]
        mean, most = (next_long * a + long * b) / (long + next_long), 3 * min(abs(a), abs(b))
        both = min(max(mean, -most), most) if a * b > 0 else 0.0
        last[i], first[i + 1] = both, both
    return first, last


@compiled
def _along(t, v, begin, first, last, i, when):  # type: ignore[no-untyped-def]
    """Where the way to sample i is at a time."""
    lasts = t[i] - begin[i]
    u = min(max((when - begin[i]) / lasts, 0.0), 1.0)
    a, b, step = first[i] * lasts, last[i] * lasts, v[i] - v[i - 1]
    return v[i - 1] + u * (a + u * (3 * step - 2 * a - b + u * (a + b - 2 * step)))


@compiled
def _resample(t, x, y, n, usual, out_t, out_x, out_y, at):  # type: ignore[no-untyped-def]
    """Write the first sample, the place at the end of each frame and the last sample from row `at` on; the next row."""
    begin = _begins(t, n, usual)
    x_first, x_last = _slopes(t, x, begin, n)
    y_first, y_last = _slopes(t, y, begin, n)
    out_t[at], out_x[at], out_y[at] = t[0], x[0], y[0]
    at, i = at + 1, 1
    frame = np.floor(t[0] / FRAME + 1e-9) + 1
    while frame * FRAME <= t[n - 1] - CLOSE:
        when = frame * FRAME
        while t[i] < when:
            i += 1
        out_t[at] = when
        out_x[at] = _along(t, x, begin, x_first, x_last, i, when)
        out_y[at] = _along(t, y, begin, y_first, y_last, i, when)
        at, frame = at + 1, frame + 1
    out_t[at], out_x[at], out_y[at] = t[n - 1], x[n - 1], y[n - 1]
    return at + 1


@kernel("i8(f8[::1], f8[::1], f8[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1])")
def lay_strokes_on_frames(t, x, y, offsets, out_t, out_x, out_y, out_offsets):  # type: ignore[no-untyped-def]
    """Write the samples of each stroke and where it begins; how many there are in all. The input is worked upon."""
    at = 0
    out_offsets[0] = 0
    for c in range(len(offsets) - 1):
        a, b = offsets[c], offsets[c + 1]
        ct, cx, cy = t[a:b], x[a:b], y[a:b]
        n = _settle(ct, cx, cy, b - a)
        usual = _usual(ct, n)
        if n > 2 and not FAST <= usual <= SLOW:
            at = _resample(ct, cx, cy, n, usual, out_t, out_x, out_y, at)
        else:
            _make_even(ct, n)
            for i in range(n):
                out_t[at], out_x[at], out_y[at] = ct[i], cx[i], cy[i]
                at += 1
        out_offsets[c + 1] = at
    return at
