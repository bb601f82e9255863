"""People of the tests' own: reaches and clicks, each person with a speed, a bend, a tremor and pauses of their own."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from musculus.events import KIND, Events


def visit(person: int, session: int, reaches: int = 40) -> Events:
    """One recording at 125 Hz in whole px: the person's habits, a little different in each session."""
    habit, rng = np.random.default_rng([7, person]), np.random.default_rng([person, session])
    pace, bend, skew = habit.uniform(0.6, 1.6), habit.uniform(-0.25, 0.25), habit.uniform(0.6, 1.7)
    tremor, hold, pause = habit.uniform(0.1, 1.5), habit.uniform(50, 160), habit.uniform(150, 700)
    pace *= np.exp(rng.normal(0, 0.05))
    places = rng.uniform((100, 100), (1100, 700), (reaches + 1, 2))
    rows: list[tuple[float, float, float, int]] = []
    now = 0.0
    for a, b in pairwise(places):
        way = b - a
        n = max(8, int(np.hypot(*way) ** 0.4 * 5 / pace * np.exp(rng.normal(0, 0.1))))
        s = np.linspace(0, 1, n) ** skew
        s = 10 * s**3 - 15 * s**4 + 6 * s**5
        side = np.array([-way[1], way[0]]) * (bend + rng.normal(0, 0.04))
        xy = a + s[:, None] * way + (np.sin(np.pi * s) / 2)[:, None] * side + rng.normal(0, tremor, (n, 2))
        rows += [(now + 8 * k, *p, KIND["move"]) for k, p in enumerate(xy.round().tolist())]
        down = rows[-1][0] + rng.gamma(4, 20)
        up = down + hold * np.exp(rng.normal(0, 0.15))
        x, y = rows[-1][1:3]
        rows += [(down, x, y, KIND["down"]), (up, x, y, KIND["up"]), (up, x, y, KIND["click"])]
        now = up + pause * np.exp(rng.normal(0, 0.3))
    t, x, y, kind = (np.array(column) for column in zip(*rows, strict=True))
    made = Events.of(t=np.round(t, 1), x=x, y=y, kind=kind.astype(np.int8))
    return replace(made, recordings=(f"{person:016x}{session:016x}",))
