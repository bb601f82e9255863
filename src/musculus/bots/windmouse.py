"""WindMouse: a pointer with inertia, pulled by gravity and pushed by a wind that changes.

Source: B. J. Land, "WindMouse, an algorithm for generating human-like mouse motion" (2021): its equations and the
meaning of its four parameters. Written from that text, not from any of its programs.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.bots.motion import Floats, Point, stroke
from musculus.bots.table import Generator
from musculus.events import Events

LONGEST: Final = 20_000  # steps; a wind stronger than gravity may never arrive


def windmouse(
    rng: np.random.Generator,
    start: Point,
    end: Point,
    *,
    rate: float = 1000.0,
    gravity: float = 9.0,
    wind: float = 3.0,
    fastest: float = 15.0,
    near: float = 12.0,
    wait: tuple[float, float] = (5.0, 12.0),
) -> Events:
    """Steps of at most `fastest` px, each after a wait (ms) drawn evenly, until the end is a px away.

    `gravity` and `wind` are the sizes of the forces (px a step); within `near` px of the end the wind dies down and
    steps become short. `rate` only rounds the waits to the device's reports.
    """
    goal, here = np.asarray(end, np.float64), np.asarray(start, np.float64)
    places = _walk(rng, here, goal, gravity, wind, fastest, near)
    waits = rng.uniform(*wait, len(places) - 1)
    t = np.append(0.0, np.maximum(np.rint(np.cumsum(waits) * rate / 1000), 1.0)) * 1000 / rate
    return stroke(t, places[:, 0], places[:, 1], end)


def _walk(
    rng: np.random.Generator, here: Floats, goal: Floats, gravity: float, wind: float, fastest: float, near: float
) -> Floats:
    """Places from start to goal, shape (n, 2)."""
    places, blows, v = [here], np.zeros(2), np.zeros(2)
    while (far := float(np.hypot(*(goal - here)))) >= 1 and len(places) < LONGEST:
        blows = blows / np.sqrt(3)
        if far >= near:
            blows = blows + rng.uniform(-1, 1, 2) * min(wind, far) / np.sqrt(5)
        else:
            fastest = rng.uniform(3, 6) if fastest < 3 else fastest / np.sqrt(5)
        v = v + blows + gravity * (goal - here) / far
        speed = float(np.hypot(*v))
        if speed > fastest:
            v = v / speed * (fastest / 2 + rng.random() * fastest / 2)
        here = here + v
        places.append(here)
    return np.array([*places, goal])


GENERATORS: Final[dict[str, Generator]] = {"windmouse": windmouse}
