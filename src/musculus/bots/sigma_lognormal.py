"""Movement as a sum of lognormal impulses, each turning through an arc: the kinematic theory of rapid movements.

Source: R. Plamondon, "A kinematic theory of rapid human movements", Biol. Cybern. 72 (1995); C. O'Reilly &
R. Plamondon, "Development of a sigma-lognormal representation for on-line signatures", Pattern Recognition 42 (2009).
"""

from __future__ import annotations

from math import erf, sqrt
from typing import Final

import numpy as np

from musculus.bots.motion import Floats, Point, beside, moments, movement_time, stroke
from musculus.bots.table import Generator
from musculus.events import Events

ERF: Final = np.vectorize(erf, otypes=[np.float64])


def sigma_lognormal(
    rng: np.random.Generator,
    start: Point,
    end: Point,
    *,
    rate: float = 1000.0,
    duration: float | None = None,
    corrections: int = 2,
) -> Events:
    """A main impulse of most of the way and up to `corrections` smaller ones after it, each an arc.

    Each impulse begins at t0 and moves by D times a lognormal of (mu, sigma); its direction turns from one angle to
    another as the impulse goes on. The sum is turned and scaled so that it ends where it should.
    """
    t = moments(movement_time(rng, start, end, duration), rate)
    s = t / t[-1]
    n = 1 + int(rng.integers(0, corrections + 1))
    size = np.concatenate([[1.0], rng.normal(0.08, 0.05, n - 1)])
    begins = np.concatenate([[0.0], np.sort(rng.uniform(0.5, 0.7, n - 1))])
    across, aside = np.zeros(len(s)), np.zeros(len(s))
    for d, t0 in zip(size, begins, strict=True):
        sigma, middle = rng.uniform(0.15, 0.35), rng.uniform(0.5, 0.62)
        done = _lognormal(s - t0, np.log(middle if t0 == 0 else 0.4 * middle), sigma)
        angle = rng.normal(0.0, 0.1) if t0 == 0 else rng.normal(0.0, 0.6)
        turn = rng.normal(0.0, 0.15)
        heading = angle + turn * (done - 0.5)
        step = d * np.diff(done, prepend=0.0)
        across += np.cumsum(step * np.cos(heading))
        aside += np.cumsum(step * np.sin(heading))
    x, y = beside(start, end, *_onto_chord(across, aside))
    return stroke(t, x, y, end)


def _lognormal(s: Floats, mu: float, sigma: float) -> Floats:
    """Share of a lognormal impulse that is over at times s after its beginning."""
    later = s > 0
    z = (np.log(np.where(later, s, 1.0)) - mu) / sigma
    return np.where(later, 0.5 * (1 + ERF(z / sqrt(2))), 0.0)


def _onto_chord(across: Floats, aside: Floats) -> tuple[Floats, Floats]:
    """The path turned and scaled so that its last point is (1, 0)."""
    path = across + 1j * aside
    turned = path / path[-1]
    return turned.real, turned.imag


GENERATORS: Final[dict[str, Generator]] = {"sigma_lognormal": sigma_lognormal}
