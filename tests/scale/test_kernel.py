"""The kernel without any engine: batches that cut recordings, and the same bits as on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

from musculus.errors import DataError, EventsError, UnknownName
from musculus.events import Events
from musculus.features import features
from musculus.measures import measure
from musculus.scale import arrow
from musculus.scale.count import Count, demand_same, demand_whole
from musculus.scale.files import batches, parquet_files, runs
from musculus.scale.results import finish, prepare, results, to_file, undo
from musculus.scale.whole import whole


@pytest.fixture
def some(events: Events) -> Events:
    """Twenty of the recordings, cut to lengths from one event to a thousand."""
    n = np.geomspace(1, 1000, 20).astype(int)
    parts = [
        Events.of(*(events[i].columns[c][: n[i]] for c in ("t", "x", "y")), recording=f"r{i}", person=f"p{i % 3}", n=i)
        for i in range(20)
    ]
    return Events.concat(parts)


def together(tables: list[pa.Table]) -> pl.DataFrame:
    return pl.concat([pl.from_arrow(table) for table in tables])


@pytest.mark.parametrize("size", [1, 7, 100, 5000])
@pytest.mark.parametrize("rows", [1, 300, 10**6])
def test_batches_of_any_size_become_whole_recordings_in_order(some: Events, size: int, rows: int) -> None:
    table = some.to_polars().to_arrow()
    parts = list(whole(table.to_batches(max_chunksize=size), rows=rows))
    ids = [set(part["recording"].to_pylist()) for part in parts]
    assert sum(map(len, ids)) == len(set().union(*ids)) == len(some)
    assert_frame_equal(together(parts), some.to_polars())
    assert all(part.num_rows >= rows for part in parts[:-1])


def test_packed_text_whose_words_differ_from_batch_to_batch_is_one_column() -> None:
    made = [pa.record_batch({"recording": pa.array(words).dictionary_encode()}) for words in ("aab", "bbc", "c", "")]
    assert [t["recording"].to_pylist() for t in whole(made, rows=1)] == [["a", "a"], ["b", "b", "b"], ["c", "c"]]


@pytest.mark.parametrize("cuts", ["stroke", "recording", "action", "page"])
def test_measures_of_parts_are_those_of_the_whole_to_the_bit(some: Events, cuts: str) -> None:
    parts = whole(some.to_polars().to_arrow().to_batches(max_chunksize=64), rows=500)
    made = together([arrow.measure(part, cuts) for part in parts])
    assert_frame_equal(made, measure(some, cuts).to_polars(), check_exact=True)


@pytest.mark.parametrize("per", ["recording", "stroke", "person"])
def test_features_of_parts_are_those_of_the_whole_to_the_bit(some: Events, per: str) -> None:
    order = np.argsort(some.context["person"].astype(str), kind="stable")
    some = Events.concat([some[int(i)] for i in order])
    key = "person" if per == "person" else "recording"
    parts = list(whole(some.to_polars().to_arrow().to_batches(max_chunksize=64), key, rows=500))
    made = together([arrow.features(part, per) for part in parts])
    assert len(parts) > 1
    assert_frame_equal(made, features(some, per).to_polars(), check_exact=True, check_dtypes=False)


def test_windows_and_what_is_chosen_reach_the_measures(some: Events) -> None:
    table = some.to_polars().to_arrow()
    made = arrow.measure(table, "window", only=["path_length"], ms=500.0)
    assert made.column_names[-1] == "path_length"
    assert made.num_rows > len(some)
    with pytest.raises(UnknownName, match=r"did you mean 'straightness'"):
        arrow.measure(table, only=["straigtness"])


def test_context_that_varies_in_one_recording_is_null_there_and_kept_elsewhere() -> None:
    rows = {"t": [0.0, 1.0, 0.0, 1.0], "x": [0.0] * 4, "y": [0.0] * 4, "kind": ["move"] * 4}
    table = pa.table({"recording": ["a", "a", "b", "b"], "mood": ["good", "bad", "good", "good"], **rows})
    assert arrow.features(table, only=["clicks"])["mood"].to_pylist() == [None, "good"]


def test_a_result_says_of_what_it_was_made_and_another_table_cannot(some: Events) -> None:
    table = some.to_polars().to_arrow()
    made = arrow.measure(table, only=["path_length"])
    assert arrow.counts(made) == (20, some.n_events)
    assert len(made) < 20 or made["recording"].to_pylist().count("r0") == 0  # one event is no stroke, and is counted
    with pytest.raises(DataError, match=r"no result of musculus.scale.arrow"):
        arrow.counts(table)


def test_a_recording_in_two_runs_is_refused(some: Events) -> None:
    table = some.to_polars().to_arrow()
    with pytest.raises(EventsError, match="starts a second run"):
        arrow.measure(pa.concat_tables([table, table.slice(0, 1)]))


def test_the_columns_of_a_result_are_known_before_there_are_any(some: Events) -> None:
    table = some.to_polars().to_arrow()
    for cuts in ("stroke", "action", "motion", "click", "page", "recording"):
        for work in (partial(arrow.measure, cuts=cuts), partial(arrow.features, per=cuts)):
            told, made = arrow.result_schema(work, table.schema), work(table).schema
            assert told.names == made.names
            assert cuts == "click" or told.remove_metadata() == made.remove_metadata()  # there are no clicks to type
            assert told.field("recording").type == pa.string()


def test_what_lies_in_a_folder_is_found_and_what_engines_pass_over_is_not(lake: Path, tmp_path: Path) -> None:
    assert [Path(f).name for f in parquet_files(lake)] == sorted(f.name for f in lake.glob("*.parquet"))
    (tmp_path / "events" / "site=a").mkdir(parents=True)
    (tmp_path / "_ledger").mkdir()
    for name in ("events/site=a/09.parquet", "events/_half.parquet", "_ledger/x.parquet"):
        (tmp_path / name).write_bytes((lake / "00.parquet").read_bytes())
    assert [f[-24:] for f in parquet_files(tmp_path)] == ["events/site=a/09.parquet"]
    assert len(parquet_files(f"file://{tmp_path}")) == 1
    with pytest.raises(DataError, match=r"no Parquet files in .*nowhere: `musculus export` writes"):
        parquet_files(tmp_path / "nowhere")


def test_recordings_of_a_file_are_counted_from_one_column_across_its_batches(lake: Path) -> None:
    file = parquet_files(f"file://{lake}")[0]
    names, rows, schema = runs(file)
    tables = [pa.Table.from_batches([b]) for b in batches(file)]
    read = together(tables)
    assert names == read["recording"].unique(maintain_order=True).to_list()
    assert rows == len(read)
    assert "person" in schema.names


@pytest.mark.parametrize("where", ["{}", "file://{}"])
def test_a_file_of_results_is_there_whole_or_not_at_all(some: Events, tmp_path: Path, where: str) -> None:
    folder = prepare(where.format(tmp_path / "rows"))
    kernel = partial(arrow.measure, only=["path_length"])
    table = some.to_polars().to_arrow()
    schema = arrow.result_schema(kernel, table.schema)
    made = list(results(kernel, schema, "recording", table.to_batches(max_chunksize=99)))

    def breaks() -> Iterator[Any]:
        yield made[0]
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(to_file(breaks(), schema, folder, "part.parquet", 0))
    assert list((tmp_path / "rows").iterdir()) == []
    notes = list(to_file(iter(made), schema, folder, "part.parquet", 1))
    assert sum(note["events"] for note in notes) == some.n_events
    wanted = measure(some, only=["path_length"]).to_polars()
    assert_frame_equal(pl.read_parquet(tmp_path / "rows" / "part.parquet"), wanted, check_exact=True)
    if "://" not in folder:
        (tmp_path / "rows" / ".of-a-task-that-died").mkdir()
    finish(folder)
    assert sorted(f.name for f in (tmp_path / "rows").iterdir()) == ["_SUCCESS", "part.parquet"]
    with pytest.raises(DataError, match="is not empty"):
        prepare(folder)
    undo(folder)
    assert not (tmp_path / "rows").exists()


def test_rows_go_into_no_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("mine")
    with pytest.raises(DataError, match="can't be a folder"):
        prepare(tmp_path / "rows")
    assert (tmp_path / "rows").read_text() == "mine"


def test_a_count_that_differs_is_an_error_that_names_a_recording() -> None:
    demand_same(Count(3, 3, 100), Count(3, 3, 100))
    with pytest.raises(DataError, match="2 recordings in 3 pieces, 100 events; recording 'a' is one"):
        demand_whole(Count(3, 2, 100, "a"), "somewhere")
    with pytest.raises(DataError, match=r"3 recordings in 3 pieces, 100 events went in and 3 .* 99 events came out"):
        demand_same(Count(3, 3, 100), Count(3, 3, 99))
