"""The kernel: measures and features as functions from one Arrow table to another, for any engine that has partitions.

What goes in are whole recordings (`musculus.scale.whole.whole` makes them of batches), what comes out are the rows that
`musculus.measure` and `musculus.feature_table` give, to the bit: it is they that are called.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from musculus.cut import PAUSE, cut
from musculus.errors import DataError
from musculus.events import PAGE_CONTEXT, SCHEMA, Events

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

NOTE = b"musculus"  # under this key a result says of which recordings and how many events it is


class Counted(NamedTuple):
    """Recordings and events that a result is made of."""

    recordings: int
    events: int


def measure(
    table: pa.Table,
    cuts: str = "stroke",
    *,
    only: Sequence[str] | None = None,
    tier: Sequence[str] | None = None,
    slow: bool = False,
    pause: float = PAUSE,
    **window: float,
) -> pa.Table:
    """Measures of each cut of an events table: `musculus.measure` from Arrow to Arrow, on one thread.

    `pause` and the keywords of a window (`ms`, `count`, `strokes`, `step`) are those of `musculus.cut_events`.
    EventsError where a recording stands in two runs, UnknownName for a measure that isn't there.

    >>> import pyarrow as pa
    >>> e = pa.table({"recording": ["a"] * 3, "t": [0, 10, 20], "kind": ["move"] * 3, "x": [0, 3, 6], "y": [0, 4, 8]})
    >>> rows = measure(e, "recording", only=["path_length"])
    >>> rows["recording"].to_pylist(), rows["path_length"].to_pylist(), counts(rows)
    (['a'], [10.0], Counted(recordings=1, events=3))
    """
    from musculus.measures import measure as measured

    events = _events(table, ())
    made = cut(events, cuts, pause=pause, **window)  # type: ignore[arg-type]
    rows = measured(events, made, only=only, tier=tier, slow=slow, threads=1).to_polars()
    return _arrow(rows, events)


def features(table: pa.Table, per: str = "recording", **options: Any) -> pa.Table:
    """Features of an events table: `musculus.feature_table` from Arrow to Arrow, on one thread, with its keywords.

    Columns that are not of the schema go along, null where they vary within a recording.
    """
    import polars as pl

    from musculus.features import features as made

    events = _events(table, ("person",) if per == "person" else ())
    found = made(events, per, threads=1, **options)
    rows = found.to_polars()
    rows = rows.with_columns(rows[rows.columns[0]].cast(pl.String))  # no rows at all: a column of nothing
    if per == "person":
        return _arrow(rows, events)
    context = _context(table, events)
    of_row = context.join(rows.select("recording"), on="recording", how="right", maintain_order="right")
    ids = [rows["recording"], *(of_row[c] for c in context.columns if c != "recording")]
    return _arrow(rows.select(ids + [rows[c] for c in rows.columns if c != "recording"]), events)


def counts(result: pa.Table) -> Counted:
    """Of how many recordings and events a result was made; DataError where it is none of this module's."""
    note = note_of(result)
    return Counted(len(note["recordings"]), note["events"])


def note_of(result: pa.Table) -> dict[str, Any]:
    """The ids of the `recordings` that a result was made of, and how many `events`."""
    note = (result.schema.metadata or {}).get(NOTE)
    if note is None:
        raise DataError("this table is no result of musculus.scale.arrow: it doesn't say of what it was made")
    read: dict[str, Any] = json.loads(note)
    return read


def context_of(schema: pa.Schema) -> list[str]:
    """The columns of an events table that say something of whole recordings."""
    return [name for name in schema.names if name != "recording" and name not in SCHEMA and name not in PAGE_CONTEXT]


def result_schema(work: Any, schema: pa.Schema) -> pa.Schema:
    """The columns that a kernel gives for events tables of a schema: it is tried on two clicks and the way between."""
    import pyarrow as pa

    kind = ["move", "down", "up", "move", "move", "down", "up"]
    n = len(kind)
    one = {"recording": ["0"] * n, "t": [i * 10.0 for i in range(n)], "kind": kind, "x": [0.0, 3, 3, 6, 9, 9, 9]}
    one |= {"y": one["x"], **({"person": ["0"] * n} if "person" in schema.names else {})}
    columns = {name: one.get(name) or pa.nulls(n, _plain(schema.field(name).type)) for name in schema.names}
    made = work(pa.table(columns)).schema
    context = {n: _plain(schema.field(n).type) for n in context_of(schema)}
    return pa.schema([pa.field(f.name, context.get(f.name, f.type)) for f in made])


def _events(table: pa.Table, context: Sequence[str]) -> Events:
    """The recordings of a table with these columns of context; the measures read no other."""
    import polars as pl

    from musculus.events.frames import from_table

    keep = [c for c in table.column_names if c == "recording" or c in SCHEMA or c in PAGE_CONTEXT or c in context]
    return from_table(pl.from_arrow(table.select(keep)), "table")


def _context(table: pa.Table, events: Events) -> pl.DataFrame:
    """A row a recording: its context, null where that varies within it, which no other recording can change."""
    import polars as pl

    names = context_of(table.schema)
    frame = pl.from_arrow(table.select(names)) if names else pl.DataFrame()
    starts = events.offsets[:-1]
    inside = np.ones(events.n_events, bool)
    inside[starts] = False
    of = events.recording_of_row()
    out = {"recording": pl.Series(list(events.recordings), dtype=pl.String)}
    for name in names:
        series = frame[name]  # type: ignore[index]
        turns = series.ne_missing(series.shift(1)).to_numpy() & inside
        varies = np.bincount(of[turns], minlength=len(events)) > 0
        first = series.gather(starts)
        out[name] = pl.select(pl.when(~pl.lit(pl.Series(varies))).then(first)).to_series()
    return pl.DataFrame(out)


def _plain(kind: pa.DataType) -> pa.DataType:
    """The type that every engine knows: text as text, however it was packed, and numbers with a sign."""
    import pyarrow as pa

    signed = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64()}
    if kind in signed:
        return signed[kind]

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    text = pa.types.is_large_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind)
    return pa.string() if text else kind


def _arrow(rows: pl.DataFrame, events: Events) -> pa.Table:
    import pyarrow as pa

    table = rows.to_arrow()
    table = table.cast(pa.schema([pa.field(f.name, _plain(f.type)) for f in table.schema]))
    note = json.dumps({"recordings": events.recordings, "events": events.n_events})
    return table.replace_schema_metadata({NOTE: note.encode()})
