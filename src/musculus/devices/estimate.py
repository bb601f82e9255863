"""What a recording says about the device and the page that made it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.devices.frames import monotone, pointer_moves, together
from musculus.devices.lattice import lattice
from musculus.devices.rates import FEW, HIDDEN, PAUSE, rate, screen_rate
from musculus.errors import UsageError
from musculus.events import KIND, POINTERS, Events

Floats = npt.NDArray[np.float64]
NAN: Final = float("nan")
CLOCK: Final = 0.1  # ms; finer clocks are not told from exact ones
WAY: Final = 250.0  # ms over which ways are compared with those of a reference


@dataclass(frozen=True, eq=False)
class Configuration:
    """Estimates, one a recording; NaN where the recording doesn't say.

    Attributes
    ----------
    event_rate : samples a second while the pointer moves; with coalesced samples, of dispatched events
    polling_hz : reports a second of the device; NaN where frames (without coalesced samples) or a coarse clock
        hide it
    clock_resolution : ms, largest step of which 95 % of intervals are multiples; NaN below 0.1 ms, or with jitter. A
        device that reports in step with an exact clock gives its own period.
    quantum : px, largest step of which 95 % of differences of position are multiples: the page's pixel, or the px a
        count of a coarse mouse
    frame_hz : the screen's rate the samples are likely to be aligned to; NaN for none
    pointer : mouse, trackpad, touch, pen or unknown
    confidence : that `pointer` is right, 0.5 where it is unknown; stated by rule, not fitted
    gain : ways relative to those of the reference, 1 where the pointer went as far; NaN without a reference
    """

    recordings: tuple[str, ...]
    event_rate: Floats
    polling_hz: Floats
    clock_resolution: Floats
    quantum: Floats
    frame_hz: Floats
    pointer: npt.NDArray[np.str_]
    confidence: Floats
    gain: Floats

    def context(self) -> dict[str, npt.NDArray[Any]]:
        """The estimates under their names of context: `events.with_context(**estimate(events).context())`.

        Without a reference there is no gain.
        """
        left = ("recordings", "confidence", *(() if np.isfinite(self.gain).any() else ("gain",)))
        named = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in left}
        contract = ("clock_resolution", "event_rate", "quantum")
        return {k if k in contract else f"estimated_{k}": v for k, v in named.items()}


def estimate(events: Events, reference: Events | None = None) -> Configuration:
    """The configuration of each recording. `reference`: the same hands' recordings (same ids) by a known device.

    UsageError where the reference lacks a recording.

    >>> e = Events.of(t=range(0, 400, 8), x=range(0, 150, 3), y=[5] * 50)  # 125 Hz, 3 px a step
    >>> c = estimate(e)
    >>> c.event_rate.round(3).tolist(), c.clock_resolution.round(3).tolist(), c.quantum.round(3).tolist()
    ([125.0], [8.0], [3.0])
    """
    moves, t, same = pointer_moves(events), monotone(events), together(events)
    coalesced = events.column("coalesced")
    found = []
    for i in range(len(events)):
        rows = slice(int(events.offsets[i]), int(events.offsets[i + 1]))
        part = events[i]
        joined = same[rows] & moves[rows]
        d = _device(t[rows], part.x, part.y, moves[rows], joined, coalesced[rows])
        found.append((*d, *_pointer(part, d[1])))
    names = ("event_rate", "polling_hz", "clock_resolution", "quantum", "frame_hz", "pointer", "confidence")
    columns: dict[str, Any] = {
        name: np.array([f[i] for f in found], str if name == "pointer" else np.float64) for i, name in enumerate(names)
    }
    gain = _gains(events, reference) if reference is not None else np.full(len(events), NAN)
    return Configuration(events.recordings, gain=gain, **columns)


def _device(
    t: Floats, x: Floats, y: Floats, moves: npt.NDArray[np.bool_], joined: npt.NDArray[np.bool_], mark: Any
) -> tuple[float, float, float, float, float]:
    """(event_rate, polling_hz, clock_resolution, quantum, frame_hz) of one recording."""
    rows = np.flatnonzero(moves)
    dt, dx, dy = _differences(rows, t, x, y, moves, joined)
    near = dt <= PAUSE
    quantum = lattice(np.abs(np.concatenate([dx[near], dy[near]])), least=0.05, tolerance=0.02)
    clock = lattice(dt[near], least=CLOCK, tolerance=0.05) if (dt > 0).sum() >= FEW else NAN
    every = rate(dt, np.hypot(dx, dy), quantum)
    if (mark == 1).any():  # the device's own samples are there: frames are what was dispatched
        sent = moves & (mark != 1)
        dt, dx, dy = _differences(np.flatnonzero(sent), t, x, y, moves, joined)
        events = rate(dt, np.hypot(dx, dy), quantum)
        return events, every, clock, quantum, screen_rate(events, dt)
    frame = screen_rate(every, dt)
    hidden = np.isfinite(frame) or (dt[near] == 0).sum() > HIDDEN * max(near.sum(), 1)
    return every, (NAN if hidden else every), clock, quantum, frame


def _differences(rows: Any, t: Floats, x: Floats, y: Floats, moves: Any, joined: Any) -> tuple[Floats, Floats, Floats]:
    """Time and way between successive ones of these rows, where only moves of one page lie between."""
    broken = np.append(0, np.cumsum(~(moves & joined)))
    whole = broken[rows[1:]] == broken[rows[:-1]]
    a, b = rows[:-1][whole], rows[1:][whole]
    return t[b] - t[a], x[b] - x[a], y[b] - y[a]


def _pointer(part: Events, polling: float) -> tuple[str, float]:
    """(kind of pointer, confidence): as the browser says for touch and pen; else by the wheel, else by the rate."""
    said = part.column("pointer")
    said = said[said >= 0]
    if len(said) and (word := POINTERS[np.bincount(said).argmax()]) != "mouse":
        return word, 0.99
    wheel = np.abs(part.column("dy")[part.kind == KIND["wheel"]].astype(np.float64))
    wheel = wheel[wheel > 0]
    if len(wheel) >= FEW:
        if lattice(wheel, least=16.0, tolerance=1.0) > 0:
            return "mouse", 0.9  # notches
        if len(np.unique(wheel)) > len(wheel) / 4 and np.median(wheel) < 60:
            return "trackpad", 0.9  # many small distances
    if polling > 200:
        return "mouse", 0.8  # pads of laptops report up to about 140 times a second
    return "unknown", 0.5


def _gains(events: Events, reference: Events) -> Floats:
    at = {r: i for i, r in enumerate(reference.recordings)}
    missing = [r for r in events.recordings if r not in at]
    if missing:
        raise UsageError(f"the reference has no recording {missing[0]!r}: gain needs the same hand in both")
    return np.array([_gain(e, reference[at[e.recordings[0]]]) for e in events])


def _gain(events: Events, reference: Events) -> float:
    """Slope of ways over ways of the reference, of the same times, by least squares."""
    paths = []
    for e in (events, reference):
        rows = pointer_moves(e)
        paths.append((monotone(e)[rows], e.x[rows], e.y[rows]))
    (t, x, y), (u, p, q) = paths
    if len(t) < 2 or len(u) < 2:
        return NAN
    begin, end = max(t[0], u[0]), min(t[-1], u[-1])
    times = np.linspace(begin, end, max(2, min(4000, int((end - begin) / WAY) + 1)))
    ways = [np.diff(np.interp(times, a, b)) for a, b in ((t, x), (t, y), (u, p), (u, q))]
    own, other = np.concatenate(ways[:2]), np.concatenate(ways[2:])
    square = float((other * other).sum())
    return float((own * other).sum() / square) if square > 0 else NAN
