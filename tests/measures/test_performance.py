"""Clicks, holds, aiming, scrolling."""

from __future__ import annotations

from dataclasses import replace
from math import log2, sqrt

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import MEASURES, measure

PERFORMANCE = [m.name for m in MEASURES.values() if m.category == "performance"]
NAN = float("nan")


def rows(events: Events, kind="recording") -> list[dict[str, float]]:
    table = measure(events, kind, only=PERFORMANCE)
    return [dict(zip(table.names, row, strict=True)) for row in table.values.tolist()]


def row(events: Events) -> dict[str, float]:
    return rows(events)[0]


def buttons(*what: tuple[float, str, int]) -> Events:
    """Rows of (t, kind, button) at the origin."""
    t, kind, button = zip(*what, strict=True)
    return Events.of(t=t, x=[0] * len(t), y=[0] * len(t), kind=list(kind), button=list(button))


def joined(many: list[Events]) -> Events:
    return Events.concat(replace(e, recordings=(str(i),)) for i, e in enumerate(many))


def values(events: Events, name: str, kind="recording") -> list[float]:
    """The two smallest and the count of a series of at most two values."""
    r = rows(events, kind)[0]
    return [r[f"{name}_count"], r[f"{name}_min"], r[f"{name}_max"]]


def test_a_hold_goes_from_press_to_release():
    r = row(buttons((0, "down", 0), (80, "up", 0), (300, "down", 0), (420, "up", 0)))
    assert (r["clicks"], r["hold_time_count"], r["hold_time_min"], r["hold_time_max"]) == (2, 2, 80, 120)
    assert r["unpaired_buttons"] == 0
    assert r["click_rate"] == pytest.approx(2 / 0.42)


def test_a_second_press_before_the_release_drops_the_first():
    events = buttons((0, "down", 0), (50, "down", 0), (80, "up", 0))
    assert values(events, "hold_time") == [1, 30, 30]
    assert row(events)["unpaired_buttons"] == 1


def test_a_release_without_a_press_is_dropped_and_counted():
    r = row(buttons((0, "up", 0), (50, "down", 0), (80, "up", 0)))
    assert (r["clicks"], r["unpaired_buttons"], r["hold_time_mean"]) == (1, 1, 30)


def test_a_press_still_open_at_the_end_is_counted():
    r = row(buttons((0, "down", 0), (50, "up", 0), (80, "down", 0)))
    assert (r["clicks"], r["unpaired_buttons"]) == (1, 1)


def test_each_button_pairs_with_itself():
    """Left from 0 to 100 ms, right from 20 to 60 ms, one inside the other."""
    events = buttons((0, "down", 0), (20, "down", 2), (60, "up", 2), (100, "up", 0))
    assert values(events, "hold_time") == [2, 40, 100]
    assert row(events)["unpaired_buttons"] == 0


def test_a_pair_is_counted_only_where_both_rows_are_in_the_cut():
    events = buttons((0, "down", 0), (50, "up", 0), (80, "down", 0), (90, "up", 0))
    halves = cut(events, "window", count=1)
    assert [r["clicks"] for r in rows(events, halves)] == [0, 0, 0, 0]
    assert [r["unpaired_buttons"] for r in rows(events, halves)] == [1, 1, 1, 1]


def test_another_pointer_presses_nothing():
    events = Events.of(t=[0, 50], x=[0, 0], y=[0, 0], kind=["down", "up"], button=[0, 0], primary=[0, 0])
    assert (row(events)["clicks"], row(events)["unpaired_buttons"]) == (0, 0)


def test_clicks_are_counted_where_a_recording_has_no_presses():
    r = row(Events.of(t=[0, 40, 90], x=[0] * 3, y=[0] * 3, kind=["click", "move", "click"]))
    assert (r["clicks"], r["hold_time_count"], r["unpaired_buttons"]) == (2, 0, 0)
    assert np.isnan(r["hold_time_mean"])


