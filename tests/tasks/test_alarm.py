"""The intruder alarm: the person, somebody else, or the person with another mouse."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.tasks.people import visit

from musculus.devices import Mouse, Page, record
from musculus.events import Events
from musculus.tasks.alarm import MOUSE, OTHER, SAME, UNSURE, Alarm, alarm
from musculus.tasks.alarm_mouse import differences
from musculus.tasks.alarm_rows import Part, rows_of

PEOPLE, STRANGER, ENROLLED = range(6), 6, 4
MICE = {
    "a faster one": lambda e: record(e, Mouse(sensitivity=1.8, polling_hz=1000), Page(hz=60), hand=1000),
    "a slower one": lambda e: record(e, Mouse(sensitivity=0.5, polling_hz=125), Page(hz=60), hand=1000),
    "one of 1000 Hz": lambda e: record(e, Mouse(polling_hz=1000), Page(hz=None, quantum=1.0)),
}


@cache
def enrolled(person: int, visits: int = ENROLLED) -> tuple[Part, ...]:
    return tuple(Part.of(visit(person, k)) for k in range(visits))


def ask(person: int, events: Events, visits: int = ENROLLED, people: range = PEOPLE) -> Alarm:
    others = {str(p): enrolled(p) for p in people if p != person}
    return alarm(enrolled(person, visits), others, Part.of(events, others=False))


@pytest.mark.parametrize("person", PEOPLE)
def test_later_visits_by_the_same_mouse_are_the_same_persons(person: int) -> None:
    found = [ask(person, visit(person, k)) for k in (20, 21)]
    assert {a.outcome for a in found} <= {SAME, UNSURE}, found
    assert SAME in {a.outcome for a in found}, found


@pytest.mark.parametrize("mouse", MICE)
def test_a_new_mouse_locks_nobody_out(mouse: str) -> None:
    outcomes = [ask(p, MICE[mouse](visit(p, 20))).outcome for p in PEOPLE]
    assert OTHER not in outcomes
    assert outcomes.count(MOUSE) >= 4, outcomes


def test_a_stranger_whom_nobody_enrolled_is_somebody_else() -> None:
    outcomes = [ask(p, visit(STRANGER, k)).outcome for p in PEOPLE for k in (0, 1)]
    assert outcomes.count(OTHER) >= 9, outcomes


def test_somebody_else_with_another_mouse_is_hardly_taken_for_the_person() -> None:
    outcomes = [ask(p, MICE["a faster one"](visit(STRANGER, 0))).outcome for p in PEOPLE]
    assert SAME not in outcomes
    assert outcomes.count(MOUSE) <= 1, outcomes


def test_one_enrolled_visit_never_raises_an_alarm() -> None:
    found = [ask(p, visit(STRANGER, 0), visits=1) for p in PEOPLE]
    assert OTHER not in {a.outcome for a in found}
    assert any("enrol 3" in a.reasons[0] for a in found)


def test_without_others_to_compare_with_there_is_no_probability() -> None:
    own, strange = ask(0, visit(0, 20), people=range(2)), ask(0, visit(STRANGER, 0), people=range(2))
    assert (own.outcome, own.probability) == (SAME, None)
    assert strange.score is not None
    assert own.score is not None
    assert strange.score < own.score


def test_too_few_movements_are_unsure_and_say_so() -> None:
    found = ask(0, visit(0, 20, reaches=3))
    assert (found.outcome, found.score) == (UNSURE, None)
    assert "too few" in found.reasons[0]


def test_nothing_enrolled_is_unsure() -> None:
    assert alarm([], {}, Part.of(visit(0, 0), others=False)).outcome == UNSURE


def test_what_is_kept_of_a_recording_comes_back() -> None:
    part = Part.of(visit(0, 0))
    rows, actions = rows_of(visit(0, 0))
    assert part.actions == actions
    assert part.by_other_mice().shape[1] == part.width
    assert np.allclose(part.table(), rows, rtol=2e-3, atol=1e-3, equal_nan=True)


def test_positions_in_another_unit_give_the_same_rows() -> None:
    e = visit(1, 0)
    other = Events.of(t=e.t, x=3 * e.x + 7, y=3 * e.y - 2, kind=e.kind)
    ours, theirs = rows_of(e)[0], rows_of(other)[0]
    same = np.isclose(ours, theirs, rtol=1e-6, atol=1e-6, equal_nan=True).mean()
    assert same > 0.98


def test_the_same_mouse_is_not_called_new() -> None:
    known = [part.device for part in enrolled(0)]
    assert [differences(known, Part.of(visit(0, k), others=False).device) for k in range(20, 24)] == [[]] * 4
