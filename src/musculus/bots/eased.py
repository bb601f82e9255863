"""Straight lines with the easing curves of animation, as scripted pointers have them.

Source: R. Penner, Programming Macromedia Flash MX (2002), chapter 7: the in-out curves, from their formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from musculus.bots.motion import Floats, Point, beside, moments, movement_time, stroke
from musculus.bots.table import Generator
from musculus.events import Events


def _in_out(half: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """A curve that starts as `half` does and ends as its mirror image."""
    return lambda s: np.where(s < 0.5, half(2 * s) / 2, 1 - half(2 - 2 * s) / 2)


EASINGS: Final[dict[str, Callable[[Floats], Floats]]] = {
    "sine": lambda s: (1 - np.cos(np.pi * s)) / 2,
    "quad": _in_out(lambda s: s**2),
    "cubic": _in_out(lambda s: s**3),
    "expo": _in_out(lambda s: (2.0 ** (10 * s) - 1) / 1023),
}


def eased(
    rng: np.random.Generator,
    start: Point,
    end: Point,
    *,
    easing: str = "quad",
    rate: float = 1000.0,
    duration: float | None = None,
) -> Events:
    """A straight line whose share travelled is an easing curve of the share of time (`duration` in ms)."""
    t = moments(movement_time(rng, start, end, duration), rate)
    along = EASINGS[easing](t / t[-1])
    x, y = beside(start, end, along, np.zeros(len(t)))
    return stroke(t, x, y, end)


GENERATORS: Final[dict[str, Generator]] = {f"eased_{name}": partial(eased, easing=name) for name in EASINGS}
