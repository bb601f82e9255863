"""What the kernel gives for a partition: tables with a note of what they were made of, and their way into a file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musculus.errors import DataError, MissingExtra
from musculus.scale import arrow
from musculus.scale.whole import whole

if TYPE_CHECKING:
    import pyarrow as pa

Kernel = Callable[[Any], Any]  # Arrow table -> Arrow table
Note = dict[str, Any]  # `recordings` and `events` that a table was made of
DONE = "_SUCCESS"  # beside the files of a finished run, as engines name it


def results(
    kernel: Kernel, schema: pa.Schema, key: str, given: Iterable[pa.RecordBatch]
) -> Iterator[tuple[pa.Table, Note]]:
    """The kernel on each table of whole recordings, in the columns of `schema`."""
    import pyarrow as pa

    for table in whole(given, key):
        made = kernel(table)
        columns = [made[f.name].cast(f.type) if f.name in made.column_names else pa.nulls(len(made), f.type)
                   for f in schema]  # fmt: skip
        yield pa.table(columns, schema=schema), arrow.note_of(made)


def to_file(
    made: Iterable[tuple[pa.Table, Note]], schema: pa.Schema, folder: str, name: str, attempt: int
) -> Iterator[Note]:
    """Write tables as one Parquet file of a folder, which appears whole or not at all; their notes.

    A task that is done twice writes the same file twice; attempts don't see each other's halves.
    """
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory(prefix=".", dir=None if "://" in folder else folder) as own:
        half = Path(own) / f"{name}.{attempt}"
        with pq.ParquetWriter(half, schema, compression="zstd") as writer:
            for rows, note in made:
                writer.write_table(rows)
                yield note
        if "://" in folder:
            files, inside = _remote(f"{folder}/{name}")
            files.put_file(str(half), inside)
        else:
            half.replace(Path(folder) / name)


def prepare(to: str | Path) -> str:
    """Make the folder; DataError where something is in it, or where it can't be made."""
    folder = str(to) if "://" in str(to) else str(Path(to).resolve())
    if "://" in folder:
        files, root = _remote(folder)
        files.makedirs(root, exist_ok=True)
        full = bool(files.ls(root))
    else:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DataError(f"{to} can't be a folder ({error.strerror}): choose another place for the rows") from error
        full = any(Path(folder).iterdir())
    if full:
        raise DataError(f"{to} is not empty: choose a new folder for the rows, or empty it")
    return folder


def finish(folder: str) -> None:
    """Say that everything is there, and clear away what tasks that died have left."""
    if "://" not in folder:
        for half in Path(folder).glob(".*"):
            shutil.rmtree(half, ignore_errors=True)
    with _opened(f"{folder}/{DONE}"):
        pass


def undo(folder: str) -> None:
    """Leave nothing in the folder."""
    if "://" in folder:
        files, root = _remote(folder)
        if files.exists(root):
            files.rm(root, recursive=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def _opened(path: str) -> Any:
    if "://" not in path:
        return Path(path).open("wb")
    files, inside = _remote(path)
    return files.open(inside, "wb")


def _remote(url: str) -> tuple[Any, str]:
    try:
        import fsspec
    except ImportError as error:
        raise MissingExtra(f"{url} needs fsspec: pip install 'musculus[lake]'") from error
    files, inside = fsspec.core.url_to_fs(url)
    return files, inside
