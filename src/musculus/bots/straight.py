"""A ruler line at constant speed: what drivers of browsers do when asked to move in steps."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.bots.motion import Point, beside, moments, movement_time, stroke
from musculus.bots.table import Generator
from musculus.events import Events


def straight(
    rng: np.random.Generator, start: Point, end: Point, *, rate: float = 1000.0, speed: float | None = None
) -> Events:
    """Constant speed (px/s; by default as long as people take) on the line from start to end."""
    way = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    lasts = movement_time(rng, start, end) if speed is None else way / speed * 1000
    t = moments(lasts, rate)
    x, y = beside(start, end, t / t[-1], np.zeros(len(t)))
    return stroke(t, x, y, end)


GENERATORS: Final[dict[str, Generator]] = {"straight": straight}
