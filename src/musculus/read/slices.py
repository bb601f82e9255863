"""A table file of any form as a run of frames, never more of it in memory than a slice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import polars as pl

from musculus.errors import ReadError
from musculus.events.cells import numbers
from musculus.events.place import Place
from musculus.read.delimited import Types, blocks, frame_of
from musculus.read.head import Head, first_line, head, open_text, take
from musculus.read.registry import Request

ROWS = 500_000  # rows of a columnar file taken at a time

Slices = Iterator[tuple[Place, pl.DataFrame]]


def slices(path: Path, start: Head, request: Request, always: Collection[str] = ()) -> Slices:
    """The rows of a file in order, with where they stand; columns outside `request.columns` and `always` left out."""
    wanted = None if request.columns is None else {*request.columns, *always}
    read = {"csv": _csv, "jsonl": _json_lines, "parquet": _columnar, "ipc": _columnar}[start.form]
    keep = [c for c in start.columns if wanted is None or c in wanted]
    return read(path, start, keep, wanted, request)


def _columnar(path: Path, start: Head, keep: list[str], wanted: set[str] | None, request: Request) -> Slices:
    scan = pl.scan_parquet if start.form == "parquet" else pl.scan_ipc
    try:
        rows = int(scan(path).select(pl.len()).collect().item())
        for first in range(0, rows, ROWS):
            frame = scan(path).select(keep).slice(first, ROWS).collect()
            yield Place(str(path), first), frame
            request.progress(min(1.0, (first + ROWS) / rows))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as e:  # damage can upset the decoder
        raise ReadError(f"{path} is a damaged {start.form} file: {first_line(e)}") from e


def _csv(path: Path, start: Head, keep: list[str], wanted: set[str] | None, request: Request) -> Slices:
    types = Types()
    row, line = 0, 1
    with open_text(path, start.gzipped) as file:
        size = _Size(path, file, start)
        line += _skip_header(file)
        lines_are_rows = True
        for block in blocks(file):
            place = Place(str(path), row, line if lines_are_rows else None)
            frame = types.apply(frame_of(block, start, place).select(keep))
            ends = block.count(b"\n") + (not block.endswith(b"\n"))
            if ends != len(frame):  # empty lines, or line ends inside quotes
                lines_are_rows = False
                place = Place(str(path), row)
            yield place, frame
            row, line = row + len(frame), line + ends
            request.progress(size.share())


def _skip_header(file: IO[bytes]) -> int:
    """Read up to the end of the first line that holds text; how many lines that took."""
    n = 0
    for text in iter(file.readline, b""):
        n += 1
        if text.strip():
            break
    return n


def rows_of(path: Path, expected: Mapping[str, str]) -> pl.DataFrame:
    """A small CSV as a whole; the columns of `expected` are numbers, and the words say of what.

    EventsError names row and line of a text among them, ReadError of a line with fields too few or too many.
    """
    start = head(path)
    with open_text(path, start.gzipped) as file:
        place = Place(str(path), 0, 1 + _skip_header(file))
        block = take(file)
    if not block.strip():
        return pl.DataFrame(schema=[(c, pl.Float64 if c in expected else pl.String) for c in start.columns])
    frame = frame_of(block, start, place, expected.keys())
    if block.count(b"\n") + (not block.endswith(b"\n")) != len(frame):
        place = Place(str(path))
    return frame.with_columns(
        numbers(frame[c], c, unit, place).cast(pl.Float64) for c, unit in expected.items() if c in frame.columns
    )


def _json_lines(path: Path, start: Head, keep: list[str], wanted: set[str] | None, request: Request) -> Slices:
    row = 0
    with open_text(path, start.gzipped) as file:
        size = _Size(path, file, start)
        for block in blocks(file, quoted=False):
            try:
                frame = pl.read_ndjson(block, infer_schema_length=None)
            except pl.exceptions.PolarsError as e:
                raise ReadError(_bad_line(block, Place(str(path), row)) or f"{path}: {first_line(e)}") from e
            yield Place(str(path), row), frame.select(c for c in frame.columns if wanted is None or c in wanted)
            row += len(frame)
            request.progress(size.share())


def _bad_line(block: bytes, place: Place) -> str | None:
    import msgspec

    for i, line in enumerate(filter(bytes.strip, block.split(b"\n"))):
        try:
            found = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as e:
            return f"{place.row(i)} is no JSON object: {e}"
        if not isinstance(found, dict):
            return f"{place.row(i)} is no JSON object: {line[:60].decode(errors='replace')!r}"
    return None


class _Size:
    """How much of a file has been read: by position, or by that of the packed file beneath."""

    def __init__(self, path: Path, file: Any, start: Head) -> None:
        self.total = max(path.stat().st_size, 1)
        self.file = getattr(file, "fileobj", None) if start.gzipped else file

    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.file.tell() / self.total) if self.file is not None else 1.0
