"""What a frame's columns are: their bits in the mask, their ranges on the wire, their scale and sentinels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from musculus.events import KEY_CLASSES, KINDS, POINTERS

TICKS_PER_MS: Final = 10  # times travel in 0.1 ms
UNITS_PER_PX: Final = 8  # lengths travel in 1/8 px

ESCAPE: Final = -32768  # in a delta column: the next number of the escape list stands here
MISSING: Final = -32767  # in a delta column: no position; the running sum stays where it was

MAX_BYTES: Final = 1 << 20
MAX_JSON_BYTES: Final = 1 << 19  # a number costs more as text; this much takes 10 ms at worst
MAX_EVENTS: Final = 65_535  # a 16-bit count
MAX_TICKS: Final = 10**13  # since the time origin: 31 years
MAX_ORIGIN: Final = 10**14  # in ticks since 1970: the year 2286
MAX_UNITS: Final = 1 << 28  # 33,554,432 px, the largest length a browser lays out

# Bit i of `flags` is FLAGS[i]; bits 5 and 6 hold the source; the same bit of `nulls` says that it isn't known.
# `fractional` stands in its bit only where it is not what the rounded x and y show: that is rare, so runs are long.
FLAGS: Final = ("fractional", "trusted", "coalesced", "primary", "fixed")
SOURCE_SHIFT: Final = len(FLAGS)
NOTHING_KNOWN: Final = (1 << (SOURCE_SHIFT + 1)) - 1

_INT32: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Field:
    """One run column: its bit in the mask, the integers it may hold beside null, how many of them make one unit."""

    bit: int
    name: str
    low: int
    high: int
    scale: int = 1


def _lengths(*names: str, limit: int = MAX_UNITS) -> list[tuple[str, int, int, int]]:
    return [(name, -limit, limit, UNITS_PER_PX) for name in names]


FIELDS: Final = tuple(
    Field(bit, name, low, high, scale)
    for bit, (name, low, high, scale) in enumerate(
        [
            ("kind", 0, len(KINDS) - 1, 1),
            ("flags", 0, 127, 1),
            ("nulls", 0, NOTHING_KNOWN, 1),
            ("pointer_id", -_INT32, _INT32, 1),
            ("pointer", 0, len(POINTERS) - 1, 1),
            ("button", -_INT32, _INT32, 1),  # what a script makes up is clipped to the schema's int8
            ("buttons", 0, 255, 1),
            *_lengths("movement_x", "movement_y", limit=3 * MAX_UNITS),  # less the step of x, y
            *_lengths("screen_x", "screen_y", limit=2 * MAX_UNITS),  # less x, y
            *_lengths("scroll_x", "scroll_y", "dx", "dy"),
            ("slot", 0, 32_767, 1),
            ("key_class", 0, len(KEY_CLASSES) - 1, 1),
            ("repeat", 0, 1, 1),
            ("target", 0, MAX_EVENTS, 1),
            *_lengths("left", "top", "width", "height"),
            ("pressure", -MAX_UNITS, MAX_UNITS, MAX_UNITS),
            ("detail", -_INT32, _INT32, 1),  # clipped to int16
        ]
    )
)
FIELD: Final = {field.name: field for field in FIELDS}
CLIPPED: Final = ("button", "detail")  # a script may make up any number; the schema's type has an edge
WIDTHS: Final[dict[int, np.dtype[Any]]] = {1: np.dtype("i1"), 2: np.dtype("<i2"), 4: np.dtype("<i4")}
