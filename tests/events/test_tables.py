"""Events to tables and back, in every library's own form."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from musculus.events import KINDS, NO_ID, SCHEMA, Events
from musculus.events.schema import Column

FINITE = st.floats(-1e6, 1e6)


def cells(c: Column) -> st.SearchStrategy[Any]:
    """Values a column of the contract's table may hold; None where the column may be empty."""
    if c.kind == "number":
        exact = st.floats(-1e6, 1e6, width=32) if np.dtype(c.dtype) == np.float32 else FINITE
        return exact if c.name == "t" else exact | st.none()
    if c.kind == "category":
        return st.sampled_from(c.words) if c.required else st.sampled_from(c.words) | st.none()
    if c.kind == "bool":
        return st.booleans() | st.none()
    if c.kind == "text":
        return st.sampled_from(["#buy", "a.next", "ü > p"]) | st.none()
    limits = np.iinfo(np.dtype(c.dtype))
    values = st.integers(int(limits.min), int(limits.max)).filter(lambda v: v != int(c.null))
    return values if c.name in ("button", "page") else values | st.none()


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[Any]]:
    """A table of one to four recordings of one to five rows with any columns of the contract and some context."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    n = sum(sizes)
    optional = sorted(set(SCHEMA) - {"t", "kind", "x", "y"})
    names = ["t", "kind", "x", "y", *draw(st.lists(st.sampled_from(optional), unique=True, max_size=6))]
    out: dict[str, list[Any]] = {"recording": [f"r{i}" for i, k in enumerate(sizes) for _ in range(k)]}
    for name in names:
        out[name] = draw(st.lists(cells(SCHEMA[name]), min_size=n, max_size=n))
    person = draw(st.lists(st.sampled_from(["anna", "ben"]) | st.none(), min_size=len(sizes), max_size=len(sizes)))
    out["person"] = [person[i] for i, k in enumerate(sizes) for _ in range(k)]
    return out


def same(a: Events, b: Events) -> None:
    assert a.recordings == b.recordings
    np.testing.assert_array_equal(a.offsets, b.offsets)
    for name in {*a.columns, *b.columns}:
        np.testing.assert_array_equal(a.column(name), b.column(name), err_msg=name)
    assert a.targets == b.targets or not ({*a.targets} ^ {*b.targets})
    assert a.context.keys() == b.context.keys()
    for name, values in a.context.items():
        assert values.tolist() == b.context[name].tolist()


@given(tables())
def test_a_table_read_and_given_back_is_the_same_table(table: dict[str, list[Any]]) -> None:
    back = Events.from_table(table).to_polars()
    for name, values in table.items():
        if name in back.columns:
            assert back[name].to_list() == values, name
        else:
            assert set(values) <= {None}, name


@given(tables())
def test_events_survive_polars_pandas_and_arrow(table: dict[str, list[Any]]) -> None:
    events = Events.from_table(table)
    same(events, Events.from_table(events.to_polars()))
    same(events, Events.from_table(events.to_pandas()))
    same(events, Events.from_table(events.to_arrow()))


@given(tables())
def test_recordings_taken_apart_and_joined_again_are_the_same(table: dict[str, list[Any]]) -> None:
    events = Events.from_table(table)
    assert_frame_equal(Events.concat(list(events)).to_polars(), events.to_polars())


def test_every_column_is_held_in_the_type_and_with_the_missing_value_of_the_schema() -> None:
    rows = {"recording": ["a", "a"], "t": [0, 1], "kind": ["move", "key_down"], "x": [1, None], "y": [2, None]}
    events = Events.from_table({**rows, "pointer_id": [-1, None], "trusted": [True, None], "pressure": [0.5, None]})
    assert events.t.dtype == events.x.dtype == np.float64
    assert np.isnan(events.x[1])
    assert events.columns["pointer_id"].tolist() == [-1, NO_ID]
    assert events.columns["trusted"].tolist() == [1, -1]
    assert events.columns["pressure"].dtype == np.float32
    assert events.column("button").tolist() == [-1, -1]
    assert events.column("page").tolist() == [0, 0]


@pytest.mark.parametrize("dtype", [np.int16, np.int64, np.uint32, np.float32, np.float64])
def test_any_number_type_that_fits_is_widened(dtype: npt.DTypeLike) -> None:
    x = np.array([3, 4], dtype)
    events = Events.from_table(pl.DataFrame({"recording": ["a", "a"], "t": x, "kind": ["move"] * 2, "x": x, "y": x}))
    assert events.x.dtype == np.float64
    assert events.x.tolist() == [3.0, 4.0]


def test_numbers_written_as_text_are_numbers_and_empty_text_is_missing() -> None:
    events = Events.from_table(table(t=["0", " 10 "], x=["1.5", ""], y=["1e2", None]))
    assert events.t.tolist() == [0.0, 10.0]
    assert events.x[0] == 1.5
    assert np.isnan(events.x[1])


def test_flags_are_read_from_booleans_words_and_ones() -> None:
    for flags, held in (
        ([True, None], [1, -1]),
        (["false", "TRUE"], [0, 1]),
        (["1", ""], [1, -1]),
        ([0.0, 1.0], [0, 1]),
    ):
        assert Events.from_table(table(primary=flags)).columns["primary"].tolist() == held


def test_recordings_named_by_numbers_are_named_by_the_same_text() -> None:
    assert Events.from_table(table(recording=[7, 8])).recordings == ("7", "8")


def test_an_unknown_column_is_context_where_constant_in_each_recording_and_a_column_elsewhere() -> None:
    events = Events.from_table(table(dpi=[800, 1600], recording=["a", "b"]))
    assert events.context["dpi"].tolist() == [800, 1600]
    events = Events.from_table(table(mood=["calm", "cross"]))
    assert events.columns["mood"].tolist() == ["calm", "cross"]
    assert events.to_polars()["mood"].to_list() == ["calm", "cross"]


def test_what_is_told_of_a_page_is_kept_once_a_page_view() -> None:
    rows = table(recording=["a", "a"], page=[0, 1], address=["/", "/basket"], viewport_width=[800, 800])
    events = Events.from_table(rows)
    assert events.pages["address"].tolist() == ["/", "/basket"]
    assert events.pages["page"].tolist() == [0, 1]
    back = events.to_polars()
    assert back["address"].to_list() == ["/", "/basket"]
    assert back["viewport_width"].to_list() == [800, 800]
    second = Events.concat([events, Events.from_table({**rows, "recording": ["b", "b"]})])[1]
    assert second.pages["recording"].tolist() == [0, 0]


def test_parts_with_different_columns_and_context_join_with_missing_values_between() -> None:
    one = Events.from_table(table(recording=["a", "a"], pressure=[0.5, 0.5], dpi=[800, 800], target=["#a", "#b"]))
    two = Events.from_table(table(recording=["b", "b"], target=["#b", None], mood=["calm", "cross"], site=["s", "s"]))
    both = Events.concat([one, two]).to_polars()
    assert both["pressure"].to_list() == [0.5, 0.5, None, None]
    assert both["dpi"].to_list() == [800, 800, None, None]
    assert both["site"].to_list() == [None, None, "s", "s"]
    assert both["mood"].to_list() == [None, None, "calm", "cross"]
    assert both["target"].to_list() == ["#a", "#b", "#b", None]


def test_what_is_context_in_one_part_and_a_column_in_another_becomes_a_column() -> None:
    one = Events.from_table(table(recording=["a", "a"], task=[1, 1]))
    two = Events.from_table(table(recording=["b", "b"], task=[1, 2]))
    assert Events.concat([one, two]).to_polars()["task"].to_list() == [1, 1, 1, 2]


def test_a_table_without_rows_holds_no_recordings() -> None:
    events = Events.from_table({"recording": [], "t": [], "kind": [], "x": [], "y": []})
    assert (len(events), events.n_events) == (0, 0)
    assert events.to_polars().columns[:5] == ["recording", "t", "kind", "x", "y"]


def test_pandas_tables_need_no_pyarrow_types() -> None:
    frame = pd.DataFrame(table(target=["#a", None], trusted=[True, None]))
    frame["kind"] = frame["kind"].astype("category")
    events = Events.from_table(frame)
    assert events.to_polars()["target"].to_list() == ["#a", None]
    assert events.columns["trusted"].tolist() == [1, -1]


def test_arrow_tables_with_dictionaries_are_read() -> None:
    frame = pa.table({k: pa.array(v) for k, v in table().items()})
    kinds = frame["kind"].combine_chunks().dictionary_encode()
    events = Events.from_table(frame.set_column(frame.column_names.index("kind"), "kind", kinds))
    assert events.kind_names() == ["move", "move"]


def test_every_kind_of_the_contract_has_a_code() -> None:
    n = len(KINDS)
    events = Events.from_table({"recording": ["a"] * n, "t": range(n), "kind": KINDS, "x": [0] * n, "y": [0] * n})
    assert events.kind.tolist() == list(range(n))


def table(**columns: Any) -> dict[str, Any]:
    """Two moves of one recording, and whatever columns a test is about."""
    return {"recording": ["a", "a"], "t": [0, 10], "kind": ["move", "move"], "x": [1, 2], "y": [3, 4], **columns}