@pytest.fixture
def aimed() -> Events:
    """Two targets of 40 x 20 px, aimed at along x.

    First: stimulus at 0 ms with the pointer at (0, 10), box from (80, 0): centre (100, 10), distance 100, width 20.
    Pressed at 500 ms at (103, 14): error sqrt(9 + 16) = 5, 3 px beyond the centre along the axis.
    Second: stimulus at 1000 ms with the pointer at (103, 14), box from (283, 4): centre (303, 14), distance 200.
    Pressed at 1900 ms at (296, 14): error 7, 7 px short. Times 500 and 900 ms, mean 0.7 s.
    Deviations 3 and -7 along the axis: mean -2, sd sqrt(50); effective width 4.133 sqrt(50) = 29.22; effective
    distance (103 + 193) / 2 = 148. Throughput log2(148 / 29.22 + 1) / 0.7.
    """
    box = {"left": [80, NAN, NAN, 283, NAN, NAN], "top": [0, NAN, NAN, 4, NAN, NAN]}
    size = {"width": [40, NAN, NAN, 40, NAN, NAN], "height": [20, NAN, NAN, 20, NAN, NAN]}
    return Events.of(
        t=[0, 10, 500, 1000, 1010, 1900],
        x=[NAN, 0, 103, NAN, 103, 296],
        y=[NAN, 10, 14, NAN, 14, 14],
        kind=["stimulus", "move", "down", "stimulus", "move", "down"],
        button=[-1, -1, 0, -1, -1, 0],
        **box,
        **size,
    )


def test_aiming_gives_errors_difficulty_and_throughput_derived_by_hand(aimed):
    r = row(aimed)
    assert values(aimed, "click_error") == [2, 5, 7]
    assert values(aimed, "fitts_id") == pytest.approx([2, log2(100 / 20 + 1), log2(200 / 20 + 1)])
    assert r["fitts_throughput"] == pytest.approx(log2(148 / (4.133 * sqrt(50)) + 1) / 0.7)
    assert values(aimed, "pause_before_click") == [2, 490, 890]


def test_the_stimulus_is_found_before_the_cut_but_not_on_another_page(aimed):
    last = cut(aimed, "window", count=2, step=4)  # rows 0-1 and 4-5: the second has no stimulus of its own
    assert [r["click_error_mean"] for r in rows(aimed, last)][1] == 7
    elsewhere = Events.build(
        {**aimed.columns, "page": np.array([0, 0, 0, 0, 1, 1], np.int32)}, aimed.offsets, aimed.recordings
    )
    assert row(elsewhere)["click_error_count"] == 1


def test_one_press_has_no_throughput(aimed):
    assert np.isnan(rows(aimed, cut(aimed, "window", count=3))[0]["fitts_throughput"])


def test_without_a_stimulus_there_is_no_error_but_the_pressed_box_has_a_centre():
    """The box from (10, 20), 8 x 4 px, has its centre at (14, 22); pressed at (17, 26): 3 and 4 px off."""
    events = Events.of(t=[0], x=[17], y=[26], kind=["down"], button=[0], left=[10], top=[20], width=[8], height=[4])
    r = row(events)
    assert (r["click_error_count"], r["click_offset_mean"]) == (0, 5)
    assert np.isnan(r["fitts_throughput"])


@pytest.fixture
def entering() -> Events:
    """A stimulus for `#ok` at 0 ms; `#ok` entered at 100, 300 and 700 ms, `#other` at 200; pressed at 760 and 800."""
    return Events.of(
        t=[0, 100, 200, 300, 700, 760, 800],
        x=[0] * 7,
        y=[0] * 7,
        kind=["stimulus", "enter", "enter", "enter", "enter", "down", "down"],
        target=["#ok", "#ok", "#other", "#ok", "#ok", "#ok", "#page"],
        button=[-1] * 5 + [0, 0],
    )


def test_reentries_are_the_entries_after_the_first(entering):
    assert row(entering)["target_reentries"] == 2


def test_time_to_click_goes_from_the_last_entry_into_the_target(entering):
    assert values(entering, "time_to_click") == [2, 60, 100]  # the intended target, also where another was pressed


def test_without_a_stimulus_the_element_pressed_is_the_target(entering):
    events = Events.build(
        {k: v[1:] for k, v in entering.columns.items()}, np.array([0, 6]), ("0",), targets=entering.targets
    )
    assert values(events, "time_to_click") == [1, 60, 60]  # #page was never entered
    assert np.isnan(row(events)["target_reentries"])


def test_the_entry_is_found_before_the_cut(entering):
    assert rows(entering, cut(entering, "window", count=1))[5]["time_to_click_mean"] == 60


def test_a_target_never_entered_has_no_reentries():
    events = Events.of(t=[0, 9], x=[0, 0], y=[0, 0], kind=["stimulus", "move"], target=["#ok", None])
    assert row(events)["target_reentries"] == 0


def test_a_double_click_is_timed_from_press_to_press():
    events = buttons(
        (0, "down", 0), (50, "up", 0), (180, "down", 0), (200, "up", 0), (201, "dblclick", 0), (900, "down", 0)
    )
    assert values(events, "double_click_interval") == [1, 180, 180]


def presses(t: list[float], x: list[float]) -> Events:
    return Events.of(t=t, x=x, y=[0] * len(t), kind="down", button=[0] * len(t))


