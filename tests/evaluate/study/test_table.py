"""The table of a study: who is who among the columns, like compared with like, and errors that say what to do."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from evaluate.study.made import cells, table
from musculus.errors import DataError, UnknownName, UsageError
from musculus.evaluate.study.effects import effects
from musculus.evaluate.study.table import cell_means, complete, constant, study_table, varying


def test_a_number_that_is_one_for_each_person_or_each_mouse_is_no_feature() -> None:
    frame = table(cells(6, 3, 2)).with_columns(
        height=170.0 + pl.col("person").str.slice(1).cast(pl.Int64), polling=pl.col("dpi") // 8, zero=pl.lit(0.0)
    )
    found = study_table(frame, configuration=["dpi"], task="task")
    assert found.names == ("f0", "f1", "zero")
    assert found.roles is not None
    assert found.roles.left_out == {"height": "one for each person", "polling": "one for each configuration"}
    assert list(found.declared) == ["polling"]


def test_configurations_of_two_columns_are_joined_and_stand_in_the_order_of_their_numbers() -> None:
    frame = pl.DataFrame({
        "person": list("aaaabbbb"), "dpi": [800, 800, 1600, 1600] * 2, "sens": [10.0, 5.0] * 4, "v": np.arange(8.0),
    })  # fmt: skip
    found = study_table(frame, configuration=["dpi", "sens"])
    assert found.configurations == ("800 / 5", "800 / 10", "1600 / 5", "1600 / 10")
    assert cell_means(found).values[0, :, 0].tolist() == [1.0, 0.0, 3.0, 2.0]


def test_means_are_of_what_is_defined_and_an_empty_cell_is_missing() -> None:
    frame = pl.DataFrame({
        "person": list("aaaabb"), "dpi": [1, 1, 2, 2, 1, 1], "v": [1.0, 3.0, float("inf"), 4.0, 5.0, 5.0],
    })  # fmt: skip
    found = cell_means(study_table(frame, configuration=["dpi"])).values[:, :, 0]
    assert found[0].tolist() == [2.0, 4.0]
    assert found[1, 0] == 5.0
    assert np.isnan(found[1, 1])


def test_tasks_that_a_person_did_with_some_mice_only_are_left_out_for_that_person() -> None:
    frame = table(cells(4, 3, 2), rows=3)
    gone = (pl.col("person") == "p01") & (pl.col("task") == "t2") & (pl.col("dpi") == 800)
    found = study_table(frame.filter(~gone), configuration=["dpi"], task="task")
    left = complete(found)
    assert len(found) - len(left) == 2  # what p01 did of t2 with the other two mice
    assert set(left.task[left.person == "p01"]) == {"t0", "t1"}


def test_where_no_task_met_all_mice_every_row_counts() -> None:
    frame = table(cells(4, 3, 2), rows=1).with_columns(task=pl.col("dpi").cast(pl.String))
    found = study_table(frame, configuration=["dpi"], task="task")
    assert len(complete(found)) == len(found)


def test_a_value_that_all_but_a_few_rows_share_is_constant() -> None:
    column = np.zeros(200)
    column[:5], column[-5:] = -1, 1
    assert constant(np.stack([column, np.r_[np.zeros(189), np.ones(11)]], axis=1)).tolist() == [True, False]
    frame = table(cells(6, 3, 1)).with_columns(zero=pl.lit(0.0), gone=pl.lit(None).cast(pl.Float64))
    assert varying(study_table(frame, configuration=["dpi"], task="task")).names == ("f0",)


def test_averaging_over_the_rows_of_a_person_undoes_what_counting_rows_as_people_makes_up() -> None:
    """A person's day with a mouse shifts all their tasks: rows are no people, and say so far too often."""
    frame = table(cells(12, 3, 300, person=1.0), rows=8, noise=0.3)
    found = effects(complete(study_table(frame, configuration=["dpi"], task="task")))["significant"]
    assert found["p05"] < 30
    assert found["rows_p05"] > 150
    assert found["holm"] == 0


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({}, UsageError, "--configuration"),
        ({"configuration": ["dip"]}, UnknownName, "did you mean 'dpi'"),
        ({"configuration": ["dpi"], "person": "who"}, UnknownName, "no column named 'who'"),
        ({"configuration": ["dpi"], "person": "dpi"}, UsageError, "two things"),
    ],
)
def test_what_is_wrong_with_the_columns_is_said(options: dict[str, object], error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        study_table(table(cells(4, 2, 2)), **options)  # type: ignore[arg-type]


def test_one_mouse_or_one_person_is_no_study() -> None:
    with pytest.raises(DataError, match="4 people and 1 configuration:"):
        study_table(table(cells(4, 1, 2)), configuration=["dpi"])
    with pytest.raises(DataError, match="no column of numbers"):
        study_table(table(cells(4, 2, 2)).select("person", "dpi", "task"), configuration=["dpi"])
