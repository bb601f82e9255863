"""The straight movement of least jerk.

Source: T. Flash & N. Hogan, "The coordination of arm movements: an experimentally confirmed mathematical model",
J. Neurosci. 5 (1985): x(s) = x0 + (x1 - x0) (10 s^3 - 15 s^4 + 6 s^5).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.bots.motion import Point, beside, moments, movement_time, stroke
from musculus.bots.table import Generator
from musculus.events import Events


def minimum_jerk(
    rng: np.random.Generator, start: Point, end: Point, *, rate: float = 1000.0, duration: float | None = None
) -> Events:
    """One bell of speed from start to end; its peak is 1.875 times the mean."""
    t = moments(movement_time(rng, start, end, duration), rate)
    s = t / t[-1]
    x, y = beside(start, end, 10 * s**3 - 15 * s**4 + 6 * s**5, np.zeros(len(t)))
    return stroke(t, x, y, end)


GENERATORS: Final[dict[str, Generator]] = {"minimum_jerk": minimum_jerk}
