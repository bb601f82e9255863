"""A frame's bytes as numbers: checked before they are read, no loop over events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import FrameError
from musculus.wire.batch import Array
from musculus.wire.fields import ESCAPE, MISSING, WIDTHS, Field

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_INT16: Final = np.dtype("<i2")
_UINT16: Final = np.dtype("<u2")
_INT64: Final = np.dtype("<i8")
_ALL: Final = np.empty(0, np.intp)  # lengths of a single run: nobody needs them
_STEP_LIMIT: Final = 1 << 44  # above every lawful step; sums that stay below it are exact in a float64


class Track(NamedTuple):
    """One delta column in wire units, each of shape (n,): sums, steps (0 where missing or from 0), what is missing."""

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

    def known_as(self, dtype: npt.DTypeLike, null: Any) -> Array:
        """The values in another type, with `null` where they are null."""
        values = self.values.astype(dtype)
        if self.null is not None:
            values[self.null] = null
        return values

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

    def integer(self, width: int, what: str) -> int | None:
        """The next signed integer, None where it is the one that stands for null."""
        if width > self.end - self.at:
            raise FrameError(f"frame ends inside {what}: it needs {width} bytes, {self.end - self.at} are left")
        value = int.from_bytes(self.data[self.at : self.at + width], "little", signed=True)
        self.at += width
        return None if value == -1 << (8 * width - 1) else value

    def head(self, what: str) -> tuple[int, int]:
        """The three bytes a run column begins with: width and number of runs."""
        if self.end - self.at < 3:
            raise FrameError(f"frame ends before {what}")
        width, low, high = self.data[self.at : self.at + 3]
        self.at += 3
        return width, low | high << 8


def read_track(body: Body, name: str, limit: int) -> Track:
    """One delta column, no sum of it beyond `limit`."""
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
    steps[sums == steps] = 0.0  # a step from 0 is no movement: the first position is one
    if len(sums) and (sums.min() < -limit or sums.max() > limit):
        raise FrameError(f"column {name!r} leaves the range of {-limit} to {limit} units")
    return Track(sums, steps, missing)


def read_run(body: Body, field: Field, n_targets: int) -> Column:
    """One run column, its numbers within their range."""
    what = f"column {field.name!r}"
    width, count = body.head(what)
    if width not in WIDTHS:
        raise FrameError(f"{what} has integers of {width} bytes, expected 1, 2 or 4")
    if count > body.n or (body.n and not count):
        raise FrameError(f"{what} has {count} runs for {body.n} events")
    lengths = _lengths(body, count, what) if count < body.n else None
    top = field.high if field.name != "target" else n_targets - 1
    if count == 1:
        value = body.integer(width, what)
        return value if value is None else _within(value, value, field.low, top, what, value)
    values = body.take(WIDTHS[width], count, what)
    null: Mask = values == -1 << (8 * width - 1)
    runs = Runs(values, null if null.any() else None, lengths)
    known = runs.known()
    return _within(int(known.min()), int(known.max()), field.low, top, what, runs) if len(known) else None


def _within(least: int, most: int, low: int, high: int, what: str, column: Column) -> Column:
    """The column, whose numbers go from `least` to `most`; FrameError where that leaves `low` to `high`."""
    if least < low or most > high:
        raise FrameError(f"{what} holds {least if least < low else most}, expected {low} to {high}")
    return column


def _lengths(body: Body, count: int, what: str) -> Array:
    """How long each of `count` runs is, from where they begin."""
    if count == 1 and body.data[body.at : body.at + 2] == b"\0\0":
        body.at += 2
        return _ALL
    edges = np.empty(count + 1, np.intp)
    edges[:-1], edges[-1] = body.take(_UINT16, count, what), body.n
    lengths: Array = edges[1:] - edges[:-1]
    if edges[0] or lengths.min() <= 0:
        raise FrameError(f"{what}: its runs don't begin at 0 and rise within {body.n} events")
    return lengths
