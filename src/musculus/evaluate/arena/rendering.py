"""Were people and bots recorded alike?  What a page does to samples must be the same on both sides."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.leaks import Leak
from musculus.events import Events

SHORT: Final = 0.7 * 1000.0 / 60.0  # ms: two samples nearer than this don't come from one frame each
APART: Final = 0.05  # of all samples
SIGNS: Final = {
    "between_pixels": "samples between whole pixels",
    "standing": "samples that stand where the one before stood",
    "within_a_frame": "intervals shorter than a frame",
}


def signs(events: Events) -> dict[str, float]:
    """The share of samples that bear each sign of a recording that no 60 Hz page made.

    >>> signs(Events.of(t=[0, 4, 21, 38], x=[0, 1, 1, 2.5], y=[0, 0, 0, 0]))["between_pixels"]
    0.25
    """
    inside = np.ones(max(events.n_events - 1, 0), bool)
    inside[events.offsets[1:-1] - 1] = False
    ms = np.diff(events.t)[inside]
    still = ((np.diff(events.x) == 0) & (np.diff(events.y) == 0))[inside]
    return {
        "between_pixels": _share((events.x % 1 != 0) | (events.y % 1 != 0)),
        "standing": _share(still),
        "within_a_frame": _share(ms < SHORT),
    }


def rendered_apart(people: Events, bots: Events) -> list[Leak]:
    """A leak for each sign that people and bots bear in shares more than 5 % apart."""
    a, b = signs(people), signs(bots)
    return [
        Leak(
            "rendering",
            f"{words}: {a[name]:.0%} of people's, {b[name]:.0%} of bots'",
            "put people and bots through one renderer (musculus.devices.record with one Page)",
        )
        for name, words in SIGNS.items()
        if abs(a[name] - b[name]) > APART
    ]


def _share(which: npt.NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
