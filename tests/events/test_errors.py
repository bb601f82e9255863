"""Tables that are no events: every error names the place, the column and what was found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from musculus.errors import EventsError
from musculus.events import Events
from musculus.events.frames import from_table
from musculus.events.place import Place

GOOD: dict[str, list[Any]] = {
    "recording": ["a", "a", "b"],
    "t": [0, 10, 0],
    "kind": ["move", "down", "move"],
    "x": [1, 2, 3],
    "y": [1, 2, 3],
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"t": [0, "n/a", 0]}, "s.csv row 2: time is text ('n/a'), expected milliseconds"),
        ({"x": ["1", "2", "wide"]}, "s.csv row 3: x is text ('wide'), expected CSS px"),
        ({"movement_x": ["1", "?", "2"]}, "s.csv row 2: movement_x is text ('?'), expected px"),
        ({"detail": ["1", "?", "2"]}, "s.csv row 2: detail is text ('?'), expected a whole number"),
        ({"kind": ["move", "hop", "move"]}, "s.csv row 2: kind 'hop' is unknown; known: move, down, up"),
        ({"kind": ["move", None, "move"]}, "s.csv row 2: kind is empty; known: move, down, up"),
        ({"kind": [0, 1, 0]}, "s.csv row 1: kind '0' is unknown"),
        ({"source": ["pointer", "touch", None]}, "s.csv row 2: source 'touch' is unknown; known: pointer, mouse"),
        ({"button": [0.0, 1.5, 2.0]}, "s.csv row 2: button is 1.5, expected a whole number"),
        ({"button": [0, 1, 200]}, "s.csv row 3: button is 200, expected -128 to 127"),
        ({"page": [0.0, 1e300, 0.0]}, "s.csv row 2: page is 1e+300, expected a whole number"),
        ({"page": [0.0, float("inf"), 0.0]}, "s.csv row 2: page is inf, expected a whole number"),
        ({"primary": [True, 2, 0]}, "s.csv row 2: primary is 2, expected true or false"),
        ({"primary": ["yes", "true", ""]}, "s.csv row 1: primary is 'yes', expected true or false"),
        ({"recording": ["a", None, "b"]}, "s.csv row 2: recording is empty; name each one"),
        ({"recording": ["a", "", "b"]}, "s.csv row 2: recording is empty; name each one"),
        (
            {"recording": ["a", "b", "a"]},
            "s.csv row 3: recording 'a' starts a second run (its first began at row 1); "
            "rows of one recording must stand together: sort by recording",
        ),
        ({"t": [datetime(2024, 1, 1)] * 3}, "s.csv: column 't' holds Datetime"),
        ({"x": [[1], [2], [3]]}, "s.csv: column 'x' holds List"),
        ({"kind": [["move"]] * 3}, "s.csv: column 'kind' holds List"),
    ],
)
def test_a_bad_cell_is_named_by_source_row_column_and_what_was_found(change: dict[str, Any], message: str) -> None:
    with pytest.raises(EventsError) as e:
        Events.from_table({**GOOD, **change}, "s.csv")
    assert message in str(e.value)


@pytest.mark.parametrize("gone", ["recording", "t", "kind", "x", "y"])
def test_a_missing_column_is_named_beside_those_that_are_there(gone: str) -> None:
    with pytest.raises(EventsError) as e:
        Events.from_table({k: v for k, v in GOOD.items() if k != gone}, "s.csv")
    assert f"s.csv: column {gone!r} is missing; it has " in str(e.value)
    assert "An events table needs recording, t, kind, x, y" in str(e.value)


def test_a_table_with_no_columns_says_so() -> None:
    with pytest.raises(EventsError, match="it has no columns"):
        Events.from_table(pl.DataFrame())


def test_rows_are_counted_over_the_whole_source_and_told_with_their_line() -> None:
    with pytest.raises(EventsError, match=r"big.csv row 1002 \(line 1003\): time is text"):
        from_table({**GOOD, "t": [0, "later", 0]}, Place("big.csv", first_row=1000, first_line=1002))


def test_something_that_is_no_table_is_refused() -> None:
    with pytest.raises(EventsError, match="set is no table; polars, pandas, Arrow or a dict of columns is"):
        Events.from_table({1, 2})


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(EventsError, match="column 'x' has 1 rows where the offsets end at 2"):
        Events.of(t=[0, 1], x=[0], y=[0, 1])
    with pytest.raises(EventsError, match="2 recordings need 3 offsets, got 2"):
        Events.build({}, np.array([0, 0]), ["a", "b"])
    with pytest.raises(EventsError, match="context 'dpi' has 3 values for 1 recordings"):
        Events.of(t=[0], x=[0], y=[0]).with_context(dpi=[1, 2, 3])


def test_an_unknown_word_in_a_plain_sequence_is_refused() -> None:
    with pytest.raises(EventsError, match="column 'kind' holds 'hop'; known: move, down"):
        Events.of(t=[0], x=[0], y=[0], kind=["hop"])


def test_one_recording_in_two_parts_is_refused() -> None:
    one = Events.of(t=[0], x=[0], y=[0], recording="a")
    with pytest.raises(EventsError, match="recording 'a' is in two of the parts"):
        Events.concat([one, one])


def test_a_recording_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError, match="recording 1 of 1"):
        _ = Events.of(t=[0], x=[0], y=[0])[1]
