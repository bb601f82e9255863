"""Figures: paths, maps, time lines, measures; matplotlib is imported when one is drawn.

Each function takes events and gives matplotlib axes, the given `ax` or those of a new figure. The numbers of maps,
without a picture, are in `musculus.draw.maps`.

>>> from musculus import draw
>>> from musculus.bots import generate
>>> ax = draw.path(generate("minimum_jerk", 3, 0))
>>> ax.get_figure().savefig("path.png")  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from musculus.draw.pages import attention as attention
    from musculus.draw.pages import clicks as clicks
    from musculus.draw.pages import difference as difference
    from musculus.draw.pages import dwell as dwell
    from musculus.draw.pages import moves as moves
    from musculus.draw.pages import scroll as scroll
    from musculus.draw.recorded import keys as keys
    from musculus.draw.recorded import path as path
    from musculus.draw.recorded import strokes as strokes
    from musculus.draw.recorded import timeline as timeline
    from musculus.draw.sheet import draw as draw

_HOMES: Final = {
    **dict.fromkeys(("attention", "clicks", "difference", "dwell", "moves", "scroll"), "pages"),
    **dict.fromkeys(("keys", "path", "strokes", "timeline"), "recorded"),
    "draw": "sheet",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(_HOMES)}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
