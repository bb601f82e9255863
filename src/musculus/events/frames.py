"""Events tables as other libraries hold them: polars, pandas, Arrow, plain dicts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from musculus.errors import EventsError, MissingExtra
from musculus.events.recordings import Events
from musculus.events.schema import ALWAYS, PAGE_CONTEXT, REQUIRED, SCHEMA, Column

Array = npt.NDArray[Any]
WHAT = {
    "t": ("time", "milliseconds"),
    "x": ("x", "CSS px"),
    "y": ("y", "CSS px"),
}


def from_table(frame: Any, where: str = "table", first_row: int = 0) -> Events:
    """Events from a table with the contract's columns.

    `where` names the source in errors, `first_row` is the number of rows that came before this table. A missing
    column, text in numbers, an unknown word or a recording in two runs raises EventsError with row and column.
    """
    table = as_polars(frame)
    missing = [c for c in REQUIRED if c not in table.columns]
    if missing:
        raise EventsError(
            f"{where}: column {missing[0]!r} is missing; it has {', '.join(table.columns) or 'no columns'}. "
            f"An events table needs {', '.join(REQUIRED)}"
        )
    where_row = _Place(where, first_row)
    ids, offsets = _runs(table["recording"], where_row)
    columns: dict[str, Array] = {}
    targets: tuple[str, ...] = ()
    for name, c in SCHEMA.items():
        if name not in table.columns:
            continue
        if c.kind == "text":
            targets, columns[name] = _text(table[name])
        else:
            columns[name] = _encode(table[name], c, where_row)
    others = [c for c in table.columns if c != "recording" and c not in SCHEMA]
    context, loose = _context(table, [c for c in others if c not in PAGE_CONTEXT], offsets)
    columns.update(loose)
    page = columns.get("page", np.zeros(len(table), np.int32))
    pages = _pages(table, [c for c in others if c in PAGE_CONTEXT], offsets, page)
    return Events.build(columns, offsets, ids, context, pages, targets)


def to_polars(events: Events) -> pl.DataFrame:
    """The contract's table; a schema column is left out where every value is missing, unless always there."""
    row = events.recording_of_row()
    out: dict[str, pl.Series] = {"recording": pl.Series(list(events.recordings), dtype=pl.String).gather(row)}
    for name, c in SCHEMA.items():
        if name in events.columns:
            series = _decode(events.columns[name], c, events.targets)
            if name in ALWAYS or series.null_count() < len(series):
                out[name] = series
    for name, values in events.columns.items():
        if name not in SCHEMA:
            out[name] = pl.Series(name, values.tolist(), strict=False)
    for name, values in events.context.items():
        out[name] = pl.Series(name, values.tolist(), strict=False).gather(row)
    table = pl.DataFrame([s.alias(n) for n, s in out.items()])
    if events.pages:
        pages = pl.DataFrame([pl.Series(k, v.tolist(), strict=False) for k, v in events.pages.items()])
        keys = pl.DataFrame({"recording": row, "page": events.columns["page"]})
        pages = pages.with_columns(pl.col("recording").cast(pl.Int64), pl.col("page").cast(pl.Int32))
        table = table.hstack(keys.join(pages, on=["recording", "page"], how="left").drop("recording", "page"))
    return table


def to_pandas(events: Events) -> Any:
    """The contract's table as a pandas frame; MissingExtra where pandas is not installed."""
    try:
        import pandas as pd
    except ImportError as e:
        raise MissingExtra("to_pandas needs pandas: pip install 'pandas<3'") from e
    table = to_polars(events)
    return pd.DataFrame({s.name: s.to_list() if s.dtype == pl.String else s.to_numpy() for s in table})


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
    return table.to_polars()


def _series(name: str, column: Any) -> pl.Series:
    values = column.to_numpy()
    if values.dtype.kind in "biuf":
        return pl.Series(name, values)
    missing = column.is_null().to_numpy()
    return pl.Series(name, [None if m else v for v, m in zip(values.tolist(), missing, strict=True)], strict=False)


class _Place:
    """Names a row in an error: `session_03.csv row 812`."""

    def __init__(self, where: str, first_row: int) -> None:
        self.where, self.first_row = where, first_row

    def row(self, i: int) -> str:
        return f"{self.where} row {self.first_row + i + 1}"


def _runs(recording: pl.Series, where: _Place) -> tuple[list[str], npt.NDArray[np.int64]]:
    if recording.null_count():
        raise EventsError(f"{where.row(int(recording.is_null().arg_max() or 0))}: recording is empty; name each one")
    n = len(recording)
    starts = np.flatnonzero((recording != recording.shift(1)).fill_null(True).to_numpy()) if n else np.zeros(0, int)
    ids = [str(r) for r in recording.gather(starts).to_list()]
    if len(set(ids)) != len(ids):
        seen: dict[str, int] = {}
        for i, r in zip(starts, ids, strict=True):
            if r in seen:
                raise EventsError(
                    f"{where.row(int(i))}: recording {r!r} starts a second run (its first began at row "
                    f"{where.first_row + seen[r] + 1}); rows of one recording must stand together: sort by recording"
                )
            seen[r] = int(i)
    return ids, np.append(starts, n).astype(np.int64)


