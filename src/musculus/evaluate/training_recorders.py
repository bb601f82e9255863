"""Strokes as all kinds of mice, touchpads, pages and clocks record them: a recorder says nothing of who moved.

A model that met people on one page with a handful of mice takes the coarse grain of another mouse, the glide of a
touchpad or the stutter of a slow page for a program's. So people's strokes and bots' are recorded again by recorders
drawn at random, both by the same ones.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.devices.acceleration import CURVES
from musculus.devices.mouse import Mouse, Page
from musculus.devices.record import record
from musculus.events import Events

Floats = npt.NDArray[np.float64]
RECORDERS: Final = 24
POLLING: Final = (125.0, 250.0, 500.0, 1000.0)
FRAMES: Final = (None, None, 60.0, 60.0, 30.0, 40.0, 75.0, 90.0, 120.0, 144.0)  # a second; None: each report
CLOCKS: Final = (0.0, 0.0, 1.0, 15.625)  # ms
QUANTA: Final = (1.0, 1.0, 1.0, 0.8, 0.5)  # px


def by_recorders(strokes: Events, seed: int) -> Events:
    """Each stroke as one of 24 recorders gives it; which ones, and who gets which, depends on the seed alone."""
    rng = np.random.default_rng(seed)
    parts = [record(strokes[i::RECORDERS], *recorder(rng), seed) for i in range(RECORDERS)]
    return Events.concat([parts[i % RECORDERS][i // RECORDERS] for i in range(len(strokes))])


def recorder(rng: np.random.Generator) -> tuple[Mouse, Page]:
    """A mouse, in one of three cases a touchpad that glides; counts of 1 to 5 px; a page, or none, and its clock."""
    coarse = float(rng.choice((1, 1, 1, 2, 3, 4, 5)))
    glide = float(rng.uniform(10, 80)) if rng.random() < 1 / 3 else 0.0
    polling = float(rng.choice(POLLING))
    curve = str(rng.choice(sorted(CURVES)))
    mouse = Mouse(1000.0 / coarse, coarse, polling, float(rng.uniform(0, 1)), curve, inertia=glide)
    hz = FRAMES[int(rng.integers(len(FRAMES)))]
    uneven = hz is not None and rng.random() < 0.5
    intervals = np.clip(rng.normal(1000 / (hz or 60), rng.uniform(0, 0.3) * 1000 / (hz or 60), 2000), 3, None)
    page = Page(hz, intervals if uneven else None, float(rng.choice(QUANTA)), float(rng.choice(CLOCKS)))
    return mouse, page
