"""The paths that the figures of measures are drawn on: few points, so that a reader can follow the sum."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Path:
    """Points of a path: `x`, `y` in px, `t` in ms."""

    x: Floats
    y: Floats
    t: Floats

    @cached_property
    def chord(self) -> tuple[float, float]:
        """From the first point to the last."""
        return float(self.x[-1] - self.x[0]), float(self.y[-1] - self.y[0])

    @cached_property
    def progress(self) -> Floats:
        """Distance of each point along the chord."""
        cx, cy = self.chord
        return np.asarray((cx * (self.x - self.x[0]) + cy * (self.y - self.y[0])) / np.hypot(cx, cy), np.float64)

    @cached_property
    def feet(self) -> tuple[Floats, Floats]:
        """The points of the chord's line nearest to each point."""
        cx, cy = np.array(self.chord) / np.hypot(*self.chord)
        return self.x[0] + self.progress * cx, self.y[0] + self.progress * cy

    @cached_property
    def deviation(self) -> Floats:
        """Signed distance of each point from the chord's line, positive right of travel."""
        cx, cy = self.chord
        return np.asarray((cx * (self.y - self.y[0]) - cy * (self.x - self.x[0])) / np.hypot(cx, cy), np.float64)

    @cached_property
    def turns(self) -> Floats:
        """Turning angle at each inner point, positive clockwise."""
        dx, dy = np.diff(self.x), np.diff(self.y)
        return np.arctan2(dx[:-1] * dy[1:] - dy[:-1] * dx[1:], dx[:-1] * dx[1:] + dy[:-1] * dy[1:])


def path(x: list[float] | Floats, y: list[float] | Floats, step: float = 10.0) -> Path:
    """A path at equal times, `step` ms apart."""
    return Path(np.asarray(x, np.float64), np.asarray(y, np.float64), step * np.arange(len(x), dtype=np.float64))


def smooth(n: int, bow: float, tremor: float = 0.0, waves: float = 0.5) -> Path:
    """A minimum-jerk stroke of 240 px that swings `waves` half sines of `bow` px to the side, with a tremor."""
    s = np.linspace(0, 1, n)
    way = s**3 * (10 - 15 * s + 6 * s * s)
    noise = np.random.default_rng(4).normal(0, 1, (2, n)) * tremor
    return path(240 * way + noise[0], 60 + bow * np.sin(2 * np.pi * waves * way) + noise[1])


def stride(n: int) -> Floats:
    """From 0 to 1 with speed rising and falling once."""
    return (1 - np.cos(np.linspace(0, np.pi, n))) / 2


ARC: Final = path([0, 14, 36, 66, 98, 126, 146, 156], [70, 44, 24, 14, 16, 28, 46, 70])
BENT: Final = path([0, 60, 60], [0, 0, 80])
WEAVE: Final = path([0, 25, 55, 80, 110, 140, 170, 200], [40, 18, 12, 52, 74, 60, 20, 40])
ZIGZAG: Final = path([0, 50, 30, 80, 78, 120, 95, 140], [10, 22, 30, 42, 52, 62, 74, 84])
STEPS: Final = path([10, 40, 38, 70, 66, 100, 104, 140], [0, 40, 22, 62, 60, 90, 70, 104])
CORNERS: Final = path([0, 80, 20, 100, 150, 110], [0, 20, 40, 60, 40, 90])
LOOP: Final = path([0, 40, 80, 100, 80, 50, 60, 100, 150], [60, 60, 55, 30, 5, 15, 50, 62, 60])
TREMBLING: Final = path(
    np.linspace(0, 240, 25), 60 + 30 * np.sin(np.linspace(0, np.pi, 25)) + 7 * np.sin(np.arange(25) * 2.4)
)
FAN: Final = path([0, 30, 55, 90, 112, 140], [60, 40, 62, 50, 24, 26])
THREE: Final = path([0, 60, 100], [60, 30, 80])
BACK: Final = path([0, 40, 70, 55, 90, 130, 118, 160], [40, 20, 30, 52, 62, 30, 44, 40])
STROKE: Final = smooth(61, 30)
PIXELS: Final = Path(np.round(STROKE.x), np.round(STROKE.y), STROKE.t)
CORRECTED: Final = path(
    np.concatenate([180 * stride(30), 180 + 60 * stride(24)]), 60 + 20 * np.sin(np.linspace(0, np.pi, 54))
)
