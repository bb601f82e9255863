"""A batch as the bytes of a binary frame: the mirror of `unpack.py`, and of the collector's `frame.ts` byte by byte."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import Final

import msgspec
import numpy as np

from musculus.errors import FrameError
from musculus.events import SCHEMA
from musculus.wire.batch import Array, Batch, Context
from musculus.wire.body import Floats
from musculus.wire.fields import (
    ESCAPE,
    FIELDS,
    FLAGS,
    MAX_BYTES,
    MAX_EVENTS,
    MAX_ORIGIN,
    MAX_TICKS,
    MAX_UNITS,
    MISSING,
    NOTHING_KNOWN,
    SOURCE_SHIFT,
    TICKS_PER_MS,
    UNITS_PER_PX,
    WIDTHS,
    Field,
)
from musculus.wire.frame import CRC, HEADER, MAGIC, VERSION, read_context
from musculus.wire.unpack import eighths

_LARGEST_STEP: Final = -MISSING - 1
_NULL: Final = -(2**31)  # as the collector holds it, before a width is chosen

_json = msgspec.json.Encoder()


def encode(batch: Batch) -> bytes:
    """The batch as a binary frame; times round to 0.1 ms and lengths to 1/8 px, halves upwards.

    FrameError where the batch can't be one: too many events, a value outside its column's range, no time.

    >>> batch = Batch.of(t=[0.0, 8.3, 16.7], x=[10, 12, 15.5], y=[7, 7, 8])
    >>> len(encode(batch)) - len(encode(Batch.of(t=[0.0], x=[10], y=[7])))  # two more moves
    18
    """
    columns = batch.columns
    if batch.n > MAX_EVENTS:
        raise FrameError(f"batch has {batch.n} events, a frame holds {MAX_EVENTS}; split it")
    if (columns["kind"] < 0).any():
        raise FrameError(f"event {int((columns['kind'] < 0).argmax())} has no kind")
    if "target" in columns and columns["target"].max(initial=-1) >= len(batch.targets):
        raise FrameError(f"batch points to target {columns['target'].max()}, its context lists {len(batch.targets)}")
    t = _rounded(columns["t"], TICKS_PER_MS, "t", MAX_TICKS)
    x, y = (_rounded(columns[name], UNITS_PER_PX, name, MAX_UNITS) for name in "xy")
    if np.isnan(t).any():
        raise FrameError(f"event {int(np.isnan(t).argmax())} has no time")
    pieces = [_deltas(t)[0]]
    steps = {}
    for name, track in (("x", x), ("y", y)):
        piece, steps[f"movement_{name}"] = _deltas(track)
        pieces.append(piece)
        steps[f"screen_{name}"] = np.nan_to_num(track)
    mask = 0
    for field, values in _integers(batch, steps):
        mask |= 1 << field.bit
        pieces.append(_run_column(values))
    return _sealed(batch, mask, b"".join(pieces))


def _rounded(values: Array, scale: int, name: str, limit: float) -> Floats:
    wire = np.floor(values.astype(np.float64) * scale + 0.5)  # as JavaScript's Math.round
    with np.errstate(invalid="ignore"):
        if (np.abs(wire) > limit).any():
            raise FrameError(f"column {name!r} holds {values[np.abs(wire) > limit][0]}, too large for a frame")
    return wire


def _deltas(track: Floats) -> tuple[bytes, Floats]:
    """A delta column's bytes, and its steps with 0 where there is no position, or none before."""
    known = ~np.isnan(track)
    steps = np.zeros(len(track))
    steps[known] = np.diff(track[known], prepend=0.0)
    far = np.abs(steps) > _LARGEST_STEP
    words = np.where(known, np.where(far, ESCAPE, steps), MISSING).astype("<i2")
    data = words.tobytes() + steps[far].astype("<i8").tobytes()
    steps[track == steps] = 0.0  # a step from 0 is no movement: the first position is one
    return data, steps


def _integers(batch: Batch, steps: dict[str, Floats]) -> Iterator[tuple[Field, Array]]:
    """Every run column the batch has a value of, as int64 with `_NULL` for null, lowest bit first."""
    flags, nulls = _flag_bits(batch, eighths(steps["screen_x"], steps["screen_y"]))
    for field in FIELDS:
        if field.name in ("flags", "nulls"):
            values = flags if field.name == "flags" else nulls
        elif field.name in batch.columns:
            values = _wire_integers(batch.columns[field.name], field, steps.get(field.name))
        else:
            continue
        known = values[values != _NULL]
        if not len(known):
            continue
        if known.min() < field.low or known.max() > field.high:
            raise FrameError(f"column {field.name!r} goes from {known.min()} to {known.max()} in wire units, "
                             f"a frame holds {field.low} to {field.high}")  # fmt: skip
        yield field, values


