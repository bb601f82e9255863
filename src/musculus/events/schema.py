"""The columns of an events table: names, types, nulls, and the words their categories may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

KINDS: Final = (
    "move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel", "scroll", "key_down", "key_up",
    "enter", "leave", "stimulus", "task", "show", "hide", "focus", "blur", "resize",
)  # fmt: skip
SOURCES: Final = ("pointer", "mouse", "key", "page")
KEY_CLASSES: Final = (
    "letter", "digit", "space", "enter", "backspace", "delete", "tab", "arrow", "modifier", "function", "other",
)  # fmt: skip
POINTERS: Final = ("mouse", "touch", "pen")

KIND: Final = {name: code for code, name in enumerate(KINDS)}
NO_ID: Final = -(2**31)  # pointer ids may be -1 for events a script made


@dataclass(frozen=True)
class Column:
    """One column: how it is held in memory and what stands for a missing value.

    `kind` is one of `number` (NaN when missing), `integer`, `bool` (-1, 0, 1), `category` (index into `words`,
    -1 when missing) and `text` (index into the table's own list of strings, -1 when missing).
    """

    name: str
    kind: str
    dtype: npt.DTypeLike
    null: Any
    unit: str = ""
    words: tuple[str, ...] = ()
    required: bool = False


def _number(name: str, dtype: npt.DTypeLike, unit: str, required: bool = False) -> Column:
    return Column(name, "number", dtype, np.nan, unit, required=required)


def _flag(name: str) -> Column:
    return Column(name, "bool", np.int8, -1)


def _words(name: str, words: tuple[str, ...], required: bool = False) -> Column:
    return Column(name, "category", np.int8, -1, words=words, required=required)


SCHEMA: Final[dict[str, Column]] = {
    c.name: c
    for c in (
        _number("t", np.float64, "ms", required=True),
        _words("kind", KINDS, required=True),
        _words("source", SOURCES),
        Column("pointer_id", "integer", np.int32, NO_ID),
        _flag("primary"),
        _number("x", np.float64, "px", required=True),
        _number("y", np.float64, "px", required=True),
        _flag("fractional"),
        _number("movement_x", np.float32, "px"),
        _number("movement_y", np.float32, "px"),
        Column("button", "integer", np.int8, -1),
        Column("buttons", "integer", np.int16, -1),
        Column("page", "integer", np.int32, 0),
        _number("scroll_x", np.float32, "px"),
        _number("scroll_y", np.float32, "px"),
        _flag("fixed"),
        Column("slot", "integer", np.int16, -1),
        _number("dx", np.float32, "px"),
        _number("dy", np.float32, "px"),
        Column("target", "text", np.int32, -1),
        _number("left", np.float32, "px"),
        _number("top", np.float32, "px"),
        _number("width", np.float32, "px"),
        _number("height", np.float32, "px"),
        _words("key_class", KEY_CLASSES),
        _flag("repeat"),
        _flag("trusted"),
        _flag("coalesced"),
        _number("pressure", np.float32, "1"),
        Column("detail", "integer", np.int16, -1),
        _words("pointer", POINTERS),
        _number("screen_x", np.float32, "px"),
        _number("screen_y", np.float32, "px"),
    )
}
REQUIRED: Final = ("recording", *(c.name for c in SCHEMA.values() if c.required))
ALWAYS: Final = ("t", "kind", "x", "y", "button", "page")  # held even where a file leaves them out
PAGE_CONTEXT: Final = ("address", "viewport_width", "viewport_height", "document_width", "document_height")
