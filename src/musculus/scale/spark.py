"""Measures and features on Spark: the functions of one machine, a file or a partition of whole recordings a task."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from musculus.errors import DataError, MissingExtra
from musculus.scale import arrow
from musculus.scale.count import Count, count_of, demand_same, demand_whole
from musculus.scale.files import parquet_files
from musculus.scale.results import Kernel, finish, prepare, undo
from musculus.scale.spark_tasks import TALLY, Work, look, of_files, tally_columns, with_tally, written

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

OnParts = Callable[[Work, Any], Any]  # a DataFrame of these columns: `Work` on every partition


@dataclass(frozen=True)
class Run:
    """A finished and counted run.

    Attributes
    ----------
    rows : the result, kept on the workers' disks until `release` or the end of a `with` block; with `to` the files
    recordings, events : how many went in, and came out
    """

    rows: DataFrame
    recordings: int
    events: int
    kept: DataFrame

    def release(self) -> None:
        """Give the workers' disks back."""
        self.kept.unpersist()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.release()


def measure(
    source: str | Path | DataFrame,
    cut: str = "stroke",
    *,
    only: Sequence[str] | None = None,
    tier: Sequence[str] | None = None,
    slow: bool = False,
    spark: SparkSession | None = None,
    order: str | None = None,
    shuffle: bool = True,
    to: str | Path | None = None,
    **window: float,
) -> Run:
    """Measures of each cut, as `musculus.measure` gives them, to the bit; their order is Spark's.

    Parameters
    ----------
    source : a lake, a folder of Parquet files or one, that every worker can read (each file is read whole by one
        task); or a DataFrame of an events table, which is shuffled by recording
    cut, only, tier, slow, window : those of `musculus.measure` and `musculus.cut_events`
    spark : the session (default: the active one, else a new one)
    order : a column of the DataFrame that tells the order of events; default: the place in the Parquet files that it
        was read from, else the order of its rows, which no longer means anything behind a shuffle or a join
    shuffle : False where each recording already stands in one partition, in order
    to : an empty folder, or a URL that fsspec knows, for the rows as Parquet files, a file a task. The tasks write them
        themselves, which is cheaper than `rows.write`; every worker must reach it

    Raises
    ------
    DataError
        A recording came in two pieces, or not everything that went in came out: then nothing is left in `to`.
    """
    work = partial(arrow.measure, cuts=cut, only=only, tier=tier, slow=slow, **window)
    return _run(source, work, "recording", _session(spark), order, shuffle, to)


def features(
    source: str | Path | DataFrame,
    per: str = "recording",
    *,
    spark: SparkSession | None = None,
    order: str | None = None,
    shuffle: bool = True,
    to: str | Path | None = None,
    **options: Any,
) -> Run:
    """A feature table, as `musculus.feature_table` gives it, to the bit; its keywords are the `options`.

    `source`, `spark`, `order`, `shuffle`, `to` and what is raised are those of `measure`. With `per="person"` what is
    read is shuffled by person, whose recordings must fit into one task's memory.
    """
    work = partial(arrow.features, per=per, **options)
    return _run(source, work, "person" if per == "person" else "recording", _session(spark), order, shuffle, to)


def _run(
    source: str | Path | DataFrame,
    kernel: Kernel,
    key: str,
    spark: SparkSession,
    order: str | None,
    shuffle: bool,
    to: str | Path | None,
) -> Run:
    folder = None if to is None else prepare(to)
    with _plainly():
        if not isinstance(source, str | Path):
            count, schema, on_parts = _of_frame(source, kernel, key, order, shuffle)
        elif key == "recording":
            count, schema, on_parts = _of_files(parquet_files(source), kernel, spark)
        else:
            frame = spark.read.parquet(*parquet_files(source))
            count, schema, on_parts = _of_frame(frame, kernel, key, order, shuffle)
        if folder is None:
            return _kept(count, on_parts(partial(with_tally, kernel, schema, key), tally_columns(schema)))
        tallies = on_parts(partial(written, kernel, schema, key, folder), "recordings array<string>, events bigint")
        return _left(count, tallies, folder, spark)


