"""Trajectories of mousetrap, the mouse-tracking package for R."""

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

HEADER = ("mt_id", "timestamps", "xpos", "ypos")


@reader("mousetrap", header=HEADER, forms=("csv", "parquet", "ipc", "jsonl"), large=True)
def read_mousetrap(path: Path, request: Request) -> Iterator[Events]:
    """Tables in mousetrap's long form (`mt_export_long`): one row a position, trials named by `mt_id`.

    A trial is a recording of moves, its times are ms. What is told of a trial beside its path is context. Positions
    are taken as they stand, y growing down; a trajectory that was turned upside down for plots should be turned back.
    """
    for place, frame in whole(
        (
            p,
            f.rename({"mt_id": "recording", "timestamps": "t", "xpos": "x", "ypos": "y"}).with_columns(
                kind=pl.lit("move")
            ),
        )
        for p, f in slices(path, head(path), Request(None, request.progress))
    ):
        yield from_table(frame.drop("mt_seq", strict=False), place)
