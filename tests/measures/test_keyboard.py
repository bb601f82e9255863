"""Keys: holds, flights and intervals, over all and by class; never which key."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import KEY_CLASSES, Events
from musculus.measures import MEASURES, measure

KEYBOARD = [m.name for m in MEASURES.values() if m.category == "keyboard"]
NAN = float("nan")


def row(events: Events, kind="recording") -> dict[str, float]:
    table = measure(events, kind, only=KEYBOARD)
    return dict(zip(table.names, table.values[0].tolist(), strict=True))


def keys(*what: tuple[float, str, int, str], **more) -> Events:
    """Rows of (t, "down" or "up", slot, class)."""
    t, kind, slot, word = zip(*what, strict=True)
    nowhere = [NAN] * len(t)
    kinds = [f"key_{k}" for k in kind]
    return Events.of(t=t, x=nowhere, y=nowhere, kind=kinds, slot=list(slot), key_class=list(word), **more)


@pytest.fixture
def typed() -> Events:
    """`a`, `b` with rollover, then a space.

    a: 0 to 100 ms. b: 80 (before a is up) to 190. Space: 300 to 350.
    Holds 100, 110 and 50. Flights: 80 - 100 = -20 and 300 - 190 = 110. Intervals 80 and 220.
    """
    return keys(
        (0, "down", 1, "letter"), (80, "down", 2, "letter"), (100, "up", 1, "letter"), (190, "up", 2, "letter"),
        (300, "down", 3, "space"), (350, "up", 3, "space"),
    )  # fmt: skip


def test_rollover_pairs_by_slot(typed):
    r = row(typed)
    assert [r[f"key_hold_{s}"] for s in ("min", "median", "max")] == [50, 100, 110]
    assert [r[f"key_flight_{s}"] for s in ("min", "max")] == [-20, 110]
    assert [r[f"key_interval_{s}"] for s in ("min", "max")] == [80, 220]
    assert r["key_count"] == 3
    assert r["key_rate"] == pytest.approx(3 / 0.35)


def test_each_class_has_its_own_keys(typed):
    r = row(typed)
    assert [r["key_count_letter"], r["key_count_space"], r["key_count_digit"]] == [2, 1, 0]
    assert [r["key_hold_letter_mean"], r["key_hold_space_mean"]] == [105, 50]
    assert np.isnan(r["key_hold_digit_mean"])
    assert r["key_rate_letter"] == pytest.approx(2 / 0.35)


def test_what_lies_between_two_keys_belongs_to_the_class_of_the_second(typed):
    r = row(typed)
    assert [r["key_flight_letter_mean"], r["key_flight_space_mean"]] == [-20, 110]
    assert [r["key_interval_letter_mean"], r["key_interval_space_mean"]] == [80, 220]


def test_every_class_of_the_schema_has_its_measures():
    families = ("key_count", "key_rate", "key_hold", "key_flight", "key_interval")
    assert set(KEYBOARD) == {f"{f}{c}" for f in families for c in ("", *(f"_{k}" for k in KEY_CLASSES))}


def test_a_repeat_starts_no_hold_and_is_no_press():
    events = keys((0, "down", 1, "letter"), (500, "down", 1, "letter"), (530, "up", 1, "letter"), repeat=[0, 1, 0])
    r = row(events)
    assert (r["key_count"], r["key_hold_mean"]) == (1, 530)
    assert np.isnan(r["key_interval_mean"])


def test_a_key_without_a_slot_pairs_with_nothing_but_is_counted():
    r = row(keys((0, "down", -1, "letter"), (90, "up", -1, "letter"), (200, "down", -1, "letter")))
    assert (r["key_count"], r["key_interval_mean"]) == (2, 200)
    assert np.isnan([r["key_hold_mean"], r["key_flight_mean"]]).all()


def test_a_key_that_is_never_released_has_no_hold_and_no_flight():
    r = row(keys((0, "down", 1, "letter"), (90, "down", 2, "letter"), (100, "up", 2, "letter")))
    assert (r["key_count"], r["key_hold_mean"]) == (2, 10)
    assert np.isnan(r["key_flight_mean"])


def test_a_key_of_no_known_class_counts_among_all():
    r = row(keys((0, "down", 1, "tab"), (60, "up", 1, "tab"), (80, "down", 2, None), (90, "up", 2, None)))
    assert (r["key_count"], sum(r[f"key_count_{c}"] for c in KEY_CLASSES)) == (2, 1)


def test_pairs_lie_inside_one_cut(typed):
    windows = cut(typed, "window", count=2)
    table = measure(typed, windows, only=["key_count", "key_hold_mean", "key_interval_mean", "key_flight_mean"])
    assert table["key_count"].tolist() == [2, 0, 1]
    assert table["key_interval_mean"].tolist()[0] == 80
    np.testing.assert_array_equal(table["key_hold_mean"], [NAN, NAN, 50])
    assert np.isnan(table["key_flight_mean"]).all()


def test_without_keys_counts_are_0_and_the_rest_is_nan():
    r = row(Events.of(t=[0, 10], x=[0, 5], y=[0, 0]))
    counted = {n for n in r if n.startswith(("key_count", "key_rate"))}
    assert {n for n in r if r[n] == 0} == counted
    assert np.isnan([r[n] for n in r if n not in counted]).all()
