"""The numbers of maps, apart from their pictures: plain arrays that figures, pages and JSON share."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from musculus.draw.maps.attention import attention as attention
    from musculus.draw.maps.clicks import clicks as clicks
    from musculus.draw.maps.difference import difference as difference
    from musculus.draw.maps.heat import dwell as dwell
    from musculus.draw.maps.heat import moves as moves
    from musculus.draw.maps.keys import keys as keys
    from musculus.draw.maps.layout import choices as choices
    from musculus.draw.maps.layout import layout as layout
    from musculus.draw.maps.lines import lines as lines
    from musculus.draw.maps.scroll import scroll as scroll

_HOMES: Final = {
    "attention": "attention", "choices": "layout", "clicks": "clicks", "difference": "difference", "dwell": "heat",
    "keys": "keys", "layout": "layout", "lines": "lines", "moves": "heat", "scroll": "scroll",
}  # fmt: skip
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOMES)}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found  # a function wins over the file of its name, which the import has just put here
    return found
