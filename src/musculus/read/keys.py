"""What sort of key a browser's key name is: the class is kept, the name never."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MODIFIERS: Final = frozenset({"Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Fn", "NumLock"})
NAMED: Final = {" ": "space", "Enter": "enter", "Backspace": "backspace", "Delete": "delete", "Tab": "tab"}


def key_class(key: str) -> str:
    """The contract's class of a key by its name in the browser (`KeyboardEvent.key`).

    >>> [key_class(k) for k in ("é", "7", "ArrowUp", "Shift", "F11", "Escape")]
    ['letter', 'digit', 'arrow', 'modifier', 'function', 'other']
    """
    if key in NAMED:
        return NAMED[key]
    if key in MODIFIERS:
        return "modifier"
    if len(key) == 1:
        category = unicodedata.category(key)
        return "letter" if category.startswith("L") else "digit" if category == "Nd" else "other"
    if key.startswith("Arrow"):
        return "arrow"
    return "function" if re.fullmatch(r"F\d+", key) else "other"
