"""A cubic Bezier curve with control points drawn to one side, eased in and out: most humanisers of pointers.

Source: P. Bezier, Definition numerique des courbes et surfaces (1966); that "humanising" libraries draw both control
points on one side of the way is their own documentation.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.bots.motion import Point, beside, moments, movement_time, stroke
from musculus.bots.table import Generator
from musculus.events import Events


def bezier(
    rng: np.random.Generator,
    start: Point,
    end: Point,
    *,
    rate: float = 1000.0,
    duration: float | None = None,
    spread: float = 0.25,
) -> Events:
    """A curve that bends aside by up to about `spread` of the way, eased with the smooth step 3 s^2 - 2 s^3."""
    t = moments(movement_time(rng, start, end, duration), rate)
    s = t / t[-1]
    s = 3 * s**2 - 2 * s**3
    first, second = np.sort(rng.random(2))
    side = rng.choice([-1.0, 1.0])
    bend = side * rng.random(2) * spread
    b1, b2, b3 = 3 * s * (1 - s) ** 2, 3 * s**2 * (1 - s), s**3
    x, y = beside(start, end, b1 * first + b2 * second + b3, b1 * bend[0] + b2 * bend[1])
    return stroke(t, x, y, end)


GENERATORS: Final[dict[str, Generator]] = {"bezier": bezier}
