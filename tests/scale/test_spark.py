"""Spark on a standalone cluster of two workers: the same bits as one machine, whatever is cut, shuffled or killed."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from cluster import Cluster, wait_for, why_not

from musculus.errors import DataError
from musculus.events import Events
from musculus.features import features
from musculus.measures import measure
from musculus.scale import boost
from musculus.scale import spark as on
from musculus.scale.spark_tasks import with_tally

pytestmark = pytest.mark.slow
FEW = ["velocity", "acceleration", "path_length", "straightness", "jerk"]


def rows_of(run: on.Run, *by: str) -> pl.DataFrame:
    frame = pl.from_arrow(run.rows.toArrow())
    assert isinstance(frame, pl.DataFrame)
    return frame.sort(by)


def same_bits(made: pl.DataFrame, wanted: pl.DataFrame) -> None:
    """The same columns and rows, every float by its bits."""
    assert made.columns == wanted.columns
    assert len(made) == len(wanted)
    for name in wanted.columns:
        a, b = made[name], wanted[name]
        if b.dtype == pl.Float64:
            assert np.array_equal(a.to_numpy().view(np.int64), b.to_numpy().view(np.int64)), name
        else:
            assert a.to_list() == b.to_list(), name


def test_measures_of_every_stroke_of_a_lake_are_those_of_one_machine(spark: Any, lake: Path, events: Events) -> None:
    with on.measure(lake, "stroke", only=FEW, spark=spark) as run:
        assert (run.recordings, run.events) == (len(events), events.n_events)
        assert run.rows.rdd.getNumPartitions() == 12
        same_bits(rows_of(run, "recording", "cut"), one_machine(events, "stroke").sort("recording", "cut"))


def one_machine(events: Events, cut: str) -> pl.DataFrame:
    return measure(events, cut, only=FEW).to_polars()


def test_a_data_frame_is_shuffled_by_recording_and_keeps_the_order_of_events(
    spark: Any, lake: Path, events: Events
) -> None:
    frame = spark.read.option("maxPartitionBytes", "50000").parquet(str(lake))
    with on.measure(frame, "stroke", only=FEW, spark=spark) as run:
        same_bits(rows_of(run, "recording", "cut"), one_machine(events, "stroke").sort("recording", "cut"))


def test_a_column_tells_the_order_that_a_shuffle_lost(spark: Any, events: Events) -> None:
    few = events[:40]
    rows = few.to_polars().with_columns(n=pl.int_range(pl.len()), kind=pl.col("kind").cast(pl.String))
    frame = spark.createDataFrame(rows.sample(fraction=1, shuffle=True, seed=1).to_arrow()).repartition(5)
    with on.measure(frame, "recording", only=["path_length"], order="n", spark=spark) as run:
        wanted = measure(few, "recording", only=["path_length"]).to_polars().sort("recording")
        same_bits(rows_of(run, "recording"), wanted)


def test_features_of_recordings_and_of_people_are_those_of_one_machine(
    spark: Any, lake: Path, events: Events
) -> None:
    with on.features(lake, only=[*FEW, "clicks"], spark=spark) as run:
        same_bits(rows_of(run, "recording"), features(events, only=[*FEW, "clicks"]).to_polars().sort("recording"))
    with on.features(lake, "person", only=FEW, spark=spark) as run:
        files = [pl.read_parquet(f) for f in sorted(lake.glob("*.parquet"))]
        in_order = Events.from_table(pl.concat(files))
        same_bits(rows_of(run, "person"), features(in_order, "person", only=FEW).to_polars())


def test_a_recording_in_two_pieces_fails_the_run_by_name(spark: Any, events: Events, tmp_path: Path) -> None:
    frame = events[:3].to_polars()
    frame[:2000].write_parquet(tmp_path / "a.parquet")
    frame[2000:].write_parquet(tmp_path / "b.parquet")
    name = frame["recording"][2000]
    with pytest.raises(DataError, match=f"3 recordings in 4 pieces, 4,500 events; recording '{name}'"):
        on.measure(tmp_path, only=["path_length"], spark=spark)
    halves = spark.read.parquet(str(tmp_path)).repartitionByRange(2, "t").sortWithinPartitions("recording", "t")
    with pytest.raises(DataError, match=r"what the tasks measured: 3 recordings in . pieces, 4,500 events"):
        on.measure(halves, only=["path_length"], shuffle=False, spark=spark)


def test_rows_that_the_tasks_write_are_those_of_one_machine(
    spark: Any, lake: Path, events: Events, tmp_path: Path
) -> None:
    to = tmp_path / "rows"
    with on.measure(lake, "stroke", only=FEW, spark=spark, to=to) as run:
        assert (run.recordings, run.events) == (len(events), events.n_events)
        same_bits(rows_of(run, "recording", "cut"), one_machine(events, "stroke").sort("recording", "cut"))
    assert sorted(f.name for f in to.iterdir()) == ["_SUCCESS", *(f"part-{k:05}.parquet" for k in range(12))]
    frame = spark.read.parquet(str(lake))
    with on.features(frame, only=FEW, spark=spark, to=f"file://{tmp_path}/features") as run:
        same_bits(rows_of(run, "recording"), features(events, only=FEW).to_polars().sort("recording"))
    with pytest.raises(DataError, match="is not empty"):
        on.measure(lake, only=FEW, spark=spark, to=to)


def as_they_come(kernel: Any, schema: Any, key: str, given: Iterator[Any]) -> Iterator[Any]:
    """What an engine does that takes each batch for whole."""
    for batch in given:
        yield from with_tally(kernel, schema, key, iter([batch]))


def test_an_engine_that_takes_each_batch_for_whole_is_found_out(
    spark: Any, lake: Path, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers can't import a test
    monkeypatch.setattr(on, "with_tally", as_they_come)
    said = rf"what the tasks measured: {len(events)} recordings in \d+ pieces, {events.n_events:,} events"
    with pytest.raises(DataError, match=said):
        on.measure(spark.read.parquet(str(lake)), only=["path_length"], spark=spark)


def test_nothing_is_left_of_a_run_that_does_not_add_up(spark: Any, events: Events, tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    events[:3].to_polars().write_parquet(tmp_path / "lake" / "a.parquet")
    frame = spark.read.parquet(str(tmp_path / "lake"))
    halves = frame.repartitionByRange(2, "t").sortWithinPartitions("recording", "t")
    with pytest.raises(DataError, match=r"what the tasks measured: 3 recordings in . pieces"):
        on.measure(halves, only=["path_length"], shuffle=False, spark=spark, to=tmp_path / "rows")
    assert not (tmp_path / "rows").exists()


def test_without_a_java_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert why_not() == "there is no Java on this machine: Spark needs one, 17 or later (JAVA_HOME or PATH)"


def test_the_boosters_own_estimator_learns_on_the_workers_what_it_learns_here(
    spark: Any, lake: Path, events: Events
) -> None:
    xgboost = pytest.importorskip("xgboost")
    from sklearn.metrics import roc_auc_score

    params = {"n_estimators": 8, "max_depth": 3, "tree_method": "hist", "random_state": 0}
    few = ["path_length", "velocity", "movement_time"]
    with on.features(lake, "stroke", only=few, spark=spark) as run:
        median = run.rows.approxQuantile("velocity_mean", [0.5], 0.0)[0]
        rows = run.rows.selectExpr("*", f"int(velocity_mean > {median} and path_length > 300) as quick")
        fitted = boost.train(rows, "quick", workers=2, **params)
        names = boost.feature_names(rows)
        table = pl.from_arrow(rows.toArrow())
    assert "hand" not in names
    x, y = table.select(names).to_numpy(), table["quick"].to_numpy()
    here = xgboost.XGBClassifier(**params).fit(x, y).predict_proba(x)[:, 1]
    there = fitted.get_booster().inplace_predict(x)
    assert roc_auc_score(y, there) > 0.95
    assert roc_auc_score(y, there) == pytest.approx(roc_auc_score(y, here), abs=0.01)


def test_a_worker_killed_in_the_middle_changes_nothing(
    spark: Any, workers: Cluster, lake: Path, events: Events
) -> None:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(on.measure(lake, "stroke", tier=["s"], spark=spark))
        except BaseException as error:  # noqa: BLE001
            found.append(error)

    job = threading.Thread(target=run)
    job.start()
    wait_for(lambda: bool(found) or workers.kept(spark) >= 1, "the first finished files")
    if found:
        pytest.skip("the job was done before a worker could be killed")
    workers.kill_worker()
    job.join()
    with found[0] as done:
        assert (done.recordings, done.events) == (len(events), events.n_events)
        wanted = measure(events, "stroke", tier=["s"]).to_polars()
        same_bits(rows_of(done, "recording", "cut"), wanted.sort("recording", "cut"))
