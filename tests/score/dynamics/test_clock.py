"""Samples on frames: the rate of a page, frames it left out and the ticks of its clock leave no trace."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.devices import Mouse, Page, record
from musculus.devices.frames import FRAME
from musculus.events import Events
from musculus.score.dynamics.clock import on_frames
from musculus.score.dynamics.strokes import rows


def reach(t: np.ndarray, name: str = "reach") -> Events:
    """A smooth reach of 600 px in 800 ms, seen at these times."""
    u = np.clip(np.asarray(t) / 800, 0, 1)
    way = 600 * (10 * u**3 - 15 * u**4 + 6 * u**5)
    return Events.of(t, way, 0.3 * way + 20 * np.sin(2 * np.pi * u), "move", recording=name)


def steps(events: Events) -> np.ndarray:
    return np.hypot(np.diff(events.x), np.diff(events.y))


@pytest.mark.parametrize("hz", [25, 30, 45, 75, 90, 120, 144, 1000])
def test_any_rate_gives_the_places_of_60_frames_a_second(hz: float) -> None:
    laid = on_frames(reach(np.arange(0, 801, 1000 / hz)))
    assert np.diff(laid.t)[:-1] == pytest.approx(FRAME)
    true = reach(laid.t)
    # cubics between samples leave it by little, and least where there are many
    assert np.hypot(laid.x - true.x, laid.y - true.y).max() < (1.0 if hz >= 60 else 4.0)


def test_a_sample_that_was_late_by_a_tick_goes_back_into_the_gap_before_it() -> None:
    t = np.arange(50) * 15.6
    late = t.copy()
    late[[10, 20, 31]] += 15.6  # two samples in a tick, none in the one before
    assert np.diff(late).min() == pytest.approx(0)
    true = reach(t)
    even, mended = on_frames(true), on_frames(Events.of(late, true.x, true.y, "move"))
    assert mended.t == pytest.approx(even.t, abs=0.5)
    assert np.array_equal(mended.x, even.x)


def test_of_many_samples_in_each_tick_the_last_stays() -> None:
    t = np.arange(100) * 8.0
    seen = reach(t)
    ticks = Events.of(np.floor(t / 16) * 16, seen.x, seen.y, "move")
    laid = on_frames(ticks)
    assert laid.x[1:].tolist() == seen.x[3::2].tolist()


def test_a_mouse_that_stood_moves_at_the_end_of_the_gap_and_not_all_through_it() -> None:
    t = np.r_[np.arange(0, 200, 8.0), np.arange(500, 700, 8.0)]
    x = np.arange(len(t)) * 5.0
    laid = on_frames(Events.of(t, x, np.zeros(len(t)), "move"))
    stood = (laid.t > 200) & (laid.t < 490)
    assert stood.sum() > 15
    assert np.ptp(laid.x[stood]) == 0


def test_frames_of_60_hz_keep_their_places_and_few_samples_are_left_alone() -> None:
    seen = reach(np.arange(48) * FRAME)
    assert np.array_equal(on_frames(seen).x, seen.x)
    two = Events.of([0, 300], [0, 400], [0, 0], "move")
    assert on_frames(two).t.tolist() == [0, 300]
    assert on_frames(Events.of([], [], [])).n_events == 0


def test_a_stroke_has_the_same_frames_in_a_crowd_and_after_a_clock_ran_backwards_time_never_does() -> None:
    rng = np.random.default_rng(0)
    some = [reach(np.sort(rng.uniform(0, 800, n)), str(n)) for n in (1, 2, 3, 9, 40, 300)]
    back = Events.of(np.abs(rng.normal(0, 300, 60)), rng.normal(0, 90, 60), np.zeros(60), "move", recording="back")
    crowd = on_frames(Events.concat([*some, back]))
    for one in (*some, back):
        (alone,) = on_frames(one)
        mine = crowd[crowd.recordings.index(one.recordings[0])]
        assert np.array_equal(alone.t, mine.t)
        assert np.array_equal(alone.x, mine.x)
        assert (np.diff(alone.t) >= 0).all()


@pytest.mark.parametrize("hz", [30, 90, 120])
def test_rows_of_a_movement_depend_little_on_the_frames_of_the_page(hz: float) -> None:
    seen = Events.concat([reach(np.arange(0, 801, 4.0), "a"), reach(np.arange(0, 801, 4.0) ** 1.02 / 1.14, "b")])
    names = ("peak_ratio", "speed_cv", "straightness", "velocity_s_q95_over_mean")
    whole = rows(record(seen, Mouse(), Page()), names)
    other = rows(record(seen, Mouse(), Page(hz)), names)
    assert other == pytest.approx(whole, abs=0.1)
