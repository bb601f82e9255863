"""The Parquet files of a lake: listed once, each read whole by one task."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from musculus.errors import DataError, MissingExtra

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 1 << 16  # rows of a batch


def parquet_files(lake: str | Path) -> list[str]:
    """The Parquet files of a lake, of a folder or of a URL that fsspec knows, in the order of their names.

    DataError where there is none. Names that begin with `_` or `.` are passed over, as engines do.
    """
    found = _remote(str(lake)) if "://" in str(lake) else _local(Path(lake))
    if not found:
        raise DataError(f"no Parquet files in {lake}: `musculus export` writes a store to a lake")
    return sorted(found)


def batches(file: str) -> Iterator[pa.RecordBatch]:
    """The rows of a file in order."""
    with _opened(file) as parquet:
        yield from parquet.iter_batches(AT_ONCE)


def runs(file: str) -> tuple[list[str | None], int, pa.Schema]:
    """The recordings that begin in a file, its rows as its footer tells them, and its columns."""
    names: list[str | None] = []
    with _opened(file) as parquet:
        rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
        if "recording" not in schema.names:
            raise DataError(f"{file}: column 'recording' is missing; it has {', '.join(schema.names)}")
        for batch in parquet.iter_batches(AT_ONCE, columns=["recording"]):
            ids = batch.column(0).cast("string").dictionary_encode()
            codes = ids.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))[: len(codes)]
            begun: list[str | None] = ids.take(starts).to_pylist()
            names += begun[1:] if names and begun and begun[0] == names[-1] else begun
    return names, rows, schema


def _local(path: Path) -> list[str]:
    if path.is_file():
        return [str(path.resolve())]
    root = path / "events" if (path / "events").is_dir() else path
    return [str(f.resolve()) for f in root.rglob("*.parquet") if not _hidden(str(f.relative_to(root)))]


def _remote(url: str) -> list[str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtra(f"a lake at {url} needs fsspec: pip install 'musculus[lake]'") from error
    files, root = fsspec.core.url_to_fs(url)
    if files.isfile(root):
        return [url]
    root = f"{root}/events" if files.isdir(f"{root}/events") else root
    found = [name for name in files.find(root) if name.endswith(".parquet") and not _hidden(name[len(root) + 1 :])]
    return [files.unstrip_protocol(name) for name in found]


def _hidden(name: str) -> bool:
    return any(part[0] in "_." for part in name.split("/"))


def _opened(file: str) -> Any:
    import pyarrow.parquet as pq

    if "://" not in file:
        return pq.ParquetFile(file)
    import fsspec

    return pq.ParquetFile(fsspec.open(file, "rb").open())
