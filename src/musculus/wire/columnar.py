"""Columnar JSON: the batch of a binary frame as text, words instead of codes, null instead of sentinels.

``{"version": 1, "recording": "..32 hex..", "view": "..16 hex..", "sequence": 0, "time_origin": 1.7e12,
"context": {"site": "demo", ...}, "columns": {"t": [0, 8.3], "kind": ["move", "move"], "x": [10, 12], "y": [7, 7]}}``

Names and types are those of `musculus.events.SCHEMA`; a column may be left out, `t`, `kind`, `x` and `y` may not.
Nothing is rounded in this form.
"""

from __future__ import annotations

from math import isnan
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np
from msgspec import Meta

from musculus.errors import FrameError
from musculus.events import SCHEMA
from musculus.events import Column as SchemaColumn
from musculus.wire.batch import Array, Batch, Context
from musculus.wire.fields import (
    CLIPPED,
    FIELD,
    MAX_EVENTS,
    MAX_JSON_BYTES,
    MAX_ORIGIN,
    MAX_TICKS,
    MAX_UNITS,
    TICKS_PER_MS,
    UNITS_PER_PX,
)

_FAR: Final = {
    "t": MAX_TICKS / TICKS_PER_MS,
    "pressure": 1.0,
    "screen_x": 2 * MAX_UNITS / UNITS_PER_PX,  # a frame holds it relative to x
    "screen_y": 2 * MAX_UNITS / UNITS_PER_PX,
}
_NOT_ON_THE_WIRE: Final = ("page",)  # the server numbers them


def _entry(column: SchemaColumn) -> Any:
    """What one value of a column may be in JSON."""
    if column.kind == "category":
        word: Any = Literal.__getitem__(column.words)
        return word if column.required else word | None
    if column.kind == "bool":
        return bool | None
    if column.kind == "number":
        far = _FAR.get(column.name, MAX_UNITS / UNITS_PER_PX)
        number = Annotated[float, Meta(ge=-far, le=far)]
        return number if column.name == "t" else number | None
    low, high = FIELD[column.name].low, FIELD[column.name].high
    return Annotated[int, Meta(ge=low, le=high)] | None


def _list_of(entry: Any) -> Any:
    return Annotated[list[entry], Meta(max_length=MAX_EVENTS)]


def _columns() -> type[msgspec.Struct]:
    fields: list[Any] = []
    for column in SCHEMA.values():
        if column.name not in _NOT_ON_THE_WIRE:
            values = _list_of(_entry(column))
            fields.append((column.name, values) if column.required else (column.name, values | None, None))
    return msgspec.defstruct("Columns", fields, kw_only=True, forbid_unknown_fields=True, omit_defaults=True)


Columns: Final = _columns()


class NamedContext(Context, frozen=True, array_like=False, omit_defaults=True, forbid_unknown_fields=True):
    """The page with its fields by name; in a binary frame they stand in order."""


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The JSON document as a whole."""

    version: Literal[1]
    recording: Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]
    view: Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]
    sequence: Annotated[int, Meta(ge=0, lt=2**32)]
    time_origin: Annotated[float, Meta(ge=0, le=MAX_ORIGIN / TICKS_PER_MS)]
    context: NamedContext
    columns: Columns  # type: ignore[valid-type]  # built from the schema


_decoder = msgspec.json.Decoder(Document)
_encoder = msgspec.json.Encoder()


def decode_json(data: bytes) -> Batch:
    """The batch in a columnar JSON document; FrameError names the field that is wrong.

    >>> decode_json(b'{"version": 1}')
    Traceback (most recent call last):
    musculus.errors.FrameError: batch can't be read: Object missing required field `recording`
    """
    if len(data) > MAX_JSON_BYTES:
        raise FrameError(f"batch has {len(data)} bytes, JSON may have {MAX_JSON_BYTES}; send smaller batches")
    try:
        said = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError(f"batch can't be read: {error}") from None
    given = {name: values for name in SCHEMA if (values := getattr(said.columns, name, None)) is not None}
    n = len(given["t"])
    for name, values in given.items():
        if len(values) != n:
            raise FrameError(f"batch has {n} times and {len(values)} values in column {name!r}")
    columns = {name: _array(name, values) for name, values in given.items()}
    kept = {name: a for name, a in columns.items() if SCHEMA[name].required or not _all_null(name, a)}
    targets = len(said.context.targets)
    if "target" in kept and kept["target"].max() >= targets:
        raise FrameError(f"batch points to target {kept['target'].max()}, its context lists {targets}")
    context = Context(*msgspec.structs.astuple(said.context))
    return Batch(said.recording, said.view, said.sequence, said.time_origin, context, kept)


def encode_json(batch: Batch) -> bytes:
    """The batch as columnar JSON.

    >>> decode_json(encode_json(Batch.of(t=[0, 8], x=[1, None], y=[3, None], kind=["move", "hide"]))).n
    2
    """
    columns = {name: _values(name, a) for name, a in batch.columns.items() if name not in _NOT_ON_THE_WIRE}
    context = NamedContext(*msgspec.structs.astuple(batch.context))
    return _encoder.encode(
        Document(1, batch.recording, batch.view, batch.sequence, batch.time_origin, context, Columns(**columns))
    )


def _array(name: str, values: list[Any]) -> Array:
    about = SCHEMA[name]
    if about.kind == "number":
        return np.array(values, np.float64).astype(about.dtype)  # None becomes NaN
    if about.kind == "category":
        code = {word: i for i, word in enumerate(about.words)}
        return np.array([code.get(v, about.null) for v in values], about.dtype)
    whole = np.array([about.null if v is None else v for v in values], np.int64)
    if name in CLIPPED:
        whole = whole.clip(about.null, np.iinfo(about.dtype).max)
    return whole.astype(about.dtype)  # all others fit: the document's schema has their ranges


def _values(name: str, array: Array) -> list[Any]:
    about = SCHEMA[name]
    values = array.tolist()
    if about.kind == "number":
        return [None if isnan(v) else v for v in values]
    if about.kind == "category":
        return [None if v < 0 else about.words[v] for v in values]
    if about.kind == "bool":
        return [None if v < 0 else bool(v) for v in values]
    return [None if v == about.null else v for v in values]


def _all_null(name: str, array: Array) -> bool:
    about = SCHEMA[name]
    return bool(np.isnan(array).all() if about.kind == "number" else (array == about.null).all())
