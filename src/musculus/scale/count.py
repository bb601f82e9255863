"""Recordings and events counted where they go in and where they come out, by the engine and not by the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from musculus.errors import DataError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class Count(NamedTuple):
    """What was counted; `pieces` is larger than `recordings` where one of them came more than once."""

    pieces: int
    recordings: int
    events: int
    twice: str | None = None

    def __str__(self) -> str:
        return f"{self.recordings:,} recordings in {self.pieces:,} pieces, {self.events:,} events"


def count_of(tally: DataFrame) -> Count:
    """Add up tally rows: `recordings` (list of text) and `events` of each part."""
    from pyspark.sql import functions as f

    events = tally.agg(f.sum("events")).collect()[0][0] or 0
    names = tally.select(f.explode("recordings").alias("name")).groupBy("name").count()
    pieces, recordings = names.agg(f.sum("count"), f.count("*")).collect()[0]  # a null id is counted, too
    twice = names.where("count > 1").orderBy("name").limit(1).collect() if recordings != (pieces or 0) else []
    return Count(pieces or 0, recordings, events, twice[0][0] if twice else None)


def demand_whole(found: Count, where: str) -> None:
    """DataError if a recording came in more than one piece."""
    if found.pieces != found.recordings:
        raise DataError(
            f"{where}: {found}; recording {found.twice!r} is one of those that came in two or more. "
            "Rows of one recording must stand together, in one file or one partition"
        )


def demand_same(went_in: Count, came_out: Count) -> None:
    """DataError if anything was lost, doubled or cut on the way."""
    demand_whole(came_out, "what the tasks measured")
    if went_in[:3] != came_out[:3]:
        raise DataError(f"{went_in} went in and {came_out} came out; nothing of this run can be used")
