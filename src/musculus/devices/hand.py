"""The continuous path behind a recording: where the pointer is moving, and when a device may report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.cut import position_rows
from musculus.devices.frames import FRAME, GAP, pointer_moves
from musculus.devices.mouse import Mouse
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
ROLL_OUT = 6.0  # time constants after which a glide has come within a pixel of its end


@dataclass(frozen=True, eq=False)
class Knots:
    """The recorded positions of all recordings, which the path runs through.

    `row` is their row; `new` is true where a path begins anew: at the first of a recording and of a page. `limit` is
    the time of the row after it, or its own where it is a press or the last: nothing of the way to it may come later.
    """

    row: Ints
    t: Floats
    x: Floats
    y: Floats
    recording: Ints
    new: Bools
    limit: Floats


@dataclass(frozen=True, eq=False)
class Ticks:
    """The moments at which the device looks: time (ms), place (px), the knot they lead to, and runs of movement.

    `path` numbers the paths (a page of a recording), `burst` the movements between two rests.
    """

    t: Floats
    x: Floats
    y: Floats
    knot: Ints
    path: Ints
    burst: Ints


def knots(events: Events, t: Floats) -> Knots:
    """Moves, presses and releases of the primary pointer that have a time and a position; t is monotone time."""
    rows = np.flatnonzero(position_rows(events) & np.isfinite(t) & np.isfinite(events.x) & np.isfinite(events.y))
    recording = np.searchsorted(events.offsets, rows, side="right") - 1
    page = events.columns["page"][rows]
    new = np.ones(len(rows), bool)
    new[1:] = (recording[1:] != recording[:-1]) | (page[1:] != page[:-1])
    last = rows == events.offsets[1:][recording] - 1
    after = np.where(np.isfinite(t), t, -np.inf)[np.minimum(rows + 1, events.n_events - 1)]
    own = last | ~pointer_moves(events)[rows]
    limit = np.where(own, t[rows], np.maximum(after, t[rows]))
    return Knots(rows, t[rows], events.x[rows], events.y[rows], recording, new, limit)


def ticks(k: Knots, mouse: Mouse, n_recordings: int, rng: np.random.Generator) -> Ticks:
    """When the device may report, and where the path is then.

    It polls on a grid with a phase of its own in each recording; while nothing moves there is nothing to report. One
    report follows the end of each movement, so that it arrives; a glide gets time to roll out. Over gaps of more than
    2.5 frames the hand is taken to have stood until one frame before the gap's end.
    """
    period = 1000.0 / mouse.polling_hz
    a, b = np.flatnonzero(~k.new) - 1, np.flatnonzero(~k.new)
    moving = (k.x[a] != k.x[b]) | (k.y[a] != k.y[b])
    a, b = a[moving], b[moving]
    begin = np.where(k.t[b] - k.t[a] > GAP * FRAME, k.t[b] - FRAME, k.t[a])
    phase = (rng.random(n_recordings) * period)[k.recording[b]]
    on = np.append((a[1:] == b[:-1]) & (begin[1:] == k.t[b[:-1]]), False)  # goes on without a rest
    roll = 1 + int(np.ceil(ROLL_OUT * mouse.inertia / period)) if mouse.inertia else 1
    first = np.floor((begin - phase) / period) + 1
    last = np.floor((k.t[b] - phase) / period) + np.where(on, 0, roll)
    n = np.maximum(last - first + 1, 0).astype(np.int64)
    segment = np.repeat(np.arange(len(n)), n)
    number = np.arange(len(segment)) - np.repeat(np.cumsum(n) - n, n)
    t = first[segment] * period + phase[segment] + number * period
    if mouse.jitter:
        t += np.clip(rng.normal(0.0, mouse.jitter, len(t)), -0.45 * period, 0.45 * period)
    over = t > k.limit[b][segment]  # one report beyond the limit is enough: it is put at the limit
    keep = ~(over & np.append(False, over[:-1] & (segment[1:] == segment[:-1]))[: len(t)])
    t, segment = t[keep], segment[keep]
    t = np.clip(t, begin[segment], np.maximum(k.limit[b], k.t[b])[segment])
    lasts = np.maximum(k.t[b] - begin, 1e-9)
    way = np.minimum((t - begin[segment]) / lasts[segment], 1.0)
    x, y = (v[a][segment] + _between(v[b] - v[a], lasts, on, way, segment) for v in (k.x, k.y))
    burst = np.append(0, np.cumsum(~on[:-1]))[segment] if len(on) else segment
    out = Ticks(t, x, y, b[segment], (np.cumsum(k.new) - 1)[b][segment], burst)
    return _glide(out, mouse.inertia) if mouse.inertia else out


def _between(step: Floats, lasts: Floats, on: Bools, way: Floats, segment: Ints) -> Floats:
    """How far of each segment's step is gone at shares of its time: cubic pieces, whose speed has no jumps.

    Straight pieces would smooth what is sampled at other moments again. The speed at a sample is the mean of those
    beside it, limited so that no piece goes beyond its ends (F. Fritsch & R. Carlson 1980); where movement begins or
    rests it is that of the piece.
    """
    speed = step / lasts
    join = np.flatnonzero(on[:-1])
    before, after = speed[join], speed[join + 1]
    mean = (lasts[join + 1] * before + lasts[join] * after) / (lasts[join] + lasts[join + 1])
    most = 3 * np.minimum(np.abs(before), np.abs(after))
    both = np.where(before * after > 0, np.clip(mean, -most, most), 0.0)
    first, last = speed.copy(), speed.copy()
    first[join + 1], last[join] = both, both
    c = (3 * speed - 2 * first - last) * lasts
    d = (first + last - 2 * speed) * lasts
    return np.asarray(way * ((first * lasts)[segment] + way * (c[segment] + way * d[segment])))


def _glide(ticks: Ticks, inertia: float) -> Ticks:
    """The path after a lag of the first order, which rolls out to where the finger left the pad.

    A recursion written as a scan: after s = 1, 2, 4 ... each sample knows its past 2 s samples.
    """
    same = np.append(False, ticks.burst[1:] == ticks.burst[:-1])
    since = np.where(same, np.append(0.0, np.diff(ticks.t)), np.inf)  # the next recording's clock may begin earlier
    stay = np.exp(-since / inertia)
    x, y = (1 - stay) * ticks.x, (1 - stay) * ticks.y
    s = 1
    while s < len(stay) and stay.max() > 1e-9:
        x[s:] += stay[s:] * x[:-s].copy()
        y[s:] += stay[s:] * y[:-s].copy()
        stay[s:] *= stay[:-s].copy()
        stay[:s] = 0.0
        s *= 2
    ends = np.append(ticks.burst[1:] != ticks.burst[:-1], True)  # whatever is left arrives with the last report
    x, y = np.where(ends, ticks.x, x), np.where(ends, ticks.y, y)
    return Ticks(ticks.t, x, y, ticks.knot, ticks.path, ticks.burst)
