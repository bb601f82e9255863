"""Our own form: the events table, as Parquet, CSV (also gzipped), Arrow or JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from musculus.errors import EventsError
from musculus.events import REQUIRED, Events
from musculus.events.frames import from_table, require
from musculus.events.place import Place
from musculus.read.head import head
from musculus.read.registry import Request, reader
from musculus.read.slices import slices
from musculus.read.whole import whole

FORMS = ("csv", "parquet", "ipc", "jsonl")


@reader("table", header=REQUIRED, forms=FORMS, large=True)
def read_table(path: Path, request: Request) -> Iterator[Events]:
    """Tables with the columns `recording t kind x y` and any others, as musculus writes them.

    A large file is read in slices of whole recordings. EventsError names file, row and column of what is wrong: a
    missing column, text in numbers, an unknown kind, a recording in two runs, no rows at all.
    """
    start = head(path)
    if start.form != "jsonl":  # the keys of the first line needn't be all there are
        require(list(start.columns), Place(str(path)))
    empty = True
    for place, frame in whole(slices(path, start, request, (*REQUIRED, "button", "page"))):
        empty = False
        yield from_table(frame, place)
    if empty:
        raise EventsError(f"{path} has a header but no rows: it is empty")
