"""Tables of features that somebody else computed: no events, so no `Events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from musculus.errors import ReadError
from musculus.read.choice import PathLike
from musculus.read.formulas import unguarded
from musculus.read.head import first_line, head

if TYPE_CHECKING:
    import polars as pl


def read_features(path: PathLike) -> pl.DataFrame:
    """A table of features as it stands in the file: every column, every row.

    CSV with any of the usual separators (also gzipped), Parquet, Arrow or JSON lines; a column of a CSV is numbers
    where all of its values are. ReadError for a file that is none of these.
    """
    from pathlib import Path

    import polars as pl

    file = Path(path)
    if not file.is_file():
        raise ReadError(f"no such file: {file}")
    start = head(file)
    ways: dict[str, Any] = {
        "csv": lambda: unguarded(pl.read_csv(file, separator=start.separator, infer_schema_length=None)),
        "parquet": lambda: pl.read_parquet(file),
        "ipc": lambda: pl.read_ipc(file),
        "jsonl": lambda: pl.read_ndjson(file, infer_schema_length=None),
    }
    if start.form not in ways:
        raise ReadError(f"{file} is {start.form}; a features table is CSV, Parquet, Arrow or JSON lines")
    try:
        table: pl.DataFrame = ways[start.form]()
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as e:
        raise ReadError(f"{file}: {first_line(e)}") from e
    if table.is_empty():
        raise ReadError(f"{file} has a header but no rows: it is empty")
    return table
