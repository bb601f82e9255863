"""The arena's strokes of people and of bots, rendered alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from musculus.events import Events
from musculus.events.frames import from_table
from musculus.read.head import head
from musculus.read.registry import Request, reader
from musculus.read.slices import slices
from musculus.read.whole import whole

HEADER = ("generator", "split", "person", "session", "stroke", "t_ms", "x", "y")
PEOPLE: Final = "human"  # the generator's name where people moved the mouse


@reader("strokes60hz", header=HEADER, forms=("parquet", "csv", "ipc", "jsonl"), large=True)
def read_strokes60hz(path: Path, request: Request) -> Iterator[Events]:
    """Strokes of people and bot generators, all put through one renderer to a 60 Hz page view.

    Each stroke is a recording of moves, `p00HS_PointClick0/7`. Context: `generator`, `split`, `person`, `session`,
    `stroke`, and the label `bot`, false where the generator is `human`.
    """
    name = pl.concat_str("session", "stroke", separator="/")
    for place, frame in whole(
        (
            p,
            f.with_columns(recording=name, bot=pl.col("generator") != PEOPLE, kind=pl.lit("move")).rename(
                {"t_ms": "t"}
            ),
        )
        for p, f in slices(path, head(path), Request(None, request.progress))
    ):
        yield from_table(frame, place)
