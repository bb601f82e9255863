"""The twins of the cuts, on rows whose borders can be seen."""

from __future__ import annotations

from typing import Any

from twins import Row, cuts
from twins.actions import actions


def moves(start: float, *xs: float, every: float = 10, page: int = 0) -> list[Row]:
    return [Row(start + every * i, "move", x, 0.0, page=page) for i, x in enumerate(xs)]


def at(t: float, kind: str, x: float = 0.0, **more: Any) -> Row:
    return Row(t, kind, x, 0.0, **more)


def press(t: float, x: float = 0.0) -> list[Row]:
    return [at(t, "down", x, button=0), at(t + 80, "up", x, button=0)]


def test_a_recording_is_one_cut_even_when_empty() -> None:
    assert cuts([], "recording") == [(0, 0)]
    assert cuts([], "page") == cuts([], "stroke") == cuts([], "motion") == cuts([], "action") == cuts([], "click") == []


def test_pages_are_runs_of_one_page() -> None:
    assert cuts([*moves(0, 1, 2), *moves(100, 5, page=1)], "page") == [(0, 2), (2, 3)]


def test_motions_end_at_half_a_second_and_at_the_page() -> None:
    rows = [*moves(0, 1, 2), at(20, "wheel"), *moves(509, 3), *moves(1009, 4, 5), *moves(1030, 6, 7, page=1)]
    assert cuts(rows, "motion") == [(0, 4), (4, 6), (6, 8)]


def test_a_stroke_ends_in_its_press() -> None:
    rows = [*moves(0, 1, 2, 3), *press(60, 4), *moves(200, 4, 6)]
    assert cuts(rows, "stroke") == [(0, 4), (5, 7)]


def test_a_press_after_a_rest_is_not_in_the_stroke() -> None:
    assert cuts([*moves(0, 1, 2), *press(510, 2)], "stroke") == [(0, 2)]
    assert cuts([*moves(0, 1, 2), *press(509, 3)], "stroke") == [(0, 3)]


def test_a_stroke_needs_two_distinct_positions_and_no_button() -> None:
    drag = [at(0, "down", 5, button=0), *moves(10, 6, 7, 8), at(50, "up", 8, button=0)]
    assert cuts([*drag, *moves(60, 8, 8, 8)], "stroke") == []


def test_wheel_page_hide_and_blur_end_a_stroke_and_keys_do_not() -> None:
    for kind in ("wheel", "hide", "blur", "cancel"):
        assert cuts([*moves(0, 1, 2), Row(15, kind), *moves(20, 3, 4)], "stroke") == [(0, 2), (3, 5)], kind
    for kind in ("key_down", "scroll", "focus", "enter"):
        assert cuts([*moves(0, 1, 2), Row(15, kind), *moves(20, 3, 4)], "stroke") == [(0, 5)], kind
    assert cuts([*moves(0, 1, 2), *moves(20, 3, 4, page=1)], "stroke") == [(0, 2), (2, 4)]


def test_standing_samples_are_a_rest_and_belong_to_no_stroke_inside() -> None:
    rows = [*moves(0, 1, 2), *moves(110, 2, 2, 2, 2, 2, every=100), *moves(520, 3, 4)]
    # at 2 from 10 to 510: the first stroke ends with the arrival, the second begins where it left
    assert cuts(rows, "stroke") == [(0, 2), (6, 9)]
    assert cuts(rows, "stroke", pause=501) == [(0, 9)]


def test_a_click_ends_a_stroke_only_where_there_is_no_press_at_all() -> None:
    rows = [*moves(0, 1, 2), at(20, "click", 3), *moves(30, 3, 4)]
    assert cuts(rows, "stroke") == [(0, 3), (3, 5)]
    assert cuts([*rows, *press(50, 4)], "stroke") == [(0, 6)]


def test_actions_have_their_four_names() -> None:
    rows = [
        *moves(0, 1, 2), *moves(600, 3, 4), *press(630, 4),  # MM, then PC
        *moves(800, 5, 6), at(820, "down", 6, button=0), *moves(830, 8, 12), at(860, "up", 12, button=0),  # MM, DD
        at(900, "wheel"), at(910, "wheel"), *moves(930, 20, 21), at(1000, "wheel"),  # SC, MM, one wheel dropped
    ]  # fmt: skip
    assert actions(rows, 500) == [
        ("MM", 0, 2), ("PC", 2, 6), ("MM", 6, 8), ("DD", 8, 12), ("SC", 12, 14), ("MM", 14, 16),
    ]  # fmt: skip


def test_a_rest_ends_an_action_but_not_while_a_button_is_held() -> None:
    rows = [at(0, "down", 0, button=0), *moves(10, 2, 5), *moves(900, 9), at(910, "up", 9, button=0)]
    assert actions(rows, 500) == [("DD", 0, 5)]


def test_clicks_run_from_release_to_press() -> None:
    rows = [*press(0), *moves(100, 1, 2), *press(200, 2), *press(400, 2)]
    assert cuts(rows, "click") == [(1, 5), (5, 7)]


def test_windows_are_full_and_may_overlap() -> None:
    rows = moves(0, *range(10))
    assert cuts(rows, "window", count=4) == [(0, 4), (4, 8)]
    assert cuts(rows, "window", count=4, step=3) == [(0, 4), (3, 7), (6, 10)]
    assert cuts(rows, "window", ms=40) == [(0, 4), (4, 8)]
    strokes = [*moves(0, 1, 2), *moves(600, 3, 4), *moves(1200, 5, 6)]
    assert cuts(strokes, "window", strokes=2, step=1) == [(0, 4), (2, 6)]
