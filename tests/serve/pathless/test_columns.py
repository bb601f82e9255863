"""Which measures are kept where paths are not, and of which paths."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import COLUMNS, measure
from musculus.serve.pathless.columns import allowed, is_kept, of_strokes, of_visits, points, rounded

EVERY = pytest.mark.parametrize("columns", [of_strokes(), of_visits()], ids=["strokes", "visits"])


def turned(angle: float, aside: float = 0.0) -> Events:
    """A curved stroke of 60 points, turned and moved."""
    u = np.linspace(0, 1, 60)
    x, y = 300 * u + 20 * np.sin(9 * u), 80 * np.sin(3 * u) + 5 * u
    c, s = np.cos(angle), np.sin(angle)
    return Events.of(t=8.0 * np.arange(60), x=c * x - s * y + 500 + aside, y=s * x + c * y + 400 + aside)


@EVERY
def test_no_kept_measure_tells_where_a_path_was_or_which_way_it_went(columns: tuple[str, ...]) -> None:
    names = [c for c in columns if COLUMNS[c].category not in ("sampling",)]  # whole px or not is seen of any turn
    here, there = (measure(e, "recording", only=names).values[0] for e in (turned(0.0), turned(0.7, aside=123.0)))
    np.testing.assert_allclose(here, there, rtol=2e-3, atol=1e-6)
    for word in ("direction_octant", "box_", "_x_", "_y_", "theta", "direction_mean", "out_of_screen", "scroll"):
        assert not [c for c in columns if word in c]


@EVERY
def test_no_quantile_is_kept_for_those_of_a_few_values_are_the_values(columns: tuple[str, ...]) -> None:
    summaries = {c.rpartition("_")[2] for c in columns if COLUMNS[c].summarise}
    assert summaries == {"mean", "std", "max", "count"}
    assert not is_kept("velocity_q05", COLUMNS["velocity_q05"])


@EVERY
@pytest.mark.parametrize("n", range(1, 120))
def test_fewer_numbers_of_movement_are_kept_than_a_path_has_unknowns(columns: tuple[str, ...], n: int) -> None:
    kept = allowed(columns, n)
    of_path = [c for c in kept if COLUMNS[c].category not in ("performance", "keyboard")]
    assert len(of_path) < 3 * n - 4 or set(of_path) <= {"event_count", "movement_time"}
    assert allowed(columns, n) <= allowed(columns, n + 1)


def test_a_long_stroke_keeps_all_and_what_the_pages_show_needs_few_points() -> None:
    assert allowed(of_strokes(), 60) == set(of_strokes())
    assert {"path_length", "velocity_max", "straightness"} <= allowed(of_strokes(), 6)


def test_points_that_stay_where_they_are_are_not_counted() -> None:
    events = Events.of(t=[0, 8, 16, 24, 32, 40], x=[5, 5, 9, 9, 9, 5], y=[1, 1, 1, 1, 2, 2])
    assert points(events, cut(events, "recording")).tolist() == [4]
    nowhere = Events.of(t=[0, 8], x=[np.nan] * 2, y=[np.nan] * 2, kind=["key_down", "key_up"])
    assert points(nowhere, cut(nowhere, "recording")).tolist() == [0]


def test_numbers_are_kept_to_six_digits() -> None:
    assert [rounded(v) for v in (123456.789, 0.000123456789, -3.0)] == [123457.0, 0.000123457, -3.0]
    assert rounded(float("inf")) is None
