"""The columns of a frame's body as arrays: views of the bytes, checked before they are read, no loop over events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import FrameError
from musculus.events import SCHEMA
from musculus.wire.batch import Array
from musculus.wire.fields import (
    ESCAPE,
    FIELD,
    FIELDS,
    FLAGS,
    MAX_TICKS,
    MAX_UNITS,
    MISSING,
    SOURCE_SHIFT,
    TICKS_PER_MS,
    UNITS_PER_PX,
    WIDTHS,
    Field,
)

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_INT16: Final = np.dtype("<i2")
_UINT16: Final = np.dtype("<u2")
_INT64: Final = np.dtype("<i8")
_MOVEMENT: Final = ("movement_x", "movement_y")
_CLIPPED: Final = ("button", "detail")
_ALL: Final = np.empty(0, np.intp)  # lengths of a single run: nobody needs them
_STEP_LIMIT: Final = 1 << 44  # above every lawful step; sums that stay below it are exact in a float64


class Track(NamedTuple):
    """One delta column in wire units, each of shape (n,): the sums, the steps (0 where missing), what is missing."""

    sums: Floats
    steps: Floats
    missing: Mask | None


class Runs(NamedTuple):
    """One run column: its values, which of them are null (None: none), how long each holds (None: one an event)."""

    values: Array
    null: Mask | None
    lengths: Array | None

    def known(self) -> Array:
        """The values that aren't null."""
        return self.values if self.null is None else self.values[~self.null]

    def wide(self, values: Array) -> Array:
        """`values`, one a run, as one an event."""
        return values if self.lengths is None else values.repeat(self.lengths)


Column = Runs | int | None  # one number for all events is common, and cheaper as such; None: null throughout


@dataclass(slots=True)
class Body:
    """A frame's bytes from offset `at` to `end`, read from the front; `n` events are expected."""

    data: bytes
    at: int
    end: int
    n: int

    def take(self, dtype: np.dtype[Any], count: int, what: str) -> Array:
        """The next `count` numbers, as a view; FrameError where fewer are left."""
        size = dtype.itemsize * count
        if size > self.end - self.at:
            raise FrameError(f"frame ends inside {what}: it needs {size} bytes, {self.end - self.at} are left")
        view = np.frombuffer(self.data, dtype, count, self.at)
        self.at += size
        return view

    def head(self, what: str) -> tuple[int, int]:
        """The three bytes a run column begins with: width and number of runs."""
        if self.end - self.at < 3:
            raise FrameError(f"frame ends before {what}")
        width, low, high = self.data[self.at : self.at + 3]
        self.at += 3
        return width, low | high << 8


def read_columns(body: Body, mask: int, n_targets: int) -> dict[str, Array]:
    """All columns under the names, in the types and units of `musculus.events.SCHEMA`.

    `mask` says which run columns follow, `n_targets` how many selectors the context lists.
    """
    if mask >> len(FIELDS):
        raise FrameError(f"frame has a column {mask.bit_length() - 1}, this server knows 0 to {len(FIELDS) - 1}")
    t = _track(body, "t", MAX_TICKS)
    x, y = (_track(body, name, MAX_UNITS) for name in "xy")
    given = {field.name: _read(body, field, n_targets) for field in FIELDS if mask >> field.bit & 1}
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
    columns |= _flags(given.pop("flags", None), given.pop("nulls", None), body.n)
    from_what = {"movement_x": x.steps, "movement_y": y.steps, "screen_x": _placed(x), "screen_y": _placed(y)}
    for name, column in given.items():
        if column is not None:
            columns[name] = _column(name, column, body.n, from_what.get(name))
    return columns


def _track(body: Body, name: str, limit: int) -> Track:
    raw = body.take(_INT16, body.n, f"column {name!r}")
    steps = raw.astype(np.float64)
    missing = None
    if len(raw) and raw.min() <= MISSING:
        escaped = np.flatnonzero(raw == ESCAPE)
        far = body.take(_INT64, len(escaped), f"the escapes of column {name!r}")
        if (far > _STEP_LIMIT).any() or (far < -_STEP_LIMIT).any():
            raise FrameError(f"an escape of column {name!r} is beyond 2^44 units")
        steps[escaped] = far
        missing = raw == MISSING
        if missing.any():
            steps[missing] = 0.0
        else:
            missing = None
    sums = steps.cumsum()
    if len(sums) and (sums.min() < -limit or sums.max() > limit):
        raise FrameError(f"column {name!r} leaves the range of {-limit} to {limit} units")
    return Track(sums, steps, missing)


def _placed(track: Track) -> Floats:
    return track.sums if track.missing is None else np.where(track.missing, 0.0, track.sums)


def _read(body: Body, field: Field, n_targets: int) -> Column:
    """One run column, its numbers within their range."""
    what = f"column {field.name!r}"
    width, count = body.head(what)
    if width not in WIDTHS:
        raise FrameError(f"{what} has integers of {width} bytes, expected 1, 2 or 4")
    if count > body.n or (body.n and not count):
        raise FrameError(f"{what} has {count} runs for {body.n} events")
    lengths = _lengths(body.take(_UINT16, count, what), body.n, what) if count < body.n else None
    values = body.take(WIDTHS[width], count, what)
    nothing = -1 << (8 * width - 1)
    if count == 1:
        low = high = int(values[0])
        if low == nothing:
            return None
        column: Column = low
    else:
        null: Mask = values == nothing
        column = Runs(values, null if null.any() else None, lengths)
        known = column.known()
        if not len(known):
            return None
        low, high = int(known.min()), int(known.max())
    top = field.high if field.name != "target" else n_targets - 1
    if low < field.low or high > top:
        raise FrameError(f"{what} holds {low if low < field.low else high}, expected {field.low} to {top}")
    return column


def _lengths(starts: Array, n: int, what: str) -> Array:
    if len(starts) == 1 and not starts[0]:
        return _ALL
    edges = np.empty(len(starts) + 1, np.intp)
    edges[:-1], edges[-1] = starts, n
    lengths: Array = edges[1:] - edges[:-1]
    if edges[0] or lengths.min() <= 0:
        raise FrameError(f"{what}: its runs don't begin at 0 and rise within {n} events")
    return lengths


def _flags(flags: Column, nulls: Column, n: int) -> dict[str, Array]:
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
        columns[name] = np.full(n, value, np.int8) if isinstance(value, int) else value.astype(np.int8)
        if ever >> shift & 1:
            columns[name][(unknown >> shift & 1).astype(bool)] = -1
    return columns


def _column(name: str, column: Runs | int, n: int, origin: Floats | None) -> Array:
    """The column in the schema's type and unit, shape (n,); `origin` is added to it in wire units."""
    about = SCHEMA[name]
    values = np.array([column]) if isinstance(column, int) else column.values
    if origin is not None:
        values = values.astype(np.float64)
    elif about.kind == "number":
        values = values.astype(about.dtype) / np.float32(FIELD[name].scale)
    else:
        if name in _CLIPPED:
            values = np.clip(values, about.null, np.iinfo(about.dtype).max)
        values = values.astype(about.dtype)
    if isinstance(column, Runs):
        if column.null is not None:
            values[column.null] = about.null
        values = column.wide(values)
    if origin is not None:
        values = values + origin
        if name in _MOVEMENT and (np.abs(values) > MAX_UNITS).any():
            raise FrameError(f"column {name!r} goes beyond {MAX_UNITS} units")
        return (values / UNITS_PER_PX).astype(np.float32)
    return np.full(n, values[0]) if isinstance(column, int) else values
