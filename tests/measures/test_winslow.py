"""Winslow's seven, from the `move` rows alone, page by page."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import MEASURES, measure

SEVEN = [m.name for m in MEASURES.values() if m.category == "winslow"]


def seven(events: Events, kind: str = "recording") -> list[dict[str, float]]:
    table = measure(events, kind, only=SEVEN)
    return [dict(zip(table.names, row, strict=True)) for row in table.values.tolist()]


@pytest.fixture
def two_motions() -> Events:
    """Two motions with a rest of exactly 500 ms between them, and a record alone at the end.

    First: 30 px in 100 ms (300 px/s), 60 px in 100 ms (600 px/s), 30 px in 100 ms (300 px/s): 120 px, 300 ms.
    Accelerations: +300 / 0.1 s = 3000, then -3000 px/s². Second: 40 px in 100 ms (400 px/s): 40 px, 100 ms.
    So 4 segments in 2 motions; mean length 80 px, mean time 200 ms, speed 160 px / 400 ms = 400 px/s.
    Speeds 300, 600, 300, 400: mean 400, squares 10000 + 40000 + 10000 + 0 = 60000, over 3: 20000.
    Accelerations 3000 and -3000: mean 0, 2 x 9e6 over 1: 1.8e7.
    """
    return Events.of(t=[0, 100, 200, 300, 800, 900, 1400], x=[0, 30, 90, 120, 120, 160, 160], y=[0] * 7)


def test_two_motions_give_the_seven_numbers_derived_by_hand(two_motions):
    assert seven(two_motions)[0] == pytest.approx(
        {
            "winslow_segments": 4,
            "winslow_motions": 2,
            "winslow_motion_length": 80,
            "winslow_motion_time": 200,
            "winslow_speed": 400,
            "winslow_speed_variance": 20_000,
            "winslow_acceleration_variance": 1.8e7,
        }
    )


def test_a_gap_of_exactly_500_ms_ends_a_motion_and_one_of_499_does_not():
    assert seven(Events.of(t=[0, 500], x=[0, 1], y=[0, 0]))[0]["winslow_motions"] == 0
    assert seven(Events.of(t=[0, 499], x=[0, 1], y=[0, 0]))[0]["winslow_motions"] == 1


def test_without_a_motion_both_counts_are_0_and_the_rest_is_nan():
    for events in (Events.of(t=[], x=[], y=[]), Events.of(t=[5], x=[1], y=[1])):
        row = seven(events)[0]
        assert (row["winslow_segments"], row["winslow_motions"]) == (0, 0)
        assert np.isnan([row[n] for n in SEVEN[2:]]).all()


def test_records_of_one_time_are_one_record_and_the_last_one_wins():
    once = seven(Events.of(t=[0, 10, 20], x=[0, 30, 40], y=[0, 0, 0]))[0]
    twice = seven(Events.of(t=[0, 10, 10, 20], x=[0, 99, 30, 40], y=[0, 0, 0, 0]))[0]
    assert once["winslow_segments"] == twice["winslow_segments"] == 2
    np.testing.assert_equal(once, twice)


def test_standing_records_are_segments_of_length_0():
    row = seven(Events.of(t=[0, 10], x=[1, 1], y=[1, 1]))[0]
    assert (row["winslow_segments"], row["winslow_motion_length"], row["winslow_speed"]) == (1, 0, 0)


def test_presses_and_releases_are_no_records():
    """The press at 10 ms is not read: one segment of 10 px from 0 to 20 ms."""
    kinds = ["move", "down", "up", "move"]
    row = seven(Events.of(t=[0, 10, 15, 20], x=[0, 500, 500, 10], y=[0, 0, 0, 0], kind=kinds))[0]
    assert (row["winslow_segments"], row["winslow_motion_length"], row["winslow_motion_time"]) == (1, 10, 20)


def test_another_finger_is_no_record():
    row = seven(Events.of(t=[0, 5, 10], x=[0, 500, 10], y=[0, 0, 0], primary=[1, 0, 1]))[0]
    assert (row["winslow_segments"], row["winslow_motion_length"]) == (1, 10)


def test_a_motion_never_crosses_a_page_even_in_the_cut_recording():
    """The step of 990 px in 10 ms joins two pages, so it is none: two motions of 5 px in 10 ms each."""
    events = Events.of(t=[0, 10, 20, 30], x=[0, 5, 995, 1000], y=[0] * 4, page=[0, 0, 1, 1])
    row = seven(events)[0]
    assert (row["winslow_segments"], row["winslow_motions"], row["winslow_speed"]) == (2, 2, 500)
    assert row["winslow_speed_variance"] == pytest.approx(0)
    assert np.isnan(row["winslow_acceleration_variance"])


def test_records_of_one_time_on_two_pages_stay_two_records():
    events = Events.of(t=[0, 10, 10, 20], x=[0, 5, 995, 1000], y=[0] * 4, page=[0, 0, 1, 1])
    assert seven(events)[0]["winslow_segments"] == 2


def test_the_recording_of_several_pages_sums_what_its_pages_give():
    rng = np.random.default_rng(4)
    n = 400
    events = Events.of(
        t=np.cumsum(rng.choice([8.0, 16.0, 300.0, 700.0], n)),
        x=np.cumsum(rng.integers(-9, 10, n)),
        y=np.cumsum(rng.integers(-9, 10, n)),
        page=np.repeat([0, 1, 2, 1], n // 4),
    )
    whole, pages = seven(events)[0], seven(events, "page")
    assert len(pages) == 4
    for name in ("winslow_segments", "winslow_motions"):
        assert whole[name] == sum(p[name] for p in pages)
    assert whole["winslow_motion_length"] * whole["winslow_motions"] == pytest.approx(
        sum(p["winslow_motion_length"] * p["winslow_motions"] for p in pages)
    )


def test_overlapping_windows_give_what_each_gives_alone(two_motions):
    windows = cut(two_motions, "window", count=4, step=1)
    together = measure(two_motions, windows, only=SEVEN).values
    alone = np.vstack([measure(two_motions, windows[k : k + 1], only=SEVEN).values for k in range(len(windows))])
    assert len(windows) == 4
    np.testing.assert_array_equal(together, alone)
