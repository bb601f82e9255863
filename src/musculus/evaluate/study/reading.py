"""What a study reads: recordings, or one table of features."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from musculus.errors import MusculusError, ReadError, UsageError
from musculus.evaluate.comparison import STUDY, citation
from musculus.events import REQUIRED, Events

if TYPE_CHECKING:
    import polars as pl


def read_study(path: str | Path | Sequence[str | Path], reader: str | None = None) -> Events | pl.DataFrame:
    """The recordings of files or folders, or the table of features where the one file is one.

    A file that holds the columns of events is never taken for features. UsageError for a folder of several tables of
    features (each activity is a study of its own), the errors of `musculus.read` for anything else.
    """
    from musculus.read import read, read_features

    given = [Path(path)] if isinstance(path, str | Path) else [Path(p) for p in path]
    files = [f for p in given for f in (sorted(p.glob(STUDY)) if p.is_dir() else [])] or given
    if files != given and len(files) > 1:
        raise UsageError(f"{given[0]} holds {len(files)} tables, each a study of its own; name one, as {files[0]}")
    try:
        return read(files, reader=reader)
    except MusculusError as error:
        if reader is not None or len(files) > 1 or not files[0].is_file():
            raise
        try:
            frame = read_features(files[0])
        except ReadError as other:
            raise (other if "no rows" in str(other) else error) from None
        if set(REQUIRED) <= set(frame.columns):
            raise
        return frame


def cited(path: str) -> str:
    """How to cite a published set, known by the folder it lies in."""
    return citation(path)
