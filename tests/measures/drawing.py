"""Paths for the tests of measures: drawn by formula, by chance, and as recordings."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from musculus.events import Events
from musculus.measures import MEASURES, Paths, measure

Floats = npt.NDArray[np.float64]
SHAPE_NAMES = ("mean", "std", "min", "q05", "q25", "median", "q75", "q95", "max", "skew", "kurtosis")


def row(events: Events, only: list[str] | None = None) -> dict[str, float]:
    """All measures of a single recording by column."""
    table = measure(events, "recording", only=only or list(MEASURES))
    return dict(zip(table.names, table.values[0].tolist(), strict=True))


def of(x: object, y: object, t: object = None, only: list[str] | None = None) -> dict[str, float]:
    """All measures of moves at these positions, 10 ms apart unless times are given."""
    xs, ys = np.asarray(x, float), np.asarray(y, float)
    ts = np.arange(len(xs)) * 10.0 if t is None else np.asarray(t, float)
    return row(Events.of(ts, xs, ys), only)


def path_of(f: Callable[[Floats], tuple[Floats, Floats]], seconds: float, hz: float = 100.0) -> Paths:
    """A path by formula, sampled evenly."""
    t = np.arange(round(seconds * hz) + 1) / hz
    x, y = f(t)
    return Paths.of(x, y, t * 1000)


def wander(seed: int, n: int) -> tuple[Floats, Floats, Floats]:
    """Times (ms), x and y (px) of a smooth wander in general position: nothing lines up, nothing repeats."""
    rng = np.random.default_rng(seed)
    t = np.cumsum(rng.uniform(6, 18, n))
    x, y = (
        sum(rng.uniform(5, 120) * np.sin(rng.uniform(0.001, 0.012) * t + rng.uniform(0, 6)) for _ in range(4))
        for _ in range(2)
    )
    return t, x + rng.normal(0, 0.3, n), y + rng.normal(0, 0.3, n)


seeds = st.integers(0, 2**32 - 1)
wanders = st.builds(wander, seeds, st.integers(2, 160))
long_wanders = st.builds(wander, seeds, st.integers(40, 160))

# Positions on the 1/8 px of the wire, times in whole ms, so that shifting them is exact; many repeats of both.
eighths = st.integers(-4000, 4000).map(lambda n: n / 8)
near = st.integers(-6, 6).map(float)


@st.composite
def recordings(draw: st.DrawFn, least: int = 0) -> tuple[list[float], list[float], list[float]]:
    """Times (which may stand still, run back or rest), x and y of 0 to 40 positions, often equal ones."""
    n = draw(st.integers(least, 40))
    step = st.sampled_from([0.0, 1.0, 8.0, 10.0, 16.0, 16.0, 17.0, 60.0, 110.0, 499.0, 500.0, 1300.0, -5.0])
    t = np.cumsum([0.0, *draw(st.lists(step, min_size=n, max_size=n))])[:n]
    place = st.one_of(eighths, near)
    x = draw(st.lists(place, min_size=n, max_size=n))
    y = draw(st.lists(place, min_size=n, max_size=n))
    return t.tolist(), x, y