@pytest.mark.parametrize(
    ("t", "x", "runs"),
    [
        ([0, 400, 1000], [0, 30, 0], 1),  # exactly 1,000 ms and 30 px
        ([0, 400, 1001], [0, 0, 0], 0),
        ([0, 400, 1000], [0, 31, 0], 0),
        ([0, 100, 200, 300, 400, 500], [0] * 6, 1),  # a run is one, however long
        ([0, 600, 1000, 1200, 1800, 2100], [0] * 6, 2),
        ([0, 500, 900, 1300], [90, 0, 0, 0], 1),  # begins with the second
    ],
)
def test_rage_clicks_are_runs_of_three_within_a_second_and_30_px(t, x, runs):
    assert row(presses(t, x))["rage_clicks"] == runs


def test_runs_of_rage_clicks_stay_inside_their_cut():
    events = presses([0, 100, 200, 300], [0] * 4)
    assert [r["rage_clicks"] for r in rows(events, cut(events, "window", count=2))] == [0, 0]
    together = joined([presses([0, 100], [0, 0]), presses([200], [0])])
    assert [r["rage_clicks"] for r in rows(together)] == [0, 0]


def test_the_thresholds_of_rage_clicks_can_be_set():
    from musculus.measures import Paths
    from musculus.measures.performance import rage_clicks

    events = presses([0, 1500], [0, 40])
    path = Paths(events, cut(events, "recording"))
    assert rage_clicks(path).tolist() == [0]
    assert rage_clicks(path, ms=2000, px=50, least=2).tolist() == [1]


def test_a_press_on_nothing_is_dead():
    events = Events.of(t=[0, 10], x=[0, 0], y=[0, 0], kind=["down", "down"], button=[0, 0], target=[None, "#ok"])
    assert row(events)["dead_clicks"] == 1


def test_a_press_on_an_element_that_never_answered_is_dead_where_entries_are_recorded():
    events = Events.of(
        t=[0, 10, 20], x=[0] * 3, y=[0] * 3, kind=["enter", "down", "down"], button=[-1, 0, 0],
        target=["#ok", "#ok", "body>p"],
    )  # fmt: skip
    assert row(events)["dead_clicks"] == 1


def test_dead_clicks_are_unknown_where_no_target_is_named():
    assert np.isnan(row(presses([0], [0]))["dead_clicks"])


def test_scrolling_there_and_back_adds_up_and_turns():
    """Wheel steps of 100, 0, 50 and -120 px down, 5 across: way 270, net 30, one turn."""
    events = Events.of(t=[0, 10, 20, 30], x=[0] * 4, y=[0] * 4, kind="wheel", dx=[5, 0, 0, NAN], dy=[100, 0, 50, -120])
    r = row(events)
    assert [r[f"scroll_{n}_y"] for n in ("distance", "net", "reversals")] == [270, 30, 1]
    assert [r[f"scroll_{n}_x"] for n in ("distance", "net", "reversals")] == [5, 5, 0]


def test_the_pages_own_scrolling_counts_where_it_is_recorded():
    events = Events.of(t=[0, 10, 20], x=[0] * 3, y=[0] * 3, kind=["wheel", "scroll", "wheel"], dy=[100, 80, 100])
    assert row(events)["scroll_distance_y"] == 80
    assert rows(events, cut(events, "window", count=1))[2]["scroll_distance_y"] == 100


def test_the_first_step_of_a_cut_turns_from_nothing():
    events = Events.of(t=[0, 10], x=[0] * 2, y=[0] * 2, kind="wheel", dy=[100, -80])
    assert row(events)["scroll_reversals_y"] == 1
    assert [r["scroll_reversals_y"] for r in rows(events, cut(events, "window", count=1))] == [0, 0]


def test_without_events_of_a_kind_counts_are_0_and_the_rest_is_nan():
    r = row(Events.of(t=[0, 10], x=[0, 5], y=[0, 0]))
    zero = {
        "clicks", "click_rate", "unpaired_buttons", "rage_clicks",
        *(n for n in r if n.startswith("scroll_") or n.endswith("_count")),
    }  # fmt: skip
    assert {n for n in r if r[n] == 0} == zero
    assert np.isnan([r[n] for n in r if n not in zero]).all()


def test_the_same_alone_and_in_a_crowd(aimed, entering):
    many = [aimed, presses([0, 100, 200], [0, 1, 2]), entering, Events.of(t=[], x=[], y=[])]
    together = measure(joined(many), "recording", only=PERFORMANCE, chunk=4).values
    alone = np.vstack([measure(e, "recording", only=PERFORMANCE).values for e in many])
    np.testing.assert_array_equal(together, alone)
