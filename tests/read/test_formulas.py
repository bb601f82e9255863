"""No cell of text in a CSV of ours is a formula, and what is read back is what was written."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musculus.events import Events
from musculus.read import Writer, read, read_features, write
from musculus.read.formulas import guard, guarded, unguarded

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}")
HOSTILE = [f"{sign}cmd|' /C calc'!A0" for sign in SIGNS] + ["'=1", "''@x", "'tis", "a=b", "-", "", "plain"]


@given(st.lists(st.text(st.sampled_from("'=+-@\ta1"), max_size=6)))
def test_guarding_is_undone_to_the_letter_and_leaves_nothing_that_begins_a_formula(cells: list[str]) -> None:
    table = pl.DataFrame({"a": cells}, schema={"a": pl.String})
    kept = guarded(table)
    assert kept["a"].to_list() == [guard(cell) for cell in cells]
    assert not [cell for cell in kept["a"] if cell.startswith(SIGNS)]
    assert unguarded(kept).equals(table)


@pytest.mark.parametrize("name", ["out.csv", "out.csv.gz"])
def test_every_table_that_a_command_writes_is_guarded_and_numbers_stay_numbers(tmp_path: Path, name: str) -> None:
    table = pl.DataFrame(
        {"recording": HOSTILE, "score": [-1.5] * len(HOSTILE), "word": pl.Series(HOSTILE, dtype=pl.Categorical)}
    )
    with Writer(tmp_path / name) as out:
        out.add(table[:5])
        out.add(table[5:])
    opened = gzip.open if name.endswith("gz") else open
    with opened(tmp_path / name, "rt", newline="") as file:
        raw = list(csv.DictReader(file))
    assert not [row for row in raw if row["recording"].startswith(SIGNS) or row["word"].startswith(SIGNS)]
    assert {row["score"] for row in raw} == {"-1.5"}
    if name == "out.csv":
        again = read_features(tmp_path / name)
        assert again["recording"].fill_null("").to_list() == HOSTILE
        assert again["score"].to_list() == table["score"].to_list()


def test_an_events_table_comes_back_from_csv_with_its_hostile_names(tmp_path: Path) -> None:
    named = "=HYPERLINK(A1)"
    events = Events.of([0.0, 8.0], [-5.0, 2.0], [0.0, 1.0], recording=named, target=["@sum(a)", "'=x"])
    write(events, tmp_path / "e.csv")
    with (tmp_path / "e.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["recording"] for row in rows] == ["'" + named] * 2
    assert [row["x"] for row in rows] == ["-5.0", "2.0"]
    back = read(tmp_path / "e.csv")
    assert back.recordings == (named,)
    assert back.to_polars()["target"].cast(pl.String).to_list() == ["@sum(a)", "'=x"]
