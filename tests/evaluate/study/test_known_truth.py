"""A made-up study whose every truth is known, asked from the first line of its table to the last figure."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from musculus.errors import DataError
from musculus.evaluate.study import study
from musculus.evaluate.study.artefacts import artefacts
from musculus.evaluate.study.cleaning import copies
from musculus.evaluate.study.table import study_table

PEOPLE, TASKS = 24, 4
DPI = np.array([400, 800, 1600])


@pytest.fixture(scope="module")
def rows() -> pl.DataFrame:
    """24 people, three mice, four tasks. `habit` is the person's, `pull` the mouse's, `both` both, `noise` neither."""
    rng = np.random.default_rng(7)
    who, c, task = (a.ravel() for a in np.meshgrid(np.arange(PEOPLE), [0, 1, 2], np.arange(TASKS), indexing="ij"))
    n, habit = len(who), rng.normal(0, 1, PEOPLE)
    place = np.argsort(rng.random((PEOPLE, 3)), axis=1)[who, c]
    noise = rng.normal(0, 0.4, (n, 4))
    return pl.DataFrame({
        "wer": [f"p{i}" for i in who], "dpi": DPI[c], "was": [f"t{k}" for k in task], "session": place * 10 + 1,
        "mouse_model": "one", "habit": habit[who] + noise[:, 0], "pull": 1.5 * c + noise[:, 1],
        "both": habit[who] + 1.5 * c + noise[:, 2], "noise": noise[:, 3],
        "clicks": rng.poisson(3 + 3 * c).astype(float),
        "spin_angular_std": rng.uniform(1, 2, n), "spin_angular_mean_weighted": rng.normal(0, 1e-13, n),
    })  # fmt: skip


def asked(frame: pl.DataFrame, **more: Any) -> dict[str, Any]:
    """The document of a quick study of such a table."""
    return study(frame, person="wer", configuration=["dpi"], task="was", quick=True, **more).to_dict()


def test_what_is_the_persons_and_what_the_mouses_is_told_apart(rows: pl.DataFrame) -> None:
    d = asked(rows)
    by = {m["name"]: m for m in d["measures"]}
    assert {n: by[n]["verdict"] for n in ("habit", "pull", "both")} == {
        "habit": "the same", "pull": "changed", "both": "changed",
    }  # fmt: skip
    assert by["noise"]["verdict"] != "changed"
    truth = 1 / (1 + 0.4**2 / TASKS)  # variance between people over all variance of a cell's mean
    for name in ("habit", "both"):
        assert by[name]["icc_low"] < truth < by[name]["icc_high"]
    assert by["pull"]["kendall_w"] == 1.0
    assert by["habit"]["kendall_w"] < 0.2
    assert by["both"]["agreement"] < 0.6 < by["both"]["icc"]
    assert d["design"]["concerns"] == []
    flagged = {f["kind"]: f["name"] for f in d["flags"]}
    assert flagged["tied"] == "clicks"
    assert flagged["telescoping"] == "spin_angular_mean_weighted"


def test_an_order_that_goes_with_the_mouse_is_a_concern_and_one_dealt_by_lot_is_none(rows: pl.DataFrame) -> None:
    late = rows.with_columns(session=pl.col("dpi").rank("dense"))
    named = rows.with_columns(session=pl.format("day {}", pl.col("dpi").rank("dense")))
    timed = rows.drop("session").with_columns(started=pl.format("2026-01-0{}T10:00", pl.col("dpi").rank("dense")))
    for frame, by in ((late, "sessions' numbers"), (named, "sessions' numbers"), (timed, "starting times")):
        concern = next(c for c in asked(frame)["design"]["concerns"] if c["kind"] == "order")
        assert concern["seen"] == f"by their {by} 400 came early (mean place 1.0), 1600 late (3.0)"
    two = late.filter(pl.col("dpi") < 1600)
    assert "order" in {c["kind"] for c in asked(two)["design"]["concerns"]}


def test_a_dpi_that_is_a_mouse_of_its_own_is_a_confound(rows: pl.DataFrame) -> None:
    frame = rows.with_columns(mouse_model=pl.format("model {}", pl.col("dpi")))
    concern = next(c for c in asked(frame)["design"]["concerns"] if c["kind"] == "confounded")
    assert concern["seen"].startswith("dpi decides mouse_model")


def test_numbers_that_give_the_answer_away_are_flagged_and_honest_ones_are_not(rows: pl.DataFrame) -> None:
    rng = np.random.default_rng(1)
    frame = rows.with_columns(
        setting=pl.col("dpi") + pl.Series(rng.uniform(0, 9, len(rows))),
        number=pl.col("wer").str.slice(1).cast(pl.Float64) + pl.Series(rng.uniform(0, 0.5, len(rows))),
        clock=pl.int_range(pl.len()) * 1.5,
    )
    found = {f.name: f.kind for f in artefacts(study_table(frame, "wer", ["dpi"], "was")) if f.kind != "tied"}
    assert found["setting"] == "tells_configuration"
    assert found["number"] == "tells_person"
    assert found["clock"] in ("tells_person", "row_order")
    assert not {"habit", "pull", "both", "noise"} & set(found)


def test_a_few_values_that_rise_in_a_column_that_is_mostly_undefined_are_no_counter(rows: pl.DataFrame) -> None:
    rng = np.random.default_rng(2)
    seldom, counter = rng.normal(size=len(rows)), np.arange(len(rows)) % (3 * TASKS) + rng.uniform(0, 0.5, len(rows))
    seldom[1::2] = np.nan
    seldom[1] = seldom[0] + 1  # the only two that stand side by side
    seldom[2] = counter[::3] = np.nan
    frame = rows.with_columns(seldom=pl.Series(seldom), counter=pl.Series(counter))
    found = {f.name: f.kind for f in artefacts(study_table(frame, "wer", ["dpi"], "was"))}
    assert "seldom" not in found
    assert found["counter"] == "row_order"


def test_rows_that_stand_twice_count_once_and_counts_that_agree_by_chance_stay(rows: pl.DataFrame) -> None:
    once, twice = asked(rows), asked(pl.concat([rows, rows.head(30)]))
    assert once["measures"] == twice["measures"]
    assert "30 rows that stand twice, number by number, count once." in twice["notes"]
    counts = rows.select("wer", "dpi", "was", "clicks").with_columns(was=pl.lit("one"))
    assert asked(counts)["rows"] == len(counts)
    assert not copies(np.full(9, "a"), np.arange(9.0)[:, None] // 3).any()


def test_words_for_missing_are_missing_and_a_slip_in_a_column_of_numbers_is_told(rows: pl.DataFrame) -> None:
    text = pl.col("habit").cast(pl.String)
    first = pl.int_range(pl.len()) == 0
    missing = asked(rows.with_columns(habit=pl.when(first).then(pl.lit("NA")).otherwise(text)))
    assert missing["features"] == asked(rows)["features"]
    slip = asked(rows.with_columns(habit=pl.when(first).then(pl.lit("fast")).otherwise(text)))
    assert slip["features"] == missing["features"] - 1
    assert "habit is text in 1 of 288 rows ('fast' in row 1), so it is no feature." in slip["notes"]


def test_rows_of_nobody_are_left_out_and_counted(rows: pl.DataFrame) -> None:
    gone = pl.int_range(pl.len()) < 5
    d = asked(rows.with_columns(dpi=pl.when(gone).then(None).otherwise(pl.col("dpi"))))
    assert "5 rows without a person, a configuration or the label to predict left out." in d["notes"]
    assert d["configurations"] == ["400", "800", "1600"]
    words = rows.with_columns(dpi=pl.when(gone).then(pl.lit("NA")).otherwise(pl.col("dpi").cast(pl.String)))
    assert asked(words)["configurations"] == ["400", "800", "1600"]
    with pytest.raises(DataError, match="24 people and 1 configuration: a study needs"):
        asked(rows.filter(pl.col("dpi") == 400))


def test_numbers_too_large_to_square_raise_nothing(rows: pl.DataFrame) -> None:
    d = asked(rows.with_columns(habit=pl.col("habit") * 1e200, pull=pl.col("pull") * 1e-310))
    assert {m["name"]: m["verdict"] for m in d["measures"]}["both"] == "changed"
