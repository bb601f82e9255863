"""From the path to the pointer: counts with carried remainders, acceleration, whole pixels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.devices.acceleration import CONSTANT, factor, hand_speed
from musculus.devices.hand import Knots, Ticks
from musculus.devices.mouse import Mouse

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
REPORTS = 4  # over which the speed of the hand is averaged, as operating systems do
STOOD = 50.0  # ms; a longer silence before a report is a rest and says nothing of the speed


def pointer(k: Knots, ticks: Ticks, mouse: Mouse, hand: float | None) -> tuple[Ticks, Floats, Floats]:
    """Reports of the device and where they put the pointer: (ticks with a count, x, y).

    `hand` is how many px of the recorded path are an inch of the hand, which then repeats its movement; the pointer
    goes elsewhere. None: the hand steers so that the pointer takes the recorded path, as far as counts allow.
    """
    even = mouse.acceleration in CONSTANT
    run = ticks.path if hand is not None or even else ticks.burst
    first = _firsts(run)
    before = np.flatnonzero(k.new)[run] if hand is not None or even else ticks.knot[first] - 1
    start = k.x[before], k.y[before]
    if hand is not None:
        inches = [(v - s) / hand for v, s in zip((ticks.x, ticks.y), start, strict=True)]
    else:
        inches, steered = _steered(ticks, start, first, mouse)
    cx, cy = (np.rint(i * mouse.dpi) for i in inches)
    dx, dy = _steps(cx, first, 0.0), _steps(cy, first, 0.0)
    sent = (dx != 0) | (dy != 0)
    ticks = Ticks(*(v[sent] for v in (ticks.t, ticks.x, ticks.y, ticks.knot, ticks.path, ticks.burst)))
    first, dx, dy = _firsts(run[sent]), dx[sent], dy[sent]
    if hand is None:
        x, y = (s[sent] + _sums(d * steered[sent], first) for s, d in zip(start, (dx, dy), strict=True))
        return (ticks, x, y) if even else (ticks, _arrived(x, ticks.x, first), _arrived(y, ticks.y, first))
    g = mouse.sensitivity * factor(mouse.acceleration, mouse.setting, _speed(ticks.t, dx, dy, first, mouse))
    return ticks, start[0][sent] + _sums(dx * g, first), start[1][sent] + _sums(dy * g, first)


def _steered(
    ticks: Ticks, start: tuple[Floats, Floats], first: Ints, mouse: Mouse
) -> tuple[list[Floats], Floats]:
    """(inches of hand across and down that make the pointer take the path, were there no counts; px a count then)."""
    dx, dy = _steps(ticks.x, first, start[0]), _steps(ticks.y, first, start[1])
    if mouse.acceleration in CONSTANT:
        g = mouse.sensitivity * factor(mouse.acceleration, mouse.setting, np.zeros(len(dx)))
        return [(v - s) / (g * mouse.dpi) for v, s in zip((ticks.x, ticks.y), start, strict=True)], g
    seconds = _elapsed(ticks.t, first, mouse) / 1000
    v = hand_speed(mouse.acceleration, mouse.setting, np.hypot(dx, dy) / mouse.px_per_inch / seconds)
    g = mouse.sensitivity * factor(mouse.acceleration, mouse.setting, v)
    return [_sums(d / (g * mouse.dpi), first) for d in (dx, dy)], g


def _arrived(v: Floats, path: Floats, first: Ints) -> Floats:
    """A pointer that ends each run where the path does: what rounding under a changing gain adds up to is steered off.

    A share of the error at the run's end grows in proportion to the reports; less than half a px is left as it is.
    """
    if not len(v):
        return v
    last = np.append(np.flatnonzero(np.diff(first)), len(v) - 1)
    n = np.diff(last, prepend=-1)
    error = np.repeat((path - v)[last], n)
    share = (np.arange(len(v)) - first + 1) / np.repeat(n, n)
    return np.asarray(v + np.where(np.abs(error) >= 0.5, error * share, 0.0))


def _speed(t: Floats, dx: Floats, dy: Floats, first: Ints, mouse: Mouse) -> Floats:
    """Speed of the hand at each report, inches a second, over the last reports of its run."""
    way = np.append(0.0, np.cumsum(np.hypot(dx, dy)))
    time = np.append(0.0, np.cumsum(_elapsed(t, first, mouse)))
    at = np.arange(len(t))
    since = np.maximum(at + 1 - REPORTS, first)
    return np.asarray((way[at + 1] - way[since]) / mouse.dpi / (time[at + 1] - time[since]) * 1000)


def _elapsed(t: Floats, first: Ints, mouse: Mouse) -> Floats:
    """Time since the report before, ms, at least half a polling period; after a rest, as if it were 50 ms."""
    period = 1000.0 / mouse.polling_hz
    dt = np.diff(t, prepend=t[:1] - period)
    dt[first == np.arange(len(t))] = period
    return np.asarray(np.clip(dt, period / 2, max(STOOD, period)))


def _firsts(run: Ints) -> Ints:
    """For each row the first row of its run."""
    begins = np.append(True, run[1:] != run[:-1])[: len(run)]
    return np.maximum.accumulate(np.where(begins, np.arange(len(run)), 0)) if len(run) else run


def _steps(v: Floats, first: Ints, start: Floats | float) -> Floats:
    """Difference to the row before; in the first row of a run, to `start`."""
    return np.asarray(np.where(first == np.arange(len(v)), v - start, np.diff(v, prepend=v[:1])))


def _sums(v: Floats, first: Ints) -> Floats:
    """Running sums within runs."""
    total = np.append(0.0, np.cumsum(v))
    return np.asarray(total[1:] - total[first])
