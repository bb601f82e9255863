"""Where cuts begin and end: the rules of the contract one by one, on recordings whose answer can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musculus.cut import ACTIONS, Cuts, cut, position_rows
from musculus.errors import UnknownName, UsageError
from musculus.events import KINDS, Events
from musculus.measures import measure

MOVE6 = ["move"] * 6
T6 = [0, 10, 20, 30, 40, 50]
X6 = [0, 5, 6, 17, 19, 12]


def recording(t: list[float], x: list[float], kind: list[str] | None = None, **more: object) -> Events:
    return Events.of(t, x, [0.0] * len(t), kind or ["move"] * len(t), **more)


def ranges(c: Cuts) -> list[tuple[int, int]]:
    return list(zip(c.start.tolist(), c.end.tolist(), strict=True))


def actions(e: Events) -> list[tuple[str, int, int]]:
    c = cut(e, "action")
    assert c.action is not None
    return [(ACTIONS[a], s, z) for a, (s, z) in zip(c.action, ranges(c), strict=True)]


def test_a_gap_of_half_a_second_ends_a_stroke() -> None:
    assert ranges(cut(recording([0, 10, 20, 520, 530], [0, 5, 9, 12, 15]))) == [(0, 3), (3, 5)]


def test_a_gap_just_below_half_a_second_does_not() -> None:
    assert ranges(cut(recording([0, 10, 20, 519.9, 530], [0, 5, 9, 12, 15]))) == [(0, 5)]


def test_standing_samples_of_half_a_second_are_a_rest_and_the_next_stroke_leaves_from_the_last_of_them() -> None:
    assert ranges(cut(recording([0, 10, 200, 400, 600, 610], [0, 5, 5, 5, 5, 8]))) == [(0, 2), (4, 6)]


def test_standing_samples_of_less_than_half_a_second_are_none_even_where_the_next_move_comes_later() -> None:
    assert ranges(cut(recording([0, 10, 300, 620, 630], [0, 5, 5, 8, 9]))) == [(0, 5)]


def test_standing_samples_at_the_end_are_left_out_once_they_last_half_a_second() -> None:
    assert ranges(cut(recording([0, 10, 200, 400, 600], [0, 5, 5, 5, 5]))) == [(0, 2)]
    assert ranges(cut(recording([0, 10, 200, 400, 500], [0, 5, 5, 5, 5]))) == [(0, 5)]


def test_a_stroke_contains_the_press_that_ends_it() -> None:
    kinds = ["move", "move", "down", "up", "move", "move"]
    assert ranges(cut(recording(T6, X6, kinds))) == [(0, 3), (4, 6)]


def test_a_press_after_a_rest_belongs_to_no_stroke() -> None:
    kinds = ["move", "move", "down", "up"]
    assert ranges(cut(recording([0, 10, 600, 610], [0, 5, 5, 5], kinds))) == [(0, 2)]


def test_moves_with_a_button_held_are_in_no_stroke() -> None:
    kinds = ["move", "move", "down", "move", "up", "move"]
    assert ranges(cut(recording(T6, X6, kinds))) == [(0, 3)]


def test_the_buttons_mask_ends_a_drag_whose_release_was_lost() -> None:
    kinds = ["move", "move", "down", "move", "move", "move"]
    assert ranges(cut(recording(T6, X6, kinds, buttons=[0, 0, 1, 1, 0, 0]))) == [(0, 3), (4, 6)]


@pytest.mark.parametrize("kind", ["wheel", "hide", "blur", "cancel"])
def test_these_kinds_end_a_stroke(kind: str) -> None:
    assert ranges(cut(recording(T6, X6, ["move", "move", kind, "move", "move", "move"]))) == [(0, 2), (3, 6)]


@pytest.mark.parametrize("kind", ["key_down", "key_up", "enter", "leave", "scroll", "focus", "stimulus", "task"])
def test_these_kinds_do_not_end_a_stroke(kind: str) -> None:
    assert ranges(cut(recording(T6, X6, ["move", "move", kind, "move", "move", "move"]))) == [(0, 6)]


def test_a_new_page_ends_a_stroke() -> None:
    c = cut(recording(T6, X6, page=[0, 0, 0, 1, 1, 1]))
    assert ranges(c) == [(0, 3), (3, 6)]
    assert c.page.tolist() == [0, 1]


def test_a_stroke_needs_two_distinct_positions() -> None:
    assert ranges(cut(recording([0, 10, 20], [5, 5, 5]))) == []
    assert ranges(cut(recording([0], [5]))) == []


def test_a_click_ends_a_stroke_only_where_a_recording_has_no_press() -> None:
    clicks = ["move", "move", "click", "move", "move", "move"]
    assert ranges(cut(recording(T6, X6, clicks))) == [(0, 3), (3, 6)]
    both = Events.concat([
        recording(T6, X6, clicks, recording="clicks only"),
        recording([*T6, 60, 70], [*X6, 13, 13], [*clicks, "down", "up"], recording="with presses"),
    ])  # fmt: skip
    assert ranges(cut(both)) == [(0, 3), (3, 6), (6, 13)]


def test_only_the_primary_pointer_makes_strokes() -> None:
    e = recording(T6, X6, primary=[1, 0, 1, 0, 1, 0])
    assert position_rows(e).tolist() == [True, False] * 3
    assert ranges(cut(e)) == [(0, 5)]


def test_a_clock_that_runs_backwards_is_no_rest() -> None:
    assert ranges(cut(recording([1000, 1010, 20, 30, 40], [0, 5, 9, 12, 15]))) == [(0, 5)]


def test_a_move_that_ends_in_a_click_is_one_action_and_what_follows_another() -> None:
    kinds = ["move", "move", "down", "up", "move", "move"]
    assert actions(recording(T6, [0, 5, 6, 7, 9, 12], kinds)) == [("PC", 0, 4), ("MM", 4, 6)]


def test_a_way_of_more_than_three_px_with_a_button_held_is_a_drag_and_the_move_before_its_own() -> None:
    kinds = ["move", "move", "down", "move", "up", "move"]
    assert actions(recording(T6, [0, 5, 6, 17, 19, 12], kinds)) == [("MM", 0, 2), ("DD", 2, 5)]
    assert actions(recording(T6, [0, 5, 6, 8, 9, 12], kinds)) == [("PC", 0, 5)]


def test_a_rest_does_not_end_a_drag() -> None:
    kinds = ["move", "move", "down", "move", "up", "move"]
    assert actions(recording([0, 10, 20, 830, 840, 850], X6, kinds)) == [("MM", 0, 2), ("DD", 2, 5)]


def test_wheel_events_are_one_scroll_until_a_rest() -> None:
    kinds = ["wheel"] * 5
    assert actions(recording([0, 10, 20, 600, 610], [0] * 5, kinds)) == [("SC", 0, 3), ("SC", 3, 5)]


def test_moves_and_scrolls_of_one_event_are_dropped() -> None:
    assert actions(recording([0, 10, 20], [0, 1, 2], ["move", "wheel", "move"])) == []


def test_a_rest_ends_a_move_before_its_click() -> None:
    kinds = ["move", "move", "down", "up"]
    assert actions(recording([0, 10, 820, 830], [0, 5, 5, 5], kinds)) == [("MM", 0, 2), ("PC", 2, 4)]


def test_a_motion_is_a_run_of_moves_and_drops_single_records() -> None:
    kinds = ["move", "down", "move", "move", "up", "move"]
    assert ranges(cut(recording([0, 10, 20, 30, 40, 530], X6, kinds), "motion")) == [(0, 4)]


def test_a_click_cut_runs_from_a_release_to_the_next_press() -> None:
    kinds = ["down", "up", "move", "down", "up", "move"]
    assert ranges(cut(recording(T6, X6, kinds), "click")) == [(1, 4)]


def test_a_release_without_its_press_starts_no_click_cut_and_clicks_alone_stand_for_both() -> None:
    assert ranges(cut(recording(T6, X6, ["up", "move", "down", "up", "down", "up"]), "click")) == [(3, 5)]
    clicks = ["click", "move", "click", "move", "click", "move"]
    assert ranges(cut(recording(T6, X6, clicks), "click")) == [(0, 3), (2, 5)]


def test_a_click_cut_goes_from_page_to_page_as_the_click_interval_does() -> None:
    kinds = ["down", "up", "move", "down", "up", "down"]
    events = recording(T6, X6, kinds, page=[0, 0, 0, 1, 2, 2])
    made = cut(events, "click")
    assert ranges(made) == [(1, 4), (4, 6)]
    assert made.page.tolist() == [0, 2], "the page of its first row"
    intervals = measure(events, made, only=["click_interval"])["click_interval_mean"]
    assert intervals.tolist() == [T6[3] - T6[1], T6[5] - T6[4]]
    assert measure(events, "recording", only=["click_interval"])["click_interval_count"] == 2


def test_a_release_of_another_button_does_not_let_go() -> None:
    kinds = ["move", "move", "down", "up", "move", "move"]
    assert ranges(cut(recording(T6, X6, kinds, button=[-1, -1, 0, 2, -1, -1]))) == [(0, 3)]
    assert actions(recording(T6, [0, 5, 6, 6, 7, 8], kinds, button=[-1, -1, 0, 2, -1, -1])) == [("PC", 0, 6)]


def test_standing_rows_of_half_a_second_end_a_move_and_the_next_leaves_from_the_last_of_them() -> None:
    assert actions(recording([0, 499, 509, 519], [3, 3, 3, 0])) == [("MM", 2, 4)]
    press = ["move", "move", "down"]
    assert actions(recording([0, 499, 799], [1, 1, 1], press)) == [("PC", 2, 3)]
    clicks = ["move", "move", "move", "click"]
    assert actions(recording([0, 10, 509, 519], [1, 1, 1, 3], clicks)) == [("PC", 2, 4)]


def test_recording_gives_one_row_a_recording_even_where_it_is_empty() -> None:
    e = Events.build(
        {k: np.zeros(2) if k != "kind" else np.zeros(2, np.int8) for k in ("t", "x", "y", "kind")},
        np.array([0, 0, 2]),
        ("empty", "two"),
    )
    assert ranges(cut(e, "recording")) == [(0, 0), (0, 2)]
    assert ranges(cut(e, "page")) == [(0, 2)]


def test_windows_of_ms_events_and_strokes_are_full_and_may_overlap() -> None:
    e = recording([0, 10, 20, 30, 40, 50], X6)
    assert ranges(cut(e, "window", count=2)) == [(0, 2), (2, 4), (4, 6)]
    assert ranges(cut(e, "window", count=4, step=1)) == [(0, 4), (1, 5), (2, 6)]
    assert ranges(cut(e, "window", ms=20)) == [(0, 2), (2, 4)]
    strokes = recording([0, 10, 1000, 1010, 2000, 2010], [0, 1, 2, 3, 4, 5])
    assert ranges(cut(strokes, "window", strokes=2, step=1)) == [(0, 4), (2, 6)]


def test_an_unknown_cut_and_a_window_without_a_length_say_what_to_do() -> None:
    e = recording(T6, X6)
    with pytest.raises(UnknownName, match="did you mean 'stroke'"):
        cut(e, "strok")
    with pytest.raises(UsageError, match="exactly one length"):
        cut(e, "window")


@given(
    rows=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 3), st.sampled_from(KINDS)), max_size=40),
    kind=st.sampled_from(["recording", "page", "motion", "stroke", "action", "click"]),
    second=st.integers(0, 40),
)
def test_cuts_are_inside_their_recording_and_a_recording_cuts_the_same_alone(
    rows: list[tuple[int, int, str]], kind: str, second: int
) -> None:
    def make(part: list[tuple[int, int, str]], name: str) -> Events:
        t = np.cumsum([r[0] for r in part]) if part else []
        return Events.of(t, [r[1] for r in part], [0] * len(part), [r[2] for r in part], recording=name)

    a, b = make(rows[:second], "a"), make(rows[second:], "b")
    together = cut(Events.concat([a, b]), kind)
    alone = ranges(cut(a, kind)) + [(s + a.n_events, e + a.n_events) for s, e in ranges(cut(b, kind))]
    assert ranges(together) == alone
    limits = [(0, a.n_events), (a.n_events, a.n_events + b.n_events)]
    for (s, e), r in zip(ranges(together), together.recording, strict=True):
        assert limits[r][0] <= s <= e <= limits[r][1]