def _of_files(files: list[str], kernel: Kernel, spark: SparkSession) -> tuple[Count, pa.Schema, OnParts]:
    """A task a file: Spark splits files where it likes, so the tasks read them themselves."""
    import pyarrow as pa

    each = spark.range(0, len(files), 1, len(files))  # one number a partition
    looked = each.mapInArrow(partial(look, files), "recordings array<string>, events bigint, columns binary")
    looked = looked.persist()
    count = count_of(looked)
    schemas = [pa.ipc.read_schema(pa.py_buffer(r[0])) for r in looked.select("columns").distinct().collect()]
    looked.unpersist()
    demand_whole(count, f"{len(files)} files")
    schema = arrow.result_schema(kernel, pa.unify_schemas(schemas, promote_options="permissive"))
    return count, schema, lambda work, columns: each.mapInArrow(partial(of_files, files, work), columns)


def _of_frame(
    frame: DataFrame, kernel: Kernel, key: str, order: str | None, shuffle: bool
) -> tuple[Count, pa.Schema, OnParts]:
    """A partition holds whole recordings, or persons: made so by a shuffle, in the order that rows had before."""
    from pyspark.sql import functions as f
    from pyspark.sql.pandas.types import to_arrow_schema

    if missing := {"recording", key} - set(frame.columns):
        raise DataError(f"column {min(missing)!r} is missing; the DataFrame has {', '.join(frame.columns)}")
    events, recordings, empty = frame.agg(
        f.count("*"), f.count_distinct("recording"), f.count_if(f.col("recording").isNull())
    ).collect()[0]
    if empty:
        raise DataError(f"recording is empty in {empty:,} rows; name each one")
    schema = arrow.result_schema(kernel, to_arrow_schema(frame.schema))
    tables = _shuffled(frame, key, order) if shuffle else frame
    return Count(recordings, recordings, events), schema, tables.mapInArrow


def _shuffled(frame: DataFrame, key: str, order: str | None) -> DataFrame:
    from pyspark.errors import AnalysisException
    from pyspark.sql import functions as f

    names = frame.columns
    if order is not None:
        marked, by = frame, [order]
    else:
        by = ["_file", "_row"]
        try:
            place = [f.col("_metadata.file_path").alias("_file"), f.col("_metadata.row_index").alias("_row")]
            marked = frame.select("*", *place)
            _ = marked.columns  # asks for the plan: only what comes straight from Parquet files has such columns
        except AnalysisException:
            marked = frame.select("*", f.lit("").alias("_file"), f.monotonically_increasing_id().alias("_row"))
    return marked.repartition(key).sortWithinPartitions(key, *by).select(*names)


def _kept(count: Count, tables: DataFrame) -> Run:
    """Run it once, keep what it gave, and hand it out only if everything is there."""
    from pyspark import StorageLevel
    from pyspark.sql import functions as f

    kept = tables.persist(StorageLevel.DISK_ONLY)
    try:
        demand_same(count, count_of(kept.where(f.col(TALLY).isNotNull()).select(f"{TALLY}.*")))
    except BaseException:
        kept.unpersist()
        raise
    return Run(kept.where(f.col(TALLY).isNull()).drop(TALLY), count.recordings, count.events, kept)


def _left(count: Count, tallies: DataFrame, folder: str, spark: SparkSession) -> Run:
    """Run it once, its rows into files, and leave them only if everything is there."""
    kept = tallies.persist()
    try:
        demand_same(count, count_of(kept))
        finish(folder)
    except BaseException:
        kept.unpersist()
        undo(folder)
        raise
    return Run(spark.read.parquet(folder), count.recordings, count.events, kept)


def _session(spark: SparkSession | None) -> SparkSession:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("musculus.scale.spark needs pyspark and a Java: pip install 'musculus[scale]'") from error
    return spark or SparkSession.builder.getOrCreate()


@contextmanager
def _plainly() -> Iterator[None]:
    """What a task found wrong, without Spark's stack of it."""
    from pyspark.errors import PySparkException

    try:
        yield
    except PySparkException as error:
        lines = [line for line in str(error).splitlines() if line.startswith("musculus.errors.")]
        if not lines:
            raise
        raise DataError(lines[-1].partition(": ")[2]) from error
