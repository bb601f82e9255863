"""What a file is, told by its first bytes: form, separator and column names; never by its name."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from musculus.errors import ReadError

START = 1 << 18  # bytes looked at; a header line longer than this is none
SEPARATORS = (",", ";", "\t", "|")
BOM = b"\xef\xbb\xbf"
PACKED = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd", b"7z\xbc\xaf": "7z"}


@dataclass(frozen=True)
class Head:
    """The start of a file.

    `form` is one of `csv parquet ipc jsonl json`; `columns` the names of columns, or the keys of the first JSON
    object; `separator` stands between the fields of a CSV; `gzipped` says that the text is compressed.
    """

    form: str
    columns: tuple[str, ...]
    separator: str = ","
    gzipped: bool = False


def open_text(path: Path, gzipped: bool) -> IO[bytes]:
    """The bytes of a text file, unpacked, its byte order mark skipped."""
    file: IO[bytes] = cast(IO[bytes], gzip.GzipFile(path)) if gzipped else path.open("rb")
    if take(file, len(BOM)) != BOM:
        file.seek(0)
    return file


def take(file: IO[bytes], size: int = -1) -> bytes:
    """The next bytes of an open file; ReadError where what was packed is damaged or cut off."""
    try:
        return file.read(size)
    except (EOFError, OSError, zlib.error) as e:
        raise ReadError(f"{file.name} can't be unpacked: {e}") from e


def head(path: Path) -> Head:
    """Look at the start of a file; ReadError where it is empty, packed, or no table at all."""
    with path.open("rb") as f:
        magic = f.read(8)
    if not magic:
        raise ReadError(f"{path} is empty (0 bytes)")
    for start, name in PACKED.items():
        if magic.startswith(start):
            raise ReadError(f"{path} is a {name} archive; unpack it first")
    if magic.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReadError(f"{path} is UTF-16 text; save it as UTF-8")
    if magic.startswith((b"PAR1", b"ARROW1")):
        return _columnar(path, "parquet" if magic.startswith(b"PAR1") else "ipc")
    return _text(path, gzipped=magic.startswith(b"\x1f\x8b"))


def _columnar(path: Path, form: str) -> Head:
    import polars as pl

    read: Any = pl.read_parquet_schema if form == "parquet" else pl.read_ipc_schema
    try:
        return Head(form, tuple(read(path)))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as e:
        raise ReadError(f"{path} is a damaged {form} file: {first_line(e)}") from e


def _text(path: Path, gzipped: bool) -> Head:
    with open_text(path, gzipped) as f:
        start = take(f, START)
    start = start.lstrip(b"\r\n")
    if not start.strip():
        raise ReadError(f"{path} is empty: it holds no text")
    if b"\0" in start:
        raise ReadError(f"{path} is neither text nor Parquet nor Arrow")
    if start.lstrip()[:1] in (b"{", b"["):
        return _json(path, start.lstrip(), gzipped)
    line = start.split(b"\n", 1)[0].rstrip(b"\r")
    try:
        text = line.decode()
    except UnicodeDecodeError as e:
        raise ReadError(f"{path}: its first line is not UTF-8 ({e.reason} at byte {e.start})") from e
    separator = max(SEPARATORS, key=text.count)
    try:
        columns = next(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as e:
        raise ReadError(f"{path}: its first line is no header of a table ({e})") from e
    return Head("csv", tuple(c.strip() for c in columns), separator, gzipped)


def _json(path: Path, start: bytes, gzipped: bool) -> Head:
    import msgspec

    line = start.split(b"\n", 1)[0]
    try:
        first = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        first = None
    if isinstance(first, dict) and b"\n" in start and not _is_one_object(first):
        return Head("jsonl", tuple(first), gzipped=gzipped)
    keys = _keys(start)
    if not keys:
        raise ReadError(f"{path} is no table: it begins with {line[:40].decode(errors='replace')!r}")
    return Head("json", keys, gzipped=gzipped)


def _is_one_object(first: dict[str, Any]) -> bool:
    """Whether the first line holds a whole recording instead of one row: an object with a list of objects."""
    return any(isinstance(v, list) and v and isinstance(v[0], dict) for v in first.values())


def _keys(start: bytes) -> tuple[str, ...]:
    """Names of the keys in the first innermost object of a JSON text, as far as the start of the file shows them."""
    import re

    found = re.findall(rb'"((?:[^"\\]|\\.)*)"\s*:', start)
    return tuple(dict.fromkeys(k.decode(errors="replace") for k in found))


def first_line(error: BaseException) -> str:
    """The first line of an error's message: polars adds advice for its own users below it."""
    return str(error).split("\n", 1)[0]
