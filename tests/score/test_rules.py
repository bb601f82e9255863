"""Impossible events: each rule on what breaks it, and on the honest visits that look like it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from musculus.events import KEY_CLASSES, Events
from musculus.score.rules import RULES, findings
from musculus.score.rules.visit import Visit


def visit(*rows: tuple[float, str, dict[str, object]]) -> Events:
    """A visit from (time, kind, what is special about the row); the rest is what an honest mouse gives."""
    ordinary = {"x": 300.0, "y": 200.0, "trusted": 1, "detail": 0, "source": "pointer", "page": 0, "key_class": None}
    table = [{**ordinary, **special} for _, _, special in rows]
    columns = {name: [row[name] for row in table] for name in ordinary}
    columns["key_class"] = [-1 if name is None else KEY_CLASSES.index(str(name)) for name in columns["key_class"]]
    x, y = columns.pop("x"), columns.pop("y")
    return Events.of([row[0] for row in rows], x, y, [row[1] for row in rows], **columns)


def broken(*rows: tuple[float, str, dict[str, object]]) -> list[str]:
    return [finding.name for finding in findings(visit(*rows))]


HONEST = [(0, "move", {}), (400, "down", {"detail": 0}), (480, "up", {}), (481, "click", {"detail": 1})]


def test_an_honest_click_breaks_no_rule() -> None:
    assert broken(*HONEST) == []


def test_element_click_from_a_script_is_untrusted_and_has_no_place() -> None:
    click = {"trusted": 0, "x": 0.0, "y": 0.0, "source": "mouse"}
    assert broken((0, "move", {}), (500, "click", click)) == ["untrusted", "click_without_coordinates"]


def test_a_finding_says_in_words_how_often_and_where() -> None:
    made = {"trusted": 0}
    [found] = findings(visit((0, "move", {}), (10, "move", made), (20, "move", made), (30, "move", {})))
    assert (found.name, found.first, found.last, found.count, found.weight) == ("untrusted", 1, 2, 2, 1.0)
    assert found.sentence.endswith("no input device was touched (2 times)")


def test_a_file_picker_opened_by_the_page_in_answer_to_a_real_click_is_no_bot() -> None:
    picker = {"trusted": 0, "x": 0.0, "y": 0.0}
    assert "untrusted" not in broken(*HONEST, (485, "click", picker))
    assert "untrusted" in broken(*HONEST, (900, "click", picker))


def test_what_a_password_manager_announces_is_no_bot_but_typed_letters_of_a_script_are() -> None:
    assert broken((0, "key_down", {"trusted": 0, "key_class": "other", "source": "key"})) == []
    assert broken((0, "key_down", {"trusted": 0, "key_class": "letter", "source": "key"})) == ["untrusted"]


@pytest.mark.parametrize("kind", ["scroll", "resize", "focus"])
def test_pages_may_dispatch_scroll_and_resize_by_themselves(kind: str) -> None:
    assert broken((0, kind, {"trusted": 0, "source": "page"})) == []


def test_a_click_that_counts_presses_needs_one() -> None:
    assert broken((0, "move", {}), (500, "click", {"detail": 1})) == ["click_without_press"]


def test_a_press_long_ago_is_not_the_press_of_this_click() -> None:
    assert broken(*HONEST, (2000, "click", {"detail": 1})) == ["click_without_press"]


def test_holding_the_button_for_seconds_is_no_offence() -> None:
    assert broken((0, "down", {}), (6000, "up", {}), (6001, "click", {"detail": 1})) == []


def test_a_press_on_another_page_does_not_count_and_two_tabs_may_take_turns() -> None:
    other = {"page": 1}
    assert broken((0, "up", {}), (5, "click", {"detail": 1, **other})) == ["click_without_press"]
    assert broken((0, "down", {}), (9, "up", {}), (9.5, "move", other), (10, "click", {"detail": 1})) == []


@pytest.mark.parametrize("key", ["enter", "space"])
def test_a_click_made_with_the_keyboard_is_exempt(key: str) -> None:
    click = {"detail": 0, "x": 0.0, "y": 0.0}
    assert broken((0, "key_down", {"key_class": key, "source": "key"}), (1, "click", click)) == []


def test_a_click_made_by_a_screen_reader_is_exempt() -> None:
    assert broken((0, "move", {}), (9000, "click", {"detail": 0, "x": 0.0, "y": 0.0})) == []


def test_a_label_clicks_its_box_without_a_press_of_its_own() -> None:
    assert broken(*HONEST, (482, "click", {"detail": 0})) == []


def test_a_real_press_in_the_very_corner_of_the_window_has_a_place() -> None:
    corner = {"x": 0.0, "y": 0.0}
    assert broken((0, "down", corner), (80, "up", corner), (81, "click", {"detail": 1, **corner})) == []


def test_a_mouse_event_needs_the_pointer_event_before_it() -> None:
    assert broken(*HONEST, (900, "down", {"source": "mouse"})) == ["mouse_without_pointer"]


def test_an_old_browser_that_has_only_mouse_events_is_no_bot() -> None:
    mouse = {"source": "mouse"}
    click = (90, "click", {"detail": 1, **mouse})
    assert broken((0, "move", mouse), (50, "down", mouse), (89, "up", mouse), click) == []


def test_where_events_are_known_to_be_lost_no_missing_half_is_held_against_the_visit() -> None:
    torn = visit((0, "move", {}), (500, "click", {"detail": 1}))
    pages = {"recording": np.array([0]), "page": np.array([0]), "lost": np.array([0]), "missing": np.array([1])}
    assert findings(replace(torn, pages=pages)) == []
    whole = {**pages, "missing": np.array([0])}
    assert [f.name for f in findings(replace(torn, pages=whole))] == ["click_without_press"]


def test_a_table_from_elsewhere_that_holds_only_positions_and_clicks_breaks_no_rule() -> None:
    plain = Events.of([0, 10, 20], [0, 5, np.nan], [0, 5, np.nan], ["move", "click", "click"])
    assert findings(plain) == []


@pytest.mark.parametrize("name", RULES)
def test_every_rule_takes_a_recording_without_events(name: str) -> None:
    assert not len(RULES[name].test(Visit(Events.of([], [], []))))
