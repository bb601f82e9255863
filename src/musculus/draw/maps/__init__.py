"""The numbers of maps, apart from their pictures: plain arrays that figures, pages and JSON share."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from musculus.draw.maps.clicked import clicks as clicks
    from musculus.draw.maps.depth import scroll as scroll
    from musculus.draw.maps.elements import attention as attention
    from musculus.draw.maps.groups import difference as difference
    from musculus.draw.maps.heat import dwell as dwell
    from musculus.draw.maps.heat import moves as moves
    from musculus.draw.maps.keystrokes import keys as keys
    from musculus.draw.maps.layouts import choices as choices
    from musculus.draw.maps.layouts import layout as layout
    from musculus.draw.maps.time_lines import lines as lines

_HOMES: Final = {
    "attention": "elements", "choices": "layouts", "clicks": "clicked", "difference": "groups", "dwell": "heat",
    "keys": "keystrokes", "layout": "layouts", "lines": "time_lines", "moves": "heat", "scroll": "depth",
}  # fmt: skip
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
