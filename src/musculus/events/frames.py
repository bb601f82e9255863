"""Events tables as other libraries hold them: polars, pandas, Arrow, plain dicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from musculus.errors import EventsError, MissingExtra
from musculus.events.cells import decode_cells, encode_cells, encode_words, from_plain, plain
from musculus.events.place import Place
from musculus.events.recordings import Events
from musculus.events.schema import ALWAYS, PAGE_CONTEXT, REQUIRED, SCHEMA

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]


def from_table(frame: Any, where: str | Place = "table") -> Events:
    """Events from a table with the contract's columns; `where` names the source in errors.

    A missing column, text in numbers, an unknown word or a recording in two runs raises EventsError with row and
    column. Columns outside the schema are kept: as context where they are constant within each recording.
    """
    place = where if isinstance(where, Place) else Place(where)
    table = as_polars(frame)
    require(table.columns, place)
    ids, offsets = _runs(table["recording"], place)
    columns: dict[str, Array] = {}
    targets: tuple[str, ...] = ()
    for name, c in SCHEMA.items():
        if name not in table.columns:
            continue
        if c.kind == "text":
            targets, columns[name] = encode_words(table[name])
        else:
            columns[name] = encode_cells(table[name], c, place)
    others = [c for c in table.columns if c != "recording" and c not in SCHEMA]
    context, loose = _context(table, [c for c in others if c not in PAGE_CONTEXT], offsets)
    columns.update(loose)
    page = columns.get("page", np.zeros(len(table), np.int32))
    pages = _pages(table, [c for c in others if c in PAGE_CONTEXT], offsets, page)
    return Events.build(columns, offsets, ids, context, pages, targets)


def require(columns: list[str], place: Place) -> None:
    """EventsError where a column that every events table has is missing."""
    missing = [c for c in REQUIRED if c not in columns]
    if missing:
        raise EventsError(
            f"{place.where}: column {missing[0]!r} is missing; it has {', '.join(columns) or 'no columns'}. "
            f"An events table needs {', '.join(REQUIRED)}"
        )


def to_polars(events: Events) -> pl.DataFrame:
    """The contract's table; a schema column is left out where every value is missing, unless always there."""
    row = events.recording_of_row()
    out: dict[str, pl.Series] = {"recording": pl.Series(list(events.recordings), dtype=pl.String).gather(row)}
    for name, c in SCHEMA.items():
        if name in events.columns:
            series = decode_cells(events.columns[name], c, events.targets)
            if name in ALWAYS or series.null_count() < len(series):
                out[name] = series
    for name, values in events.columns.items():
        if name not in SCHEMA:
            out[name] = from_plain(name, values)
    for name, values in events.context.items():
        out[name] = from_plain(name, values).gather(row)
    table = pl.DataFrame([s.alias(n) for n, s in out.items()])
    if events.pages:
        pages = pl.DataFrame([from_plain(k, v) for k, v in events.pages.items()])
        keys = pl.DataFrame({"recording": row, "page": events.columns["page"]})
        pages = pages.with_columns(pl.col("recording").cast(pl.Int64), pl.col("page").cast(pl.Int32))
        joined = keys.join(pages, on=["recording", "page"], how="left", maintain_order="left")
        table = table.hstack(joined.drop("recording", "page"))
    return table


def to_pandas(events: Events) -> Any:
    """The contract's table as a pandas frame; MissingExtra where pandas is not installed."""
    try:
        import pandas as pd
    except ImportError as e:
        raise MissingExtra("to_pandas needs pandas: pip install 'pandas<3'") from e
    table = to_polars(events)
    return pd.DataFrame({s.name: s.to_numpy() if s.dtype.is_numeric() else s.to_list() for s in table})


def as_polars(frame: Any) -> pl.DataFrame:
    """A polars frame from what other libraries hold; pandas goes column by column, so that pyarrow isn't needed."""
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, dict):
        return pl.DataFrame({k: pl.Series(k, v, strict=False) for k, v in frame.items()})
    import narwhals as nw

    try:
        table = nw.from_native(frame, eager_only=True)
    except TypeError as e:
        raise EventsError(f"{type(frame).__name__} is no table; polars, pandas, Arrow or a dict of columns is") from e
    if table.implementation.is_pandas():
        return pl.DataFrame([_series(c, table[c]) for c in table.columns])
    native: pl.DataFrame = table.to_polars()
    return native


def _series(name: str, column: Any) -> pl.Series:
    values = column.to_numpy()
    if values.dtype.kind in "biuf":
        return pl.Series(name, values)
    missing = column.is_null().to_numpy()
    return pl.Series(name, [None if m else v for v, m in zip(values.tolist(), missing, strict=True)], strict=False)


def _runs(recording: pl.Series, place: Place) -> tuple[list[str], Ints]:
    empty = recording.is_null() | (recording.cast(pl.String) == "")
    if empty.any():
        raise EventsError(f"{place.row(int(empty.arg_max() or 0))}: recording is empty; name each one")
    n = len(recording)
    starts = np.flatnonzero((recording != recording.shift(1)).fill_null(True).to_numpy()) if n else np.zeros(0, int)
    ids = [str(r) for r in recording.gather(starts).to_list()]
    if len(set(ids)) != len(ids):
        seen: dict[str, int] = {}
        for i, r in zip(starts, ids, strict=True):
            if r in seen:
                raise second_run(r, place.row(int(i)), f"row {place.first_row + seen[r] + 1}")
            seen[r] = int(i)
    return ids, np.append(starts, n).astype(np.int64)


def second_run(recording: str, here: str, first: str) -> EventsError:
    """The error for a recording that starts again after another one."""
    return EventsError(
        f"{here}: recording {recording!r} starts a second run (its first began at {first}); "
        "rows of one recording must stand together: sort by recording"
    )


def _context(table: pl.DataFrame, names: list[str], offsets: Ints) -> tuple[dict[str, Array], dict[str, Array]]:
    """Split unknown columns into those constant within each recording and the rest, which stay columns."""
    context: dict[str, Array] = {}
    loose: dict[str, Array] = {}
    starts = offsets[:-1]
    border = np.zeros(len(table), bool)
    border[starts] = True
    for name in names:
        s = table[name]
        changes = s.ne_missing(s.shift(1)).to_numpy()
        if (changes & ~border).any():
            loose[name] = plain(s)
        else:
            context[name] = plain(s.gather(starts))
    return context, loose


def _pages(table: pl.DataFrame, names: list[str], offsets: Ints, page: Array) -> dict[str, Array]:
    if not names:
        return {}
    row = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    first = (
        table.select(names)
        .with_columns(pl.Series("page", page), pl.Series("recording", row))
        .unique(["recording", "page"], keep="first", maintain_order=True)
    )
    return {n: plain(first[n]) for n in ("recording", "page", *names)}
