"""The compiled rendering of single strokes is that of `devices.render`, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.devices.render import render60
from musculus.events import Events
from musculus.score.dynamics.rendered import render

NAMES = ("t", "x", "y", "kind", "button", "page")


def strokes(seed: int, n: int = 300) -> Events:
    """Strokes of mice and clocks of every rate: jitter, gaps, equal times, times that run backwards, standing still."""
    rng = np.random.default_rng(seed)
    parts = []
    for k in range(n):
        m = int(rng.integers(1, 60))
        steps = rng.choice([0.0, 1.0, 8.0, 11.6, 11.7, 16.0, 50 / 3, 17.0, 33.0, 41.6, 41.7, 120.0, 499.0, 501.0], m)
        steps[rng.random(m) < rng.random()] = rng.choice([1.0, 2.0, 8.0, 50 / 3, 6.9])
        t = np.cumsum(steps) - steps[0] + rng.choice([0.0, 3.3, 16.5])
        t += rng.choice([0.0, 1.0, 9.0]) * rng.normal(0, 1, m) * (rng.random(m) < 0.3)
        way = np.cumsum(rng.normal(0, rng.choice([0.3, 2.0, 20.0]), (m, 2)) * (rng.random((m, 1)) < 0.8), axis=0)
        parts.append(Events.of(t, *np.round(way * 8).T / 8, recording=str(k)))
    return Events.concat(parts)


@pytest.mark.parametrize("seed", range(12))
def test_every_sample_has_the_time_and_place_of_the_rendering_of_recordings(seed: int) -> None:
    made = strokes(seed)
    ours, theirs = render(made), render60(made)
    assert np.array_equal(ours.offsets, theirs.offsets)
    for name in NAMES:
        assert ours.columns[name].tobytes() == theirs.columns[name].tobytes(), name


def test_what_is_more_than_moves_with_a_place_is_left_to_the_rendering_of_recordings() -> None:
    made = Events.of([0, 20, 40, 60], [0, 5, np.nan, 9], [0.0] * 4, ["move", "down", "move", "move"])
    assert render(made).t.tolist() == render60(made).t.tolist()
    assert render(Events.of([], [], [])).n_events == 0
