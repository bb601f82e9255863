"""The figures of the gallery: each kind drawn from simulated visits when the site is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from simulated_shop import visits  # of examples/

from musculus.draw import draw
from musculus.draw.sheet import svg
from musculus.events import Events

WIDE: Final = {"page": "/shop", "width": 1280.0}
ONE: Final = "readers-2"
INCH: Final = 110  # px on the site


def _one(events: Events) -> Events:
    return events[events.recordings.index(ONE)]


def _group(events: Events, name: str) -> Events:
    return Events.concat([events[int(i)] for i in np.flatnonzero(events.context["group"] == name)])


# What stands in the page's comment -> kind, the recordings it is drawn of, and the options.
FIGURES: Final[dict[str, tuple[str, Callable[[Events], Events], dict[str, Any]]]] = {
    "path": ("path", _one, {}),
    "clicks": ("clicks", lambda e: e, WIDE),
    "clicks narrow": ("clicks", lambda e: e, {"page": "/shop", "width": 390.0}),
    "moves": ("moves", lambda e: e, WIDE),
    "dwell": ("dwell", lambda e: e, WIDE),
    "attention": ("attention", lambda e: e, WIDE),
    "scroll": ("scroll", lambda e: e, WIDE),
    "keys": ("keys", lambda e: e, {}),
    "difference": ("difference", lambda e: e, {**WIDE, "column": "group", "first": "readers", "second": "hunters"}),
    "halves": ("difference", lambda e: _group(e, "readers"), {**WIDE, "first": np.arange(30) % 4 < 2}),
    "timeline": ("timeline", _one, {}),
    "strokes": ("strokes", lambda e: _group(e, "readers"), {}),
}


def figure(name: str) -> str:
    """One figure as HTML that takes the page's colours."""
    kind, chosen, options = FIGURES[name]
    title = f"{kind} of simulated visits" + ("" if name == kind else f": {name.removeprefix(kind).strip()}")
    drawn = draw(kind, chosen(visits()), **options)
    wide = drawn.get_size_inches()[0] * INCH
    return f'<figure style="max-width: {wide:.0f}px">{svg(drawn, title)}</figure>\n'


GENERATED: Final[dict[str, Callable[[], str]]] = {
    f"figure {name}": (lambda name=name: figure(name)) for name in FIGURES  # type: ignore[misc]
}
