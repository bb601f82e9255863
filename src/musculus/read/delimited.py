"""CSV in blocks of lines: typed where it can be, and every line that breaks the form named."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import IO

import polars as pl

from musculus.errors import ReadError
from musculus.events import SCHEMA
from musculus.events.place import Place
from musculus.read.formulas import unguarded
from musculus.read.head import Head, first_line, take

BLOCK = 16 << 20  # bytes read at a time
WHOLE = re.compile(r"^-?(0|[1-9][0-9]{0,17})$").pattern
PADDED = re.compile(r"^[+-]?0[0-9]").pattern  # 007 is a name
NUMBERS = frozenset(c.name for c in SCHEMA.values() if c.kind in ("number", "integer"))
NAMES = frozenset({"recording", "person", "site", "user_agent", "mouse_model", "surface", "started", "address"})


def blocks(file: IO[bytes], quoted: bool = True) -> Iterator[bytes]:
    """The rest of a file in pieces that end at the end of a line; `quoted` text may contain line ends."""
    rest = b""
    while piece := take(file, BLOCK):
        block = rest + piece
        cut = block.rfind(b"\n") + 1
        while quoted and cut and block.count(b'"', 0, cut) % 2:  # that line end is inside quotes
            cut = block.rfind(b"\n", 0, cut - 1) + 1
        rest = block[cut:]
        if cut:
            yield block[:cut]
    if rest.strip():
        yield rest


def frame_of(block: bytes, head: Head, place: Place, numbers: Collection[str] = NUMBERS) -> pl.DataFrame:
    """One block of lines as a table: the columns named `numbers` as numbers, all else as text.

    A number that is none makes the whole block text, so that who checks the columns can name the row. ReadError
    for a line with too few or too many fields.
    """
    types: dict[str, pl.DataType] = {c: pl.Float64() if c in numbers else pl.String() for c in head.columns}
    try:
        frame = _parse(block, head, types)
    except pl.exceptions.PolarsError:
        try:
            frame = _parse(block, head, dict.fromkeys(head.columns, pl.String()))
        except pl.exceptions.PolarsError as e:
            _check_fields(block, head, place)
            raise ReadError(f"{place.row(0)} and on: {first_line(e)}") from e
    if block.count(head.separator.encode()) != (len(head.columns) - 1) * len(frame):
        _check_fields(block, head, place)
    return frame


def _parse(block: bytes, head: Head, types: dict[str, pl.DataType]) -> pl.DataFrame:
    frame = pl.read_csv(block, has_header=False, separator=head.separator, schema=types, eol_char="\n")
    if b"\n\n" in block or b"\n\r\n" in block or block[:1] in (b"\n", b"\r"):
        frame = frame.filter(~pl.all_horizontal(pl.all().is_null()))  # empty lines
    return unguarded(frame) if b"'" in block else frame


def _check_fields(block: bytes, head: Head, place: Place) -> None:
    """ReadError at the first line whose number of fields is not that of the header."""
    import csv

    rows = csv.reader(block.decode(errors="replace").splitlines(keepends=True), delimiter=head.separator)
    n = 0
    try:
        for fields in rows:
            if fields and len(fields) != len(head.columns):
                raise ReadError(
                    f"{place.row(n)} has {len(fields)} fields where the header has {len(head.columns)}: "
                    f"{head.separator.join(fields)[:80]!r}"
                )
            n += bool(fields)
    except csv.Error as e:
        raise ReadError(f"{place.row(n)} is no line of a table: {e}") from e


class Types:
    """The types of columns outside the schema, decided by the first values seen and kept for the rest of the file."""

    def __init__(self) -> None:
        self.known: dict[str, pl.DataType] = {}

    def apply(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with its unknown columns typed; a column that turns out otherwise is text from there on."""
        return frame.with_columns(self._typed(s) for s in frame if s.name not in SCHEMA and s.name not in NAMES)

    def _typed(self, s: pl.Series) -> pl.Series:
        if s.name not in self.known:
            if s.null_count() == len(s):
                return s.cast(pl.Null)
            self.known[s.name] = kind_of(s)
        typed = _cast(s, self.known[s.name])
        if typed.null_count() > s.null_count():
            self.known[s.name] = pl.String()
            return s
        return typed


def kind_of(text: pl.Series) -> pl.DataType:
    """What a column of text holds: whole numbers, numbers, true and false, or words.

    >>> [str(kind_of(pl.Series(v))) for v in (["1", "20"], ["1.5", "2"], ["007"], ["true", "False"], ["a"])]
    ['Int64', 'Float64', 'String', 'Boolean', 'String']
    """
    there = text.drop_nulls()
    if there.str.contains(PADDED).any():
        return pl.String()
    if there.str.contains(WHOLE).all():
        return pl.Int64()
    for dtype in (pl.Float64(), pl.Boolean()):
        if not _cast(there, dtype).null_count():
            return dtype
    return pl.String()


def _cast(text: pl.Series, dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Boolean:
        words = {"true": True, "false": False}
        return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    return text.cast(dtype, strict=False)
