"""What generators share: moments of a device, a chord with its sides, how long people take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.events import Events

Floats = npt.NDArray[np.float64]
Point = Sequence[float] | Floats
SLOPE: Final = 180.0  # ms a bit, and
START: Final = 230.0  # ms: movement time of people in a point-and-click task, for a target of
TARGET: Final = 50.0  # px
SCATTER: Final = 0.25  # standard deviation of its logarithm


def movement_time(rng: np.random.Generator, start: Point, end: Point, duration: float | None = None) -> float:
    """How long a stroke takes, ms: `duration`, or drawn about Fitts' law (1954) in MacKenzie's form (1992)."""
    if duration is not None:
        return duration
    bits = np.log2(float(np.hypot(end[0] - start[0], end[1] - start[1])) / TARGET + 1)
    return float((START + SLOPE * bits) * np.exp(rng.normal(0.0, SCATTER)))


def moments(duration: float, rate: float) -> Floats:
    """Times of a device's reports from 0 to `duration` (ms), both included."""
    t = np.arange(0.0, duration, 1000.0 / rate)
    return np.append(t[t < duration - 1e-6], duration) if duration > 0 else np.array([0.0, 1000.0 / rate])


def beside(start: Point, end: Point, along: Floats, aside: Floats) -> tuple[Floats, Floats]:
    """Points at shares of the way from start to end, and shares of it aside (to the right, y growing down)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    return start[0] + along * dx - aside * dy, start[1] + along * dy + aside * dx


def stroke(t: Floats, x: Floats, y: Floats, end: Point) -> Events:
    """Moves at these times and places; the last one is at the end exactly."""
    x, y = x.copy(), y.copy()
    x[-1], y[-1] = end[0], end[1]
    return Events.of(t, x, y)
