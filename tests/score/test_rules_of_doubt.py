"""Doubtful rules: each on a machine that breaks it, on the people who look like it, and what doubts add up to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musculus.events import KEY_CLASSES, KIND, POINTERS, Events
from musculus.read import read
from musculus.score.rules import CERTAIN, RULES, Finding, doubt, findings, overrule

Session = dict[str, list[Any]]
WORDS = ("t", "kind", "x", "y", "pressure", "pointer", "coalesced", "key_class", "slot")


def names(events: Events) -> list[str]:
    return [finding.name for finding in findings(events)]


def clicks(n: int = 8, steps: int = 12, hold: float = 0.0, seed: int = 0) -> Events:
    """A hand (or with `hold` a machine) that goes to n targets in curved strokes and clicks each."""
    rng = np.random.default_rng(seed)
    session: Session = {name: [] for name in WORDS}
    t, x, y = 0.0, 100.0, 100.0
    for _ in range(n):
        goal = rng.integers(100, 900, 2)
        for k in range(1, steps + 1):
            t += 16.0 + rng.random()
            bow = np.sin(np.pi * k / steps) * rng.integers(5, 40)
            place = (round(x + (goal[0] - x) * k / steps + bow), round(y + (goal[1] - y) * k / steps - bow))
            _add(session, t=t, kind="move", x=place[0], y=place[1], coalesced=int(k % 2))
        x, y = session["x"][-1], session["y"][-1]
        t += 80 + 60 * rng.random()
        _add(session, t=t, kind="down", x=x, y=y, pressure=0.5)
        t += hold or 60 + 50 * rng.random()
        _add(session, t=t, kind="up", x=x, y=y, pressure=0)
        t += 300 * rng.random()
    return _events(session)


def _add(session: Session, **row: Any) -> None:
    ordinary = {"pressure": np.nan, "pointer": POINTERS.index("mouse"), "coalesced": -1, "key_class": -1, "slot": -1}
    for name, value in {**ordinary, **row}.items():
        session[name].append(value)


def _events(session: Session, **more: Any) -> Events:
    columns = {name: np.array(session[name]) for name in WORDS[4:]}
    trusted = np.ones(len(session["t"]), int)
    return Events.of(session["t"], session["x"], session["y"], session["kind"], trusted=trusted, **columns, **more)


def with_column(events: Events, name: str, values: Any) -> Events:
    return replace(events, columns={**events.columns, name: np.asarray(values).astype(events.column(name).dtype)})


def test_a_hand_that_clicks_here_and_there_raises_no_rule() -> None:
    assert names(clicks(n=20)) == []


def test_a_press_without_pressure_is_no_mouse_but_may_be_a_finger() -> None:
    pressed = with_column(clicks(), "pressure", np.zeros(clicks().n_events))
    assert names(pressed) == ["press_without_pressure"]
    finger = np.full(pressed.n_events, POINTERS.index("touch"))
    assert names(with_column(pressed, "pointer", finger)) == []


def test_moves_between_the_pixels_are_doubted_at_ratio_1_and_not_at_another() -> None:
    between = clicks()
    between = with_column(between, "x", between.x + np.random.default_rng(1).random(between.n_events))
    at = {"device_pixel_ratio": np.array([1.0])}
    assert "fractional_moves" in names(replace(between, context=at))
    assert "fractional_moves" not in names(replace(between, context={"device_pixel_ratio": np.array([1.25])}))


@pytest.mark.parametrize("ratio", [1.25, 1.5, 2 / 3, 1.1, 1.25 * 0.9, 2.5])
def test_whole_pixels_of_a_zoomed_page_are_no_fractions_where_the_ratio_is_unknown(ratio: float) -> None:
    page = clicks()
    zoomed = with_column(with_column(page, "x", page.x / ratio), "y", page.y / ratio)
    assert "fractional_moves" not in names(zoomed)
    assert "fractional_moves" in names(with_column(zoomed, "y", zoomed.y * 1.01234))


def test_where_the_frame_rounded_positions_to_an_eighth_only_the_ratio_can_tell() -> None:
    page = clicks()
    rounded = with_column(page, "x", page.x + np.random.default_rng(1).integers(1, 8, page.n_events) / 8)
    assert "fractional_moves" not in names(rounded)
    assert "fractional_moves" in names(replace(rounded, context={"device_pixel_ratio": np.array([1.0])}))


def test_a_long_movement_without_coalesced_samples_is_doubted_only_where_the_browser_tells_of_them() -> None:
    even = clicks(n=20)
    late = np.random.default_rng(3).uniform(0, 9, even.n_events) * (even.kind == KIND["move"])
    page = with_column(even, "t", np.sort(even.t + late))  # each waits for a frame of a busy page
    assert names(with_column(page, "coalesced", np.zeros(page.n_events))) == ["never_coalesced"]
    assert names(with_column(page, "coalesced", np.full(page.n_events, -1))) == []
    assert names(with_column(even, "coalesced", np.zeros(even.n_events))) == []  # a mouse as slow as the screen


def test_clicks_reached_by_one_jump_each_are_doubted() -> None:
    assert "click_by_jump" in names(clicks(steps=1))


def test_taps_of_a_finger_need_no_movement_between_them_and_clicks_of_a_mouse_do() -> None:
    page = clicks(steps=1)
    places = np.repeat(np.arange(8) * 100.0, 3)  # a move, a press and a release each
    taps = with_column(page, "x", np.roll(places, 1))  # the move stays where the last press was
    taps = with_column(taps, "y", np.full(len(places), 50.0))
    assert "no_movement_between_clicks" in names(taps)
    assert names(with_column(taps, "pointer", np.full(len(places), POINTERS.index("touch")))) == []


def test_a_visitor_who_looks_at_another_window_between_clicks_may_come_back_elsewhere() -> None:
    page: Session = {name: [] for name in WORDS}
    for k in range(8):
        _add(page, t=1000.0 * k, kind="down", x=100 * k, y=50, pressure=0.5)
        _add(page, t=1000.0 * k + 70 + 11 * (k % 4), kind="up", x=100 * k, y=50)
        _add(page, t=1000.0 * k + 500.5, kind="blur", x=np.nan, y=np.nan)
    assert names(_events(page)) == []


def test_no_finger_lets_go_in_2_ms_again_and_again() -> None:
    assert names(clicks(hold=2.0)) == ["short_hold"]


def test_holds_of_one_length_are_doubted_and_not_on_a_clock_of_16_ms() -> None:
    held = clicks(hold=85.0)
    assert names(held) == ["constant_hold"]
    coarse = with_column(held, "t", np.round(held.t / 15.6) * 15.6)
    assert names(coarse) == []


def test_a_pause_of_one_length_before_each_press_is_doubted() -> None:
    page = clicks()
    down = np.flatnonzero(page.kind == np.unique(page.kind)[1])
    t = page.t.copy()
    t[down] = t[down - 1] + 5.0
    assert names(with_column(page, "t", t)) == ["constant_pause"]


def test_moves_on_a_grid_of_50_ms_are_doubted_and_those_of_a_frame_are_not() -> None:
    def page(step: float, known: bool = True) -> Events:
        t = np.cumsum(np.r_[[0.0, 1.0], np.full(80, step)])
        told = {"coalesced": np.zeros(82, int), "trusted": np.ones(82, int)} if known else {}
        return Events.of(t, 3.0 * np.arange(82), np.arange(82) ** 2, "move", **told)

    assert names(page(50.0)) == ["time_grid"]
    assert names(page(50.0, known=False)) == []  # a machine that draws 20 times a second
    assert names(page(1000 / 60)) == names(page(1000 / 30)) == names(page(1.0)) == []


def test_the_same_path_twice_is_doubted_wherever_it_begins() -> None:
    once = clicks(n=2, steps=20)
    n = once.n_events
    again = Events.of(
        np.r_[once.t, once.t + once.t[-1] + 900], np.r_[once.x, once.x + 37], np.r_[once.y, once.y - 12], "move"
    )
    found = [f for f in findings(again) if f.name == "identical_path"]
    assert [f.first < n <= f.last for f in found] == [True]


def test_a_wheel_that_turns_like_a_clock_is_doubted() -> None:
    t = np.r_[0.0, 3.0, 900.0 + 120.0 * np.arange(12)]
    assert names(Events.of(t, np.full(14, np.nan), np.full(14, np.nan), "wheel")) == ["steady_wheel"]
    t[2:] += 20 * np.random.default_rng(0).random(12)
    assert names(Events.of(t, np.full(14, np.nan), np.full(14, np.nan), "wheel")) == []


def typing(hold: float) -> Events:
    session: Session = {name: [] for name in WORDS}
    for k in range(8):
        for kind, t in (("key_down", 150.0 * k + 3 * (k % 3)), ("key_up", 150.0 * k + 3 * (k % 3) + hold)):
            _add(session, t=t, kind=kind, x=np.nan, y=np.nan, key_class=KEY_CLASSES.index("letter"), slot=k)
    return _events(session)


def test_keys_all_held_equally_long_are_doubted_and_a_key_that_repeats_itself_is_one_press() -> None:
    session: Session = {name: [] for name in WORDS}
    letter = KEY_CLASSES.index("letter")
    for k in range(12):
        for kind, t in (("key_down", 210.0 * k), ("key_up", 210.0 * k + 20 + k % 2)):
            _add(session, t=t, kind=kind, x=np.nan, y=np.nan, key_class=letter, slot=k)
    typed = _events(session)
    assert names(typed) == ["constant_keys"]
    later = np.where(np.arange(24) % 2, 60 * np.random.default_rng(0).random(24), 0)
    assert names(with_column(typed, "t", typed.t + later)) == []
    for k in range(5):  # a key held down: the browser presses it again and again, last just before it is let go
        for t in (0.0, 500.0, 533.0, 566.0):
            _add(session, t=3000.0 + 900 * k + t, kind="key_down", x=np.nan, y=np.nan, key_class=letter, slot=20 + k)
        _add(session, t=3567.0 + 900 * k, kind="key_up", x=np.nan, y=np.nan, key_class=letter, slot=20 + k)
    long = _events({name: values[24:] for name, values in session.items()})
    again = np.r_[[[0, 1, 1, 1, 0]] * 5].ravel()
    assert names(with_column(long, "repeat", again)) == []


def test_keys_held_for_a_millisecond_are_doubted() -> None:
    assert (names(typing(1.0)), names(typing(80.0))) == (["short_keys"], [])


@pytest.mark.parametrize("verdict", ["human", "unsure", "bot"])
def test_no_single_doubtful_rule_makes_a_bot_of_a_visitor(verdict: str) -> None:
    for rule in RULES.values():
        if rule.weight < CERTAIN:
            said = overrule(verdict, [Finding(rule.name, "", rule.weight, 1, 0, 0, rule.aspect)])
            assert said == ("unsure" if verdict == "human" else verdict)


def test_what_assistive_software_does_never_makes_a_bot_even_with_a_slow_steady_stream_of_moves() -> None:
    gentle = [r for r in RULES.values() if r.aspect in ("software", "clock", "coalescing")]
    broken = [Finding(r.name, "", r.weight, 9, 0, 9, r.aspect) for r in gentle]
    assert len(broken) >= 8
    assert doubt(broken) < 0.8
    assert overrule("human", broken) == "unsure"


def test_a_mouse_without_pressure_whose_clicks_take_no_time_is_a_bot_by_two_doubts() -> None:
    made = clicks(hold=1.0)
    made = with_column(made, "pressure", np.zeros(made.n_events))
    assert overrule("human", findings(made)) == "bot"


def test_every_automation_set_up_breaks_a_rule_and_says_which(data: Path) -> None:
    table = read(data / "arena" / "browser.parquet")
    made = {str(g) for g in table.context["generator"]}
    caught = {str(one.context["generator"][0]) for one in table if findings(one)}
    assert len(made) == 22
    assert caught == made


def test_some_38_people_under_two_conditions_break_no_rule(data: Path) -> None:
    people = read(data / "pointclick" / "events.parquet")
    assert {one.recordings[0]: names(one) for one in people if names(one)} == {}