def _encode(series: pl.Series, c: Column, where: _Place) -> Array:
    if c.kind == "category":
        return _categories(series, c, where)
    if c.kind == "bool":
        return _flags(series, c, where)
    numbers = _numbers(series, c, where)
    if c.kind == "number":
        return numbers.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(c.dtype, copy=False)
    return _integers(numbers, c, where)


def _integers(numbers: pl.Series, c: Column, where: _Place) -> Array:
    if numbers.dtype.is_float():
        numbers = numbers.fill_nan(None)
        odd = ((numbers % 1) != 0).fill_null(False)
        if odd.any():
            i = int(odd.arg_max() or 0)
            raise EventsError(f"{where.row(i)}: {c.name} is {numbers[i]}, expected a whole number")
    wide = numbers.cast(pl.Int64).fill_null(int(c.null)).to_numpy()
    limits = np.iinfo(np.dtype(c.dtype))
    out = (wide < limits.min) | (wide > limits.max)
    if out.any():
        i = int(out.argmax())
        raise EventsError(f"{where.row(i)}: {c.name} is {wide[i]}, expected {limits.min} to {limits.max}")
    return wide.astype(c.dtype)


def _numbers(series: pl.Series, c: Column, where: _Place) -> pl.Series:
    if series.dtype.is_numeric() or series.dtype == pl.Null or series.dtype == pl.Boolean:
        return series
    text = series.cast(pl.String).str.strip_chars()
    numbers = text.cast(pl.Float64, strict=False)
    bad = numbers.is_null() & text.is_not_null() & (text != "")
    if bad.any():
        i = int(bad.arg_max() or 0)
        name, unit = WHAT.get(c.name, (c.name, c.unit or "a number"))
        raise EventsError(f"{where.row(i)}: {name} is text ({text[i]!r}), expected {unit}")
    return numbers


def _categories(series: pl.Series, c: Column, where: _Place) -> Array:
    text = series.cast(pl.String)
    codes = text.cast(pl.Enum(c.words), strict=False)
    bad = codes.is_null() & text.is_not_null()
    if c.required:
        bad = codes.is_null()
    if bad.any():
        i = int(bad.arg_max() or 0)
        raise EventsError(f"{where.row(i)}: {c.name} {text[i]!r} is unknown; known: {', '.join(c.words)}")
    return codes.to_physical().cast(pl.Int16).fill_null(-1).to_numpy().astype(c.dtype)


def _flags(series: pl.Series, c: Column, where: _Place) -> Array:
    if series.dtype == pl.String:
        words = {"true": 1, "false": 0, "1": 1, "0": 0, "": None}
        low = series.str.strip_chars().str.to_lowercase()
        bad = low.is_not_null() & ~low.is_in(list(words))
        if bad.any():
            i = int(bad.arg_max() or 0)
            raise EventsError(f"{where.row(i)}: {c.name} is {series[i]!r}, expected true or false")
        series = low.replace_strict(words, return_dtype=pl.Int8)
    return series.cast(pl.Int8).fill_null(-1).to_numpy().astype(np.int8)


def _text(series: pl.Series) -> tuple[tuple[str, ...], Array]:
    text = series.cast(pl.String)
    words = text.drop_nulls().unique(maintain_order=True)
    codes = text.cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(-1)
    return tuple(words.to_list()), codes.to_numpy().astype(np.int32)


def _context(
    table: pl.DataFrame, names: list[str], offsets: npt.NDArray[np.int64]
) -> tuple[dict[str, Array], dict[str, Array]]:
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


def _pages(table: pl.DataFrame, names: list[str], offsets: npt.NDArray[np.int64], page: Array) -> dict[str, Array]:
    if not names:
        return {}
    row = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    first = (
        table.select(names)
        .with_columns(pl.Series("page", page), pl.Series("recording", row))
        .unique(["recording", "page"], keep="first", maintain_order=True)
    )
    return {n: plain(first[n]) for n in ("recording", "page", *names)}


def plain(series: pl.Series) -> Array:
    """A polars column as a numpy array: numbers as they are, missing numbers NaN, anything else objects."""
    if series.dtype.is_numeric():
        return series.cast(pl.Float64).fill_null(np.nan).to_numpy() if series.null_count() else series.to_numpy()
    if series.dtype == pl.Boolean and not series.null_count():
        return series.to_numpy()
    return np.array(series.to_list(), dtype=object)


def _decode(values: Array, c: Column, targets: tuple[str, ...]) -> pl.Series:
    if c.kind == "number":
        return pl.Series(values) if c.name == "t" else pl.Series(values).fill_nan(None)
    if c.kind in ("category", "text"):
        words = c.words if c.kind == "category" else targets
        lookup = pl.Series([*words, None], dtype=pl.String)
        series = lookup.gather(np.where(values < 0, len(words), values))
        return series.cast(pl.Enum(words)) if c.kind == "category" else series
    if c.kind == "bool":
        return pl.Series([False, True, None], dtype=pl.Boolean).gather(np.where(values < 0, 2, values))
    series = pl.Series(values)
    if c.name in ALWAYS:  # -1 and 0 are values there
        return series
    return pl.select(pl.when(series != int(c.null)).then(series)).to_series()
