"""Will this visit end in a purchase, will this customer return? Visits with a label, a site and a segment.

No recordings of purchases are public, so tests and examples run on `simulated_visits`: people who don't exist, in shops
that don't exist. Every recording of it carries `simulated`, and every report made of it says so.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.errors import UsageError
from musculus.events import Events

Floats = npt.NDArray[np.float64]
LABEL: Final = "purchase"
STEP: Final = 16.0  # ms between samples of a simulated page


def simulated_visits(visits: int = 240, *, sites: int = 3, strength: float = 1.0, seed: int = 0) -> Events:
    """Simulated visits to simulated shops: context `person site segment purchase pages simulated`.

    Who buys moves slower, bends more and rests longer before clicks, by `strength` (0: not at all); the sites differ in
    size and pace, and returning customers are quicker than new ones, so that what is learned in one shop is tested by
    another. `pages` is a column beside the mouse's that knows a little, too. Seeded.

    >>> e = simulated_visits(6, seed=1)
    >>> len(e), sorted(set(e.context["site"].tolist())), bool(e.context["simulated"].all())
    (6, ['shop_a', 'shop_b', 'shop_c'], True)
    """
    if visits < 1 or not 1 <= sites <= 26:
        raise UsageError(f"{visits} visits to {sites} sites; at least one visit, and 1 to 26 sites")
    rng = np.random.default_rng(seed)
    return Events.concat([_visit(i, i % sites, strength, rng) for i in range(visits)])


def _visit(number: int, site: int, strength: float, rng: np.random.Generator) -> Events:
    returning, buys = bool(rng.random() < 0.4), bool(rng.random() < 0.4)
    person = number // 2 if number % 4 == 3 and number > 3 else number  # a few come again
    lean = strength * (1.0 if buys else 0.0) + rng.normal(0, 0.5)
    pace = np.exp(0.2 * site - 0.15 * lean - (0.2 if returning else 0.0) + rng.normal(0, 0.15))
    t, x, y, kind = [], [], [], []
    clock, at = 0.0, rng.uniform(100, 700, 2)
    for _ in range(int(rng.integers(12, 22))):
        to = rng.uniform(80, 600 + 150 * site, 2)
        way = _stroke(at, to, pace, 25 * np.exp(0.3 * lean), rng)
        rest = 250 * np.exp(0.4 * lean + rng.normal(0, 0.4))
        times = clock + np.arange(len(way)) * STEP
        t += [times, times[-1] + rest + np.array([0.0, 90.0])]
        x += [way[:, 0], np.full(2, way[-1, 0])]
        y += [way[:, 1], np.full(2, way[-1, 1])]
        kind += ["move"] * len(way) + ["down", "up"]
        clock, at = float(t[-1][-1]) + rng.uniform(300, 1500), to
    return Events.of(
        np.concatenate(t), np.concatenate(x).round(), np.concatenate(y).round(), kind, recording=f"visit_{number:04d}",
        person=f"customer_{person:04d}", site=f"shop_{'abcdefghijklmnopqrstuvwxyz'[site]}",
        segment="returning" if returning else "new", purchase=buys, pages=float(rng.poisson(4 + lean)), simulated=True,
    )  # fmt: skip


def _stroke(start: Floats, end: Floats, pace: float, bend: float, rng: np.random.Generator) -> Floats:
    """A minimum-jerk way with a bend to one side, shape (n, 2)."""
    n = max(8, int(np.hypot(*(end - start)) / (12 * pace)) + 12)
    s = np.linspace(0, 1, n)
    eased = (10 * s**3 - 15 * s**4 + 6 * s**5)[:, None]
    side = np.array([-(end - start)[1], (end - start)[0]]) / max(float(np.hypot(*(end - start))), 1.0)
    found: Floats = start + (end - start) * eased + side * (rng.normal(0, bend) * np.sin(np.pi * s))[:, None]
    return found
