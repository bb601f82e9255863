"""The twins of times, clicks, targets, scrolling, keys and sampling, on small recordings worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from twins import Cut, Row, measures, of_cut


def at(t: float, kind: str = "move", x: float = 0, y: float = 0, **more: Any) -> Row:
    return Row(t, kind, x, y, **more)


def event(t: float, kind: str, **more: Any) -> Row:
    """A row without a position."""
    return Row(t, kind, **more)


def press(t: float, x: float = 0, y: float = 0, **more: Any) -> list[Row]:
    return [at(t, "down", x, y, button=0, **more), at(t + 80, "up", x, y, button=0)]


def test_rests_run_from_one_moving_sample_to_the_next_and_to_the_end() -> None:
    rows = [at(0), at(10, x=5), at(300, x=5), at(700, x=9), at(710, x=12), at(1000, x=12), at(1300, x=12)]
    m = measures(rows)
    assert m["pause_count"] == 2
    assert m["pause_time"] == 690 + 590
    assert m["hover_count_100"] == 2  # 10 to 300, 710 to 1300; from 300 on it is under way
    assert m["hover_time_100"] == 290 + 590
    assert m["idle_time"] == 290 + 590


def test_a_hover_of_exactly_100_ms_is_none() -> None:
    assert measures([at(0), at(100), at(110, x=1)])["hover_count_100"] == 0
    assert measures([at(0), at(101), at(110, x=1)])["hover_time_100"] == 101


def test_reactions_count_from_the_stimulus_else_the_show_else_the_first_event() -> None:
    way = [at(50), at(80, x=4), at(120, x=30), *press(200, 30)]
    with_stimulus = measures([event(0, "show"), event(20, "stimulus"), *way])
    assert with_stimulus["response_time"] == 180
    assert with_stimulus["initiation_time"] == 60
    assert with_stimulus["initiation_time_10"] == 100
    assert measures([event(0, "show"), *way])["response_time"] == 200
    assert measures(way)["response_time"] == 150


def test_a_page_is_visible_between_show_and_hide() -> None:
    rows = [event(0, "show"), at(10), event(100, "hide"), event(400, "show"), at(450, x=1)]
    assert measures(rows)["page_time"] == 150
    assert measures(rows[1:3])["page_time"] == 90  # visible from its first event
    assert measures([at(5), at(30, x=1)])["page_time"] == 25


def test_click_intervals_run_from_a_release_to_the_next_press() -> None:
    m = measures([*press(100), at(300, x=5), *press(500, 5), *press(900, 5)])
    assert m["click_interval_count"] == 2
    assert m["click_interval_mean"] == (500 - 180 + 900 - 580) / 2
    assert m["clicks"] == m["hold_time_count"] == 3
    assert m["hold_time_mean"] == 80
    assert m["click_rate"] == pytest.approx(3 / 0.880)


def test_a_click_cut_holds_one_interval() -> None:
    rows = [*press(100), at(300, x=5), *press(500, 5)]
    m = of_cut(Cut(rows, 1, 4))
    assert m["click_interval_count"] == 1
    assert m["click_interval_mean"] == 320


def test_presses_and_releases_without_a_partner_are_counted() -> None:
    rows = [
        at(0, "up", button=0),  # a release without a press
        at(10, "down", button=0), at(20, "down", button=0), at(50, "up", button=0),  # the second press drops the first
        at(60, "down", button=2), at(70, "down", button=0), at(90, "up", button=2),  # 0 stays open
    ]  # fmt: skip
    m = measures(rows)
    assert m["unpaired_buttons"] == 3
    assert (m["hold_time_min"], m["hold_time_max"]) == (30, 30)


def test_without_any_press_a_click_row_is_the_click_and_there_is_no_hold() -> None:
    m = measures([at(0), at(10, x=5), at(20, "click", 6), at(90, "click", 6)])
    assert m["clicks"] == 2
    assert m["path_length"] == 6
    assert m["hold_time_count"] == 0
    assert math.isnan(m["hold_time_mean"])
    assert m["click_interval_mean"] == 70


def test_a_click_row_beside_its_press_is_no_position() -> None:
    m = measures([at(0), *press(10), at(95, "click", 50)])
    assert m["path_length"] == 0
    assert m["clicks"] == 1


def test_targets_are_those_of_the_last_stimulus_before_the_press() -> None:
    box: dict[str, Any] = {"target": "#goal", "left": 90, "top": -10, "width": 40, "height": 20}
    rows = [
        at(0), event(5, "stimulus", **box), at(20, x=50), at(30, "enter", 92, target="#goal"), at(40, x=140),
        at(50, "enter", 128, target="#goal"), at(60, x=113, y=4), *press(200, 113, 4, **box),
    ]  # fmt: skip
    m = measures(rows)
    assert m["click_error_mean"] == m["click_offset_mean"] == 5  # centre 110, 0; off by 3 and 4
    assert m["time_to_click_mean"] == 150
    assert m["target_reentries"] == 1
    assert m["pause_before_click_mean"] == 140
    assert m["fitts_id_mean"] == pytest.approx(math.log2(110 / 20 + 1))
    assert math.isnan(measures([at(0), *press(9)])["click_error_mean"])


def test_throughput_comes_from_the_spread_along_the_task_axis() -> None:
    rows = [at(0)]
    t, x = 0.0, 0.0
    for goal, landed in ((100, 98), (0, 0), (100, 102), (0, 0)):
        box: dict[str, Any] = {"left": goal - 10, "top": -10, "width": 20, "height": 20}
        rows += [event(t, "stimulus", **box), at(t + 500, x=landed), *press(t + 800, landed)]
        t, x = t + 1000, float(landed)
    # start 0, 98, 0, 102; beyond the centre along the axis -2, 0, 2, 0; reached 98, 98, 102, 102
    spread = math.sqrt(8 / 3)
    assert x == 0
    assert measures(rows)["fitts_throughput"] == pytest.approx(math.log2(100 / (4.133 * spread) + 1) / 0.8)


def test_rage_is_three_presses_within_a_second_and_30_px() -> None:
    assert measures([*press(0), *press(300, 10), *press(600, 30)])["rage_clicks"] == 1
    assert measures([*press(0), *press(300, 10), *press(600, 31)])["rage_clicks"] == 0
    assert measures([*press(0), *press(300), *press(1001)])["rage_clicks"] == 0


def test_a_double_click_is_timed_press_to_press() -> None:
    rows = [*press(0), *press(180), event(262, "dblclick")]
    assert measures(rows)["double_click_interval_mean"] == 180


def test_scrolling_is_summed_per_axis() -> None:
    rows = [event(10.0 * i, "wheel", dx=0.0, dy=dy) for i, dy in enumerate((100.0, 100.0, -50.0, 100.0))]
    m = measures(rows)
    assert (m["scroll_distance_y"], m["scroll_net_y"], m["scroll_reversals_y"]) == (350, 250, 2)
    assert (m["scroll_distance_x"], m["scroll_net_x"], m["scroll_reversals_x"]) == (0, 0, 0)


def test_keys_pair_by_slot_so_that_rollover_is_right() -> None:
    rows = [
        event(0, "key_down", slot=1, key_class="letter"), event(60, "key_down", slot=2, key_class="letter"),
        event(90, "key_up", slot=1), event(100, "key_down", slot=2, key_class="letter", repeat=True),
        event(150, "key_up", slot=2), event(200, "key_down", slot=3, key_class="space"), event(1000, "key_up", slot=3),
    ]  # fmt: skip
    m = measures(rows)
    assert m["key_count"] == 3
    assert m["key_rate"] == 3
    assert m["key_hold_median"] == m["key_hold_letter_mean"] == 90
    assert (m["key_flight_min"], m["key_flight_max"]) == (-30, 50)
    assert (m["key_interval_min"], m["key_interval_max"]) == (60, 140)
    assert m["key_count_letter"] == 2
    assert m["key_interval_space_mean"] == 140
    assert math.isnan(m["key_hold_digit_mean"])


def test_the_clock_is_read_from_its_steps() -> None:
    m = measures([at(t, x=t) for t in (0, 16, 32, 48, 32, 64, 64, 80)])
    assert m["clock_resolution"] == 16
    assert m["clock_regressions"] == 1
    assert m["dt_zero_share"] == 2 / 7
    assert m["dt_mode_share"] == 4 / 7
    assert m["dt_entropy"] == pytest.approx(-(4 / 7) * math.log2(4 / 7) - 3 * (1 / 7) * math.log2(1 / 7))
    assert m["dt_cv"] == pytest.approx(math.sqrt(((12.8**2) + 4 * 3.2**2) / 4) / 19.2)
    assert m["event_rate"] == 100
    assert measures([at(t) for t in (0, 16.7, 33.4, 66.8)])["clock_resolution"] == pytest.approx(16.7)


def test_rows_say_what_they_know_about_themselves() -> None:
    rows = [at(0, coalesced=True), at(1, coalesced=False, fractional=True), at(2)]
    m = of_cut(Cut([*rows, at(3, x=-1), at(4, x=800, y=601)], 0, 5, (800, 600)))
    assert m["coalesced_share"] == 0.5
    assert m["fractional_share"] == 1
    assert m["out_of_screen"] == 2
    assert math.isnan(measures(rows)["out_of_screen"])


def test_winslow_reads_moves_page_by_page() -> None:
    rows = [at(0), at(10, x=1), at(10, x=3), at(30, x=7), at(600, x=9), at(610, x=9, page=1), at(620, x=10, page=1)]
    m = measures(rows)
    assert (m["winslow_motions"], m["winslow_segments"]) == (2, 3)
    assert m["winslow_motion_length"] == (7 + 1) / 2
    assert m["winslow_motion_time"] == 20
    assert m["winslow_speed"] == 200
    assert m["winslow_speed_variance"] == pytest.approx(10_000)  # 300, 200, 100 px/s
