"""Hands for the tests of devices: minimum-jerk strokes between random places, by formula, at 1000 Hz."""

from __future__ import annotations

import numpy as np

from musculus.events import Events


def hand(seed: int, strokes: int = 10, hz: float = 1000.0) -> Events:
    """One recording: strokes of 0.35 to 0.9 s with rests between, a press, release and click after each."""
    rng = np.random.default_rng(seed)
    now, here = 300.0, np.array([500.0, 500.0])
    t, place, kind = [0.0], [here], ["show"]
    for _ in range(strokes):
        there = np.array([rng.uniform(50, 1800), rng.uniform(50, 900)])
        lasts = rng.uniform(350, 900)
        s = np.arange(0, lasts, 1000.0 / hz) / lasts
        way = 10 * s**3 - 15 * s**4 + 6 * s**5
        t += [*(now + s * lasts), now + lasts + 60, now + lasts + 140, now + lasts + 140]
        place += [*(here + way[:, None] * (there - here)), there, there, there]
        kind += ["move"] * len(s) + ["down", "up", "click"]
        now, here = now + lasts + 140 + rng.uniform(100, 900), there
    xy = np.array(place)
    return Events.of(t, xy[:, 0], xy[:, 1], kind, recording=f"hand{seed}")


def hands(n: int, **more: float) -> Events:
    return Events.concat([hand(i, **more) for i in range(n)])  # type: ignore[arg-type]
