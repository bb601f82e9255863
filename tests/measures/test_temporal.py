"""Durations, rests, and times from a stimulus."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import MEASURES, measure

TEMPORAL = [m.name for m in MEASURES.values() if m.category == "temporal"]


def rows(events: Events, kind="recording") -> list[dict[str, float]]:
    table = measure(events, kind, only=TEMPORAL)
    return [dict(zip(table.names, row, strict=True)) for row in table.values.tolist()]


def row(events: Events) -> dict[str, float]:
    return rows(events)[0]


@pytest.fixture
def trial() -> Events:
    """A page shown at 100 ms, a stimulus at 200 ms, one aim of 20 px, and a press at 900 ms.

    Position rows: 250 (at 0), 300 (still 0), 350 (5 px), 400 (20 px), 900 (press, 20 px), 950 (release).
    Initiation: first sample off 0 px is at 350: 150 ms; farther than 10 px at 400: 200 ms. Response 900 - 200 = 700.
    Idle: 250-300 and 400-900 and 900-950: 50 + 500 + 50 = 600. Moving samples: 250, 350, 400; the rest after 400 is
    550 ms long (to the last sample), so one pause of 550 ms. Standing: 50 ms (no hover), 550 ms (a hover).
    """
    kinds = ["show", "stimulus", "move", "move", "move", "move", "down", "up"]
    nan = float("nan")
    return Events.of(
        t=[100, 200, 250, 300, 350, 400, 900, 950],
        x=[nan, nan, 0, 0, 5, 20, 20, 20],
        y=[nan, nan, 0, 0, 0, 0, 0, 0],
        kind=kinds,
        button=[-1, -1, -1, -1, -1, -1, 0, 0],
    )


def test_a_trial_gives_the_times_derived_by_hand(trial):
    got = row(trial)
    assert {k: v for k, v in got.items() if not k.startswith("click_interval_")} == {
        "movement_time": 700,
        "response_time": 700,
        "initiation_time": 150,
        "initiation_time_10": 200,
        "idle_time": 600,
        "pause_time": 550,
        "pause_count": 1,
        "hover_time_100": 550,
        "hover_count_100": 1,
        "page_time": 850,
    }


def test_a_stroke_finds_the_stimulus_that_came_before_it(trial):
    strokes = cut(trial, "stroke")
    assert trial.kind_names()[int(strokes.start[0])] == "move"
    (got,) = rows(trial, strokes)
    assert got["initiation_time"] == 150


def test_the_first_stimulus_in_the_cut_counts_before_one_that_came_earlier():
    events = Events.of(
        t=[0, 100, 200, 300, 400],
        x=[0, 0, 0, 9, 9],
        y=[0] * 5,
        kind=["stimulus", "move", "stimulus", "move", "down"],
    )
    second = cut(events, "window", count=3, step=2)  # rows 0-2, 2-4
    first, last = rows(events, second)
    assert last["response_time"] == 200
    assert np.isnan(first["response_time"])


def test_a_stimulus_of_another_page_is_not_looked_at():
    events = Events.of(
        t=[0, 100, 300, 450], x=[0, 0, 0, 9], y=[0] * 4, kind=["stimulus", "move", "move", "down"], page=[0, 0, 1, 1]
    )
    assert [r["response_time"] for r in rows(events, "page")][1] == 150  # from its first event


def test_without_a_stimulus_the_first_show_of_the_page_is_the_onset():
    """The page was shown at 50 ms and again at 400 ms; the press at 500 ms answers to the first."""
    events = Events.of(
        t=[0, 50, 100, 400, 500], x=[0, 0, 5, 5, 5], y=[0] * 5, kind=["move", "show", "move", "show", "down"]
    )
    assert row(events)["response_time"] == 450
    assert row(events)["initiation_time"] == 50


def test_a_press_before_the_stimulus_is_no_response():
    events = Events.of(t=[0, 100, 300], x=[0, 0, 0], y=[0] * 3, kind=["down", "stimulus", "down"], button=[0, -1, 0])
    assert row(events)["response_time"] == 200


def test_a_click_stands_for_the_press_only_where_the_recording_has_no_press():
    only_clicks = Events.of(t=[0, 80], x=[0, 5], y=[0, 0], kind=["move", "click"])
    assert row(only_clicks)["response_time"] == 80
    pressed = Events.of(t=[0, 70, 80], x=[0, 5, 5], y=[0] * 3, kind=["move", "down", "click"])
    assert row(pressed)["response_time"] == 70


def test_movement_time_is_last_less_first_even_where_the_clock_ran_back():
    assert row(Events.of(t=[100, 200, 40], x=[0, 1, 2], y=[0] * 3))["movement_time"] == -60


def test_a_rest_of_exactly_500_ms_is_a_pause_and_one_of_499_is_none():
    assert row(Events.of(t=[0, 500], x=[0, 1], y=[0, 0]))["pause_count"] == 1
    assert row(Events.of(t=[0, 499], x=[0, 1], y=[0, 0]))["pause_count"] == 0


def test_the_first_sample_counts_as_moving():
    """It stands from 0 to 600 ms and then moves: a pause of 600 ms that began with the first sample."""
    assert row(Events.of(t=[0, 300, 600], x=[0, 0, 1], y=[0] * 3))["pause_time"] == 600


def test_a_rest_at_the_end_is_a_pause():
    assert row(Events.of(t=[0, 10, 700], x=[0, 1, 1], y=[0] * 3))["pause_time"] == 690


def test_standing_for_exactly_100_ms_is_no_hover():
    assert row(Events.of(t=[0, 100, 110], x=[0, 0, 1], y=[0] * 3))["hover_count_100"] == 0
    assert row(Events.of(t=[0, 101, 111], x=[0, 0, 1], y=[0] * 3))["hover_time_100"] == 101


def test_a_gap_that_ends_elsewhere_is_a_pause_but_no_hover():
    got = row(Events.of(t=[0, 800], x=[0, 1], y=[0] * 2))
    assert (got["pause_count"], got["hover_count_100"], got["idle_time"]) == (1, 0, 0)


def test_one_position_gives_0_and_none_gives_nan():
    one = row(Events.of(t=[7], x=[1], y=[1]))
    assert [one[n] for n in ("movement_time", "idle_time", "pause_time", "hover_count_100")] == [0, 0, 0, 0]
    assert np.isnan([one["initiation_time"], one["response_time"]]).all()
    none = row(Events.of(t=[], x=[], y=[]))
    assert none.pop("click_interval_count") == 0
    assert np.isnan(list(none.values())).all()


@pytest.mark.parametrize(
    ("kinds", "visible"),
    [
        (["move", "move", "move", "move"], 30),
        (["show", "move", "hide", "move"], 20),
        (["move", "hide", "show", "move"], 20),  # visible from the first event to the hide, and from the show on
        (["show", "show", "hide", "hide"], 20),
        (["move", "show", "move", "move"], 20),  # hidden until it was shown
        (["hide", "move", "move", "move"], 0),
    ],
)
def test_page_time_adds_up_what_was_visible(kinds, visible):
    assert row(Events.of(t=[0, 10, 20, 30], x=[0] * 4, y=[0] * 4, kind=kinds))["page_time"] == visible


def test_click_intervals_go_from_release_to_the_next_press():
    """Presses at 0, 200 and 700 ms, releases at 90, 300 and 800: intervals of 110 and 400 ms."""
    events = Events.of(t=[0, 90, 200, 300, 700, 800], x=[0] * 6, y=[0] * 6, kind=["down", "up"] * 3, button=[0] * 6)
    got = row(events)
    assert (got["click_interval_count"], got["click_interval_min"], got["click_interval_max"]) == (2, 110, 400)
    assert [r["click_interval_mean"] for r in rows(events, "click")] == [110, 400]


def test_click_intervals_go_from_click_to_click_where_there_are_no_presses():
    got = row(Events.of(t=[0, 90, 200], x=[0] * 3, y=[0] * 3, kind="click"))
    assert (got["click_interval_count"], got["click_interval_mean"]) == (2, 100)
