"""How often samples come while the pointer moves, and whether that is a screen's rate."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NAN: Final = float("nan")
SCREENS: Final = (24.0, 30.0, 50.0, 60.0, 72.0, 75.0, 85.0, 90.0, 100.0, 120.0, 144.0, 165.0, 240.0)
PAUSE: Final = 100.0  # ms; longer intervals are rests, not the device's
FEW: Final = 8  # intervals, below which nothing is said
ZEROS: Final = 0.05  # share of equal times above which the clock is coarser than the device
BIN: Final = float(np.log(1.25))  # intervals of one kind differ by less
HIDDEN: Final = 0.6  # share above which it is so much coarser that it hides how often the device reports


def rate(dt: Floats, step: Floats, quantum: float) -> float:
    """Samples a second while the pointer moves, from intervals (ms) and the ways made in them (px); NaN for few.

    A slow hand leaves reports out, so the faster half of the intervals is read; what is left of gaps is divided by
    the number of periods they hold. Where the clock is coarser than the device (equal times), samples over time.
    """
    used = (dt <= PAUSE) & (dt >= 0) & (step > 0)
    dt, step = dt[used], step[used]
    if len(dt) < FEW or not (dt > 0).any():
        return NAN
    fast = dt[step >= max(2 * quantum if quantum > 0 else 0.0, float(np.median(step)))]
    d = fast if len(fast) >= FEW else dt
    positive = d[d > 0]
    if (dt == 0).mean() > ZEROS:
        d = d[d <= 3 * np.median(positive)] if len(positive) else d
        return 1000.0 / float(d.mean()) if d.sum() > 0 else NAN
    return 1000.0 / _period(positive) if len(positive) >= FEW else NAN


def _period(d: Floats) -> float:
    """The period behind intervals that hold one of it, or a few; the commonest kind of interval is taken to hold one.

    Not the shortest kind: behind a clock of 1 ms an uneven mouse of 500 Hz has one interval in five of 1 ms.
    """
    kind = np.floor(np.log(d) / BIN)
    kinds, number = np.unique(kind, return_counts=True)
    period = float(np.median(d[kind == kinds[number.argmax()]]))
    for _ in range(8):
        n = np.maximum(np.floor(d / period + 0.4), 1)  # late by up to 0.6 is still the next one: jitter has two sides
        near = n <= 4
        period = float(d[near].sum() / n[near].sum())
    return period


def screen_rate(hz: float, dt: Floats) -> float:
    """The screen's rate that this rate of samples is likely to be, or NaN.

    Within 2 % of a screen's usual rate, and hardly an interval below 0.6 frames. 120 Hz and a mouse of 125 Hz are told
    apart by that alone; 100 Hz may be either.
    """
    d = dt[(dt > 0) & (dt <= PAUSE)]
    if not np.isfinite(hz) or len(d) < FEW or (dt[dt <= PAUSE] == 0).mean() > ZEROS:
        return NAN
    nearest = min(SCREENS, key=lambda s: abs(s - hz))
    too_close = float((d < 600.0 / nearest).mean())
    return nearest if abs(hz / nearest - 1) <= 0.02 and too_close <= 0.03 else NAN
