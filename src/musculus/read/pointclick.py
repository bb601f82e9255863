"""Point-and-click recordings of Freihaut and Göritz 2021."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from musculus.events import Events
from musculus.events.frames import from_table
from musculus.read.head import head
from musculus.read.registry import Request, reader
from musculus.read.slices import slices
from musculus.read.whole import whole

HEADER = ("person", "condition", "event", "t_ms", "x", "y")


@reader("pointclick", header=HEADER, forms=("parquet", "csv", "ipc", "jsonl"), large=True)
def read_pointclick(path: Path, request: Request) -> Iterator[Events]:
    """A point-and-click task in a web page: 38 people under two stress conditions, 60 Hz, whole pixels.

    A recording is a person in a condition (`p00_HS_PointClick`); `person` and `condition` are context. There are
    moves and clicks; a press and its release are not told apart, so there is no hold time.
    """
    name = pl.concat_str("person", "condition", separator="_").alias("recording")
    rows = (
        (place, frame.with_columns(name)) for place, frame in slices(path, head(path), Request(None, request.progress))
    )
    for place, frame in whole(((p, f.rename({"event": "kind", "t_ms": "t"})) for p, f in rows)):
        yield from_table(frame, place)
