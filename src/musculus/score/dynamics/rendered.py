"""Single strokes rendered to 60 Hz in one compiled pass: what `devices.render.render60` gives of them, to the bit.

A verdict renders some thirty strokes of forty samples each, and numpy's calls cost more than that work does. The rules
of rendering are told where they are made, in `devices.render`; the tests hold both against each other.
"""

from __future__ import annotations

import numba
import numpy as np

from musculus.compiled import kernel
from musculus.cut import PAUSE
from musculus.devices.frames import FRAME, GAP, MOVE
from musculus.devices.render import CLOSE, CROWDED, render60
from musculus.events import Events

VERSION = 1  # raise it with any change in what is compiled here
TOGETHER = GAP * FRAME
SOON = CLOSE - 1e-9
compiled = numba.njit(nogil=True, error_model="numpy")


def render(strokes: Events) -> Events:
    """Recordings of one stroke of moves each as a page of 60 frames a second would have recorded them."""
    t, x, y = (np.ascontiguousarray(v, np.float64) for v in (strokes.t, strokes.x, strokes.y))
    page = strokes.columns["page"]
    plain = (strokes.kind == MOVE).all() and np.isfinite(t).all() and np.isfinite(x + y).all() and not page.any()
    if not plain or "primary" in strokes:
        return render60(strokes)
    n = 2 * len(t)
    out_t, out_x, out_y, offsets = np.empty(n), np.empty(n), np.empty(n), np.empty_like(strokes.offsets)
    given = np.ascontiguousarray(strokes.offsets, np.int64)
    size = render_strokes(t, x, y, given, out_t, out_x, out_y, offsets)
    columns = {"t": out_t[:size], "x": out_x[:size], "y": out_y[:size], "kind": np.full(size, MOVE, np.int8)}
    return Events.build(columns, offsets, strokes.recordings)


@compiled
def _only_moved(t, x, y, n):  # type: ignore[no-untyped-def]
    """Close up the samples that stand where the one before stood, but for the last; how many are left."""
    m = 0
    px, py = np.nan, np.nan
    for i in range(n):
        cx, cy = x[i], y[i]
        if i == 0 or i == n - 1 or cx != px or cy != py:
            t[m], x[m], y[m] = t[i], cx, cy
            m += 1
        px, py = cx, cy
    return m


@compiled
def _number_runs(t, n, run):  # type: ignore[no-untyped-def]
    """Number the runs of samples without a gap between them; the first sample of a stroke is one alone."""
    run[0] = 0
    for i in range(1, n):
        run[i] = run[i - 1] + (i == 1 or not t[i] - t[i - 1] <= TOGETHER)


@compiled
def _mark_fast(t, n, run, fast):  # type: ignore[no-untyped-def]
    """Mark the samples of runs that come faster than frames."""
    a = 0
    while a < n:
        b, close = a, 0
        while b + 1 < n and run[b + 1] == run[a]:
            close += t[b + 1] - t[b] < CLOSE
            b += 1
        fast[a : b + 1] = close > CROWDED * (b - a)
        a = b + 1
    fast[0] = False
    if n > 1 and t[1] - t[0] < CLOSE:
        fast[1] = True  # one sample close behind the first


@compiled
def _into_frames(t, x, y, n):  # type: ignore[no-untyped-def]
    """Leave the last sample of each frame in runs that are faster than frames, at its end; how many are left."""
    run, fast, keep = np.empty(n, np.int64), np.empty(n, np.bool_), np.empty(n, np.bool_)
    when, out = t[:n].copy(), np.zeros(n, np.bool_)
    _number_runs(t, n, run)
    _mark_fast(t, n, run, fast)
    for i in range(n):
        ends = i == n - 1 or run[i + 1] != run[i]
        last = ends or np.floor(t[i + 1] / FRAME) != np.floor(t[i] / FRAME)
        keep[i] = last or not fast[i]
        if fast[i] and last:
            after = t[i + 1] if i < n - 1 else t[i]
            when[i] = min(max((np.floor(t[i] / FRAME) + 1) * FRAME, t[i]), after)
    before = -1
    for i in range(n):
        if not keep[i]:
            continue
        if before >= 0 and fast[i] and when[i] - when[before] < SOON:
            ends = i == n - 1 or run[i + 1] != run[i]
            if ends and fast[before] and run[before] == run[i]:
                out[before] = True
            if before == 0 and not ends:
                out[i] = True
        before = i
    m = 0
    for i in range(n):
        if keep[i] and not out[i]:
            t[m], x[m], y[m] = when[i], x[i], y[i]
            m += 1
    return m


@compiled
def _make_even(t, n):  # type: ignore[no-untyped-def]
    """Spread the times of each run evenly between its ends, by the number of frames from sample to sample."""
    a = 0
    while a < n:
        b, frames = a, 0.0
        while b + 1 < n and t[b + 1] - t[b] <= TOGETHER:
            frames += max(np.rint((t[b + 1] - t[b]) / FRAME), 1.0)
            b += 1
        begin, step, done, was = t[a], (t[b] - t[a]) / max(frames, 1.0), 0.0, t[a]
        for i in range(a + 1, b):
            done += max(np.rint((t[i] - was) / FRAME), 1.0)
            was, t[i] = t[i], begin + done * step
        a = b + 1


@compiled
def _hold(t, x, y, n, out_t, out_x, out_y, at):  # type: ignore[no-untyped-def]
    """Write the samples from row `at` on, a standing one a frame before each that comes late; the next free row."""
    for i in range(n):
        if i > 0:
            gap = t[i] - t[i - 1]
            if TOGETHER < gap < PAUSE and (x[i] != x[i - 1] or y[i] != y[i - 1]):
                out_t[at], out_x[at], out_y[at] = t[i] - FRAME, x[i - 1], y[i - 1]
                at += 1
        out_t[at], out_x[at], out_y[at] = t[i], x[i], y[i]
        at += 1
    return at


@kernel("i8(f8[::1], f8[::1], f8[::1], i8[::1], f8[::1], f8[::1], f8[::1], i8[::1])")
def render_strokes(t, x, y, offsets, out_t, out_x, out_y, out_offsets):  # type: ignore[no-untyped-def]
    """Write the rendered samples of each stroke and where it begins; how many there are in all."""
    at = 0
    out_offsets[0] = 0
    for c in range(len(offsets) - 1):
        a, b = offsets[c], offsets[c + 1]
        ct, cx, cy = t[a:b].copy(), np.floor(x[a:b] + 0.5), np.floor(y[a:b] + 0.5)
        for i in range(1, b - a):
            ct[i] = max(ct[i], ct[i - 1])
        n = _only_moved(ct, cx, cy, b - a)
        if n > 0:
            n = _into_frames(ct, cx, cy, n)
            n = _only_moved(ct, cx, cy, n)
            _make_even(ct, n)
        at = _hold(ct, cx, cy, n, out_t, out_x, out_y, at)
        out_offsets[c + 1] = at
    return at
