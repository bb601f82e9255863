"""One column of a polars table to and from the array that `Events` holds, every bad cell named."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from musculus.errors import EventsError
from musculus.events.place import Place
from musculus.events.schema import ALWAYS, Column

Array = npt.NDArray[Any]
WHAT = {
    "t": ("time", "milliseconds"),
    "x": ("x", "CSS px"),
    "y": ("y", "CSS px"),
}
LARGEST = 2.0**62  # floats beyond it are no whole number that a column could hold
FLAGS = {"true": 1, "false": 0, "1": 1, "0": 0, "1.0": 1, "0.0": 0, "": None}


def encode_cells(series: pl.Series, c: Column, place: Place) -> Array:
    """A column of the schema as its array; EventsError names the first cell that doesn't fit."""
    if c.kind == "category":
        return _categories(series, c, place)
    if c.kind == "bool":
        return _flags(series, c, place)
    name, unit = WHAT.get(c.name, (c.name, c.unit or ("a whole number" if c.kind == "integer" else "a number")))
    values = numbers(series, name, unit, place)
    if c.kind == "number":
        return values.cast(pl.Float64).fill_null(np.nan).to_numpy().astype(c.dtype, copy=False)
    return _integers(values, c, place)


def numbers(series: pl.Series, name: str, expected: str, place: Place) -> pl.Series:
    """The column as numbers, empty text as missing; EventsError at the first text that is none.

    >>> numbers(pl.Series(["1", " 2.5 ", ""]), "x", "CSS px", Place("a.csv")).to_list()
    [1.0, 2.5, None]
    """
    if series.dtype in (pl.Null, pl.Boolean):
        return series.cast(pl.Int8)
    if series.dtype.is_numeric():
        return series
    if series.dtype.is_temporal():
        raise EventsError(f"{place.where}: column {series.name!r} holds {series.dtype}, expected {expected}")
    try:
        text = series.cast(pl.String).str.strip_chars()
    except pl.exceptions.PolarsError as e:
        raise EventsError(f"{place.where}: column {series.name!r} holds {series.dtype}, expected {expected}") from e
    values = text.cast(pl.Float64, strict=False)
    bad = values.is_null() & text.is_not_null() & (text != "")
    if bad.any():
        i = int(bad.arg_max() or 0)
        raise EventsError(f"{place.row(i)}: {name} is text ({text[i]!r}), expected {expected}")
    return values


def encode_words(series: pl.Series) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Text as (the distinct strings in order of appearance, a code for each row; -1 where missing)."""
    text = series.cast(pl.String)
    words = text.drop_nulls().unique(maintain_order=True)
    codes = text.cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(-1)
    return tuple(words.to_list()), codes.to_numpy().astype(np.int32)


def plain(series: pl.Series) -> Array:
    """A polars column as a numpy array: numbers as they are, missing numbers NaN, anything else objects."""
    if series.dtype.is_integer() or series.dtype.is_float():
        return series.cast(pl.Float64).fill_null(np.nan).to_numpy() if series.null_count() else series.to_numpy()
    if series.dtype == pl.Boolean and not series.null_count():
        return series.to_numpy()
    return np.array(series.to_list(), dtype=object)


def from_plain(name: str, values: Array) -> pl.Series:
    """A numpy array of context as a polars column; NaN and None are null."""
    if values.dtype.kind == "f":
        return pl.Series(name, values).fill_nan(None)
    if values.dtype.kind in "iub":
        return pl.Series(name, values)
    return pl.Series(name, values.tolist(), strict=False)


def decode_cells(values: Array, c: Column, targets: tuple[str, ...]) -> pl.Series:
    """The array of a column of the schema as the contract's column, missing values null."""
    if c.kind == "number":
        return pl.Series(values).fill_nan(None)
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


def _integers(values: pl.Series, c: Column, place: Place) -> Array:
    if values.dtype.is_float():
        values = values.fill_nan(None)
        odd = (((values % 1) != 0) | (values.abs() > LARGEST)).fill_null(False)
        if odd.any():
            i = int(odd.arg_max() or 0)
            raise EventsError(f"{place.row(i)}: {c.name} is {values[i]}, expected a whole number")
    limits = np.iinfo(np.dtype(c.dtype))
    wide = values.cast(pl.Int64, strict=False)
    out = (wide.is_null() & values.is_not_null()) | ((wide < limits.min) | (wide > limits.max)).fill_null(False)
    if out.any():
        i = int(out.arg_max() or 0)
        raise EventsError(f"{place.row(i)}: {c.name} is {values[i]:.0f}, expected {limits.min} to {limits.max}")
    return wide.fill_null(int(c.null)).to_numpy().astype(c.dtype)


def _categories(series: pl.Series, c: Column, place: Place) -> Array:
    try:
        text = series.cast(pl.String)
    except pl.exceptions.PolarsError as e:
        raise EventsError(f"{place.where}: column {c.name!r} holds {series.dtype}, expected words") from e
    codes = text.cast(pl.Enum(c.words), strict=False)
    bad = codes.is_null() if c.required else codes.is_null() & text.is_not_null() & (text != "")
    if bad.any():
        i = int(bad.arg_max() or 0)
        seen = "is empty" if not text[i] else f"{text[i]!r} is unknown"
        raise EventsError(f"{place.row(i)}: {c.name} {seen}; known: {', '.join(c.words)}")
    return codes.to_physical().cast(pl.Int16).fill_null(-1).to_numpy().astype(c.dtype)


def _flags(series: pl.Series, c: Column, place: Place) -> Array:
    if series.dtype == pl.Boolean:
        return series.cast(pl.Int8).fill_null(-1).to_numpy()
    words = series.cast(pl.String).str.strip_chars().str.to_lowercase()
    bad = words.is_not_null() & ~words.is_in(list(FLAGS))
    if bad.any():
        i = int(bad.arg_max() or 0)
        raise EventsError(f"{place.row(i)}: {c.name} is {series[i]!r}, expected true or false")
    return words.replace_strict(FLAGS, return_dtype=pl.Int8).fill_null(-1).to_numpy()