def _wire_integers(column: Array, field: Field, origin: Floats | None) -> Array:
    about = SCHEMA[field.name]
    if about.kind != "number":
        return np.where(column == about.null, _NULL, column.astype(np.int64))
    null = np.isnan(column)
    wire = np.floor(np.where(null, 0, column.astype(np.float64)) * field.scale + 0.5)
    far = np.abs(wire) > (2 if field.name.startswith("screen") else 1) * MAX_UNITS
    if far.any():  # also what is infinite
        raise FrameError(f"column {field.name!r} holds {column[far][0]}, too large for a frame")
    if origin is not None:
        wire -= origin
    return np.where(null, _NULL, wire).astype(np.int64)


def _flag_bits(batch: Batch, shown: Array) -> tuple[Array, Array]:
    """The columns `flags` and `nulls`, shape (n,)."""
    flags, nulls = np.zeros(batch.n, np.int64), np.full(batch.n, NOTHING_KNOWN, np.int64)
    for shift, name in (*enumerate(FLAGS), (SOURCE_SHIFT, "source")):
        if name in batch.columns:
            values = batch.columns[name].astype(np.int64)
            known = values >= 0
            if name == "fractional":
                values = values ^ shown
            flags |= np.where(known, values, 0) << shift
            nulls ^= known.astype(np.int64) << shift
    return flags, nulls


def _run_column(values: Array) -> bytes:
    known = values[values != _NULL]
    width = next(w for w in WIDTHS if known.min() > -1 << (8 * w - 1) and known.max() < 1 << (8 * w - 1))
    starts = np.flatnonzero(np.diff(values, prepend=values[0] - 1))
    n, r = len(values), len(starts)
    dense = r * (2 + width) >= n * width
    kept = values if dense else values[starts]
    numbers = np.where(kept == _NULL, -1 << (8 * width - 1), kept).astype(WIDTHS[width])
    runs = n if dense else r
    head = bytes((width, runs & 255, runs >> 8))
    return head + (b"" if dense else starts.astype("<u2").tobytes()) + numbers.tobytes()


def _sealed(batch: Batch, mask: int, body: bytes) -> bytes:
    context: bytes = _json.encode(_whole(batch.context))
    read_context(context)  # a Context made by hand has not been checked
    size = HEADER.size + len(context) + len(body) + CRC.size
    if size > MAX_BYTES or len(context) > 65_535:
        raise FrameError(f"batch makes a frame of {size} bytes with a context of {len(context)}; split it")
    if not 0 <= batch.time_origin * TICKS_PER_MS <= MAX_ORIGIN:  # also NaN
        raise FrameError(f"batch's time origin is {batch.time_origin!r}, expected ms since 1970")
    header = HEADER.pack(
        MAGIC, VERSION, 0, batch.n, size, _sequence(batch), _id(batch.recording, 16), _id(batch.view, 8),
        math.floor(batch.time_origin * TICKS_PER_MS + 0.5), mask, len(context), 0,
    )  # fmt: skip
    frame: bytes = header + context + body
    return frame + CRC.pack(zlib.crc32(frame))


def _id(digits: str, size: int) -> bytes:
    if len(digits) != 2 * size or not set(digits) <= set("0123456789abcdef"):
        raise FrameError(f"id is {digits!r}, expected {2 * size} lower-case hexadecimal digits")
    return bytes.fromhex(digits)


def _sequence(batch: Batch) -> int:
    if not 0 <= batch.sequence < 2**32:
        raise FrameError(f"batch's sequence is {batch.sequence}, expected 0 to 2^32 - 1")
    return batch.sequence


def _whole(context: Context) -> Context:
    """The context with 1280.0 written as 1280, as the collector writes it."""

    def whole(value: float) -> float:
        return int(value) if value == value // 1 else value

    def pair(values: tuple[float, float]) -> tuple[float, float]:
        return whole(values[0]), whole(values[1])

    return msgspec.structs.replace(
        context,
        viewport=pair(context.viewport),
        document=pair(context.document),
        screen=pair(context.screen),
        device_pixel_ratio=whole(context.device_pixel_ratio),
        scroll=pair(context.scroll),
    )
