"""What Spark's tasks do: from the batches of a partition or a file to rows, and to a tally of what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from musculus.scale.files import batches, runs
from musculus.scale.results import Kernel, results, to_file

if TYPE_CHECKING:
    import pyarrow as pa

Work = Callable[[Iterator[Any]], Iterator[Any]]  # what a task makes of a partition's batches of events
TALLY: Final = "_tally"  # the column that a task's counts travel in, beside its rows
CELLS: Final = 1 << 20  # that go back to Spark at a time: some rows have 900 columns


def look(files: list[str], given: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Of each file whose number comes: the recordings that begin in it, its rows, its columns."""
    import pyarrow as pa

    for batch in given:
        for k in batch.column(0).to_pylist():
            names, rows, schema = runs(files[k])
            columns = pa.schema(schema, metadata=None).serialize().to_pybytes()
            yield pa.RecordBatch.from_pylist([{"recordings": names, "events": rows, "columns": columns}])


def of_files(files: list[str], work: Work, given: Iterator[pa.RecordBatch]) -> Iterator[Any]:
    """What a task makes of the batches of the files whose numbers come."""
    for batch in given:
        for k in batch.column(0).to_pylist():
            yield from work(batches(files[k]))


def with_tally(
    kernel: Kernel, schema: pa.Schema, key: str, given: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The rows of each table of whole recordings, and one row more that says of what they were made."""
    import pyarrow as pa

    tally = pa.struct([("recordings", pa.list_(pa.string())), ("events", pa.int64())])
    full = schema.append(pa.field(TALLY, tally))
    for rows, note in results(kernel, schema, key, given):
        wider = rows.append_column(full.field(TALLY), pa.nulls(len(rows), tally))
        yield from wider.to_batches(max_chunksize=CELLS // len(full))
        yield pa.RecordBatch.from_pylist([{TALLY: note}], schema=full)


def written(
    kernel: Kernel, schema: pa.Schema, key: str, folder: str, given: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The rows of a partition into a file of its own; what they were made of."""
    import pyarrow as pa
    from pyspark import TaskContext

    task = TaskContext.get()
    assert task
    name = f"part-{task.partitionId():05}.parquet"
    for note in to_file(results(kernel, schema, key, given), schema, folder, name, task.taskAttemptId()):
        yield pa.RecordBatch.from_pylist([note])


def tally_columns(schema: pa.Schema) -> Any:
    """What `with_tally` gives, in Spark's types."""
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import ArrayType, LongType, StringType, StructField, StructType

    tally = StructType([StructField("recordings", ArrayType(StringType())), StructField("events", LongType())])
    return from_arrow_schema(schema).add(TALLY, tally)
