"""Odd rows of known number are counted, and nothing else is."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from musculus.events import Events
from musculus.events.oddities import Oddities, oddities


def test_a_clean_recording_has_nothing_odd() -> None:
    events = Events.of(
        t=[0, 10, 20, 30], x=[0, 1, 2, 2], y=[0] * 4, kind=["move", "move", "down", "up"], button=[-1, -1, 0, 0]
    )
    assert set(oddities(events).counts().values()) == {0}
    assert str(oddities(events)) == "of 4 events none is odd"


def test_clock_steps_are_counted_within_recordings_only() -> None:
    one = Events.of(t=[0, 10, 10, 5], x=[0, 1, 2, 3], y=[0] * 4, recording="a")
    two = Events.of(t=[0, 10], x=[0, 1], y=[0] * 2, recording="b")
    both = oddities(Events.concat([one, two]))
    assert (both.clock_backwards, both.equal_times, both.events) == (1, 1, 6)


def test_a_duplicate_is_equal_in_every_column_with_missing_equal_to_missing() -> None:
    wheel = Events.of(t=[0, 0, 0], x=[np.nan] * 3, y=[np.nan] * 3, kind="wheel", dy=[100, 100, -100])
    assert oddities(wheel).duplicate_rows == 1


def test_rows_without_a_time_are_counted_and_are_no_clock_steps() -> None:
    odd = oddities(Events.of(t=[0, np.nan, np.inf, 5], x=[0, 1, 2, 3], y=[0] * 4))
    assert (odd.without_time, odd.clock_backwards) == (2, 1)  # from infinity back to 5


def test_positions_are_held_against_the_viewport_of_their_page() -> None:
    events = Events.from_table(
        {
            "recording": ["a"] * 4 + ["b"],
            "t": range(5),
            "kind": ["move"] * 5,
            "x": [-1, 799, 800, 900, 5000],
            "y": [0, 599, 0, 0, 0],
            "page": [0, 0, 0, 1, 0],
            "viewport_width": [800, 800, 800, 1000, None],
            "viewport_height": [600, 600, 600, 600, None],
        }
    )
    assert oddities(events).outside_screen == 2


def test_presses_are_paired_by_button_and_event_family() -> None:
    kind = ["down", "down", "up", "up", "down", "down", "up"]
    left_and_right = Events.of(t=range(7), x=[0] * 7, y=[0] * 7, kind=kind, button=[0, 2, 0, 2, 0, 0, 0])
    assert oddities(left_and_right).down_without_up == 1
    browser = Events.of(
        t=range(4), x=[0] * 4, y=[0] * 4, kind=["down", "down", "up", "up"], button=[0] * 4,
        source=["pointer", "mouse", "pointer", "mouse"],
    )  # fmt: skip
    assert oddities(browser).down_without_up == 0
    assert oddities(Events.of(t=[0], x=[0], y=[0], kind="down", button=[0])).down_without_up == 1


def test_an_empty_table_has_nothing_odd() -> None:
    assert oddities(Events.concat([])) == Oddities()


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(["move", "down", "up"])))))
def test_counts_of_recordings_add_up_to_the_count_of_all(recordings: list[list[tuple[int, int, str]]]) -> None:
    parts = [
        Events.of(t=[r[0] for r in rows], x=[r[1] for r in rows], y=[0] * len(rows), kind=[r[2] for r in rows],
                  button=[r[1] for r in rows], recording=str(i))
        for i, rows in enumerate(recordings)
    ]  # fmt: skip
    assert oddities(Events.concat(parts)) == sum((oddities(p) for p in parts), Oddities())
