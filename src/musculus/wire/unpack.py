"""The columns of a frame in the names, types and units of `musculus.events.SCHEMA`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import FrameError
from musculus.events import SCHEMA
from musculus.wire.batch import Array
from musculus.wire.body import Body, Column, Floats, Runs, Track, read_run, read_track
from musculus.wire.fields import (
    CLIPPED,
    FIELD,
    FIELDS,
    FLAGS,
    MAX_TICKS,
    MAX_UNITS,
    SOURCE_SHIFT,
    TICKS_PER_MS,
    UNITS_PER_PX,
)

_MOVEMENT: Final = ("movement_x", "movement_y")


def read_columns(body: Body, mask: int, n_targets: int) -> dict[str, Array]:
    """All columns under the names, in the types and units of `musculus.events.SCHEMA`.

    `mask` says which run columns follow, `n_targets` how many selectors the context lists.
    """
    if mask >> len(FIELDS):
        raise FrameError(f"frame has a column {mask.bit_length() - 1}, this server knows 0 to {len(FIELDS) - 1}")
    t = read_track(body, "t", MAX_TICKS)
    x, y = (read_track(body, name, MAX_UNITS) for name in "xy")
    given = {field.name: read_run(body, field, n_targets) for field in FIELDS if mask >> field.bit & 1}
    if body.at != body.end:
        raise FrameError(f"frame has {body.end - body.at} bytes after its last column")
    if t.missing is not None:
        raise FrameError(f"event {int(t.missing.argmax())} has no time")
    kind = given.pop("kind", None)
    if body.n and (kind is None or (isinstance(kind, Runs) and kind.null is not None)):
        raise FrameError("frame holds an event without a kind")
    columns: dict[str, Array] = {"t": t.sums / TICKS_PER_MS, "kind": _column("kind", kind or 0, body.n, None)}
    for name, track in (("x", x), ("y", y)):
        columns[name] = track.sums / UNITS_PER_PX
        if track.missing is not None:
            columns[name][track.missing] = np.nan
    at_x, at_y = _placed(x), _placed(y)
    columns |= _flags(given.pop("flags", None), given.pop("nulls", None), at_x, at_y)
    from_what = {"movement_x": x.steps, "movement_y": y.steps, "screen_x": at_x, "screen_y": at_y}
    for name, column in given.items():
        if column is not None:
            values = _column(name, column, body.n, from_what.get(name))
            if name not in CLIPPED or (values != SCHEMA[name].null).any():  # all below the edge: no value at all
                columns[name] = values
    return columns


def _placed(track: Track) -> Floats:
    return track.sums if track.missing is None else np.where(track.missing, 0.0, track.sums)


def _flags(flags: Column, nulls: Column, x: Floats, y: Floats) -> dict[str, Array]:
    """The yes-or-no columns and the source, from their bits; what is null throughout is left out."""
    if flags is None and nulls is None:
        return {}
    bits: Any
    unknown: Any
    bits, unknown = (c.wide(c.values) if isinstance(c, Runs) and c.null is None else c for c in (flags, nulls))
    if bits is None or unknown is None or isinstance(bits, Runs) or isinstance(unknown, Runs):
        raise FrameError("frame has events whose flags are null; column 'nulls' says which of them aren't known")
    always, ever = unknown, unknown
    if isinstance(nulls, Runs):
        always, ever = np.bitwise_and.reduce(nulls.values), np.bitwise_or.reduce(nulls.values)
    columns: dict[str, Array] = {}
    for shift, name in (*enumerate(FLAGS), (SOURCE_SHIFT, "source")):
        if always >> shift & 1:
            continue
        value = bits >> shift & (3 if shift == SOURCE_SHIFT else 1)
        columns[name] = np.full(len(x), value, np.int8) if isinstance(value, int) else value.astype(np.int8)
        if name == "fractional":
            columns[name] ^= eighths(x, y)
        if ever >> shift & 1:
            columns[name][(unknown >> shift & 1).astype(bool)] = -1
    return columns


def eighths(x: Floats, y: Floats) -> npt.NDArray[np.bool_]:
    """Where rounded positions in wire units still show a fraction of a pixel."""
    both: npt.NDArray[np.int64] = x.astype(np.int64) | y.astype(np.int64)
    odd: npt.NDArray[np.bool_] = both & 7 != 0
    return odd


def _column(name: str, column: Runs | int, n: int, origin: Floats | None) -> Array:
    """The column in the schema's type and unit, shape (n,); `origin` is added to it in wire units."""
    about = SCHEMA[name]
    scale = FIELD[name].scale
    if origin is not None:
        values = origin + (column if isinstance(column, int) else column.wide(column.known_as(np.float64, np.nan)))
        if name in _MOVEMENT and (np.abs(values) > MAX_UNITS).any():
            raise FrameError(f"column {name!r} goes beyond {MAX_UNITS} units")
        return (values / scale).astype(np.float32)
    top = np.iinfo(about.dtype).max if name in CLIPPED else None
    if isinstance(column, int):
        value = column if top is None else max(about.null, min(column, top))
        return np.full(n, value / scale if about.kind == "number" else value, about.dtype)
    if top is not None:
        column = column._replace(values=np.clip(column.values.astype(np.int32), about.null, top))
    values = column.known_as(about.dtype, about.null)
    return column.wide(values / np.float32(scale) if about.kind == "number" else values)
