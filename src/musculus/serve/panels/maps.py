"""Where visitors click, move, stay and look on each page, over an outline of its elements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.exceptions import HTTPException

from musculus.errors import MusculusError
from musculus.serve.panels.recordings import newest_events
from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER = "Maps", 2
KINDS: Final = {
    "clicks": "Clicks by where they fell in their element; those on nothing are crosses.",
    "moves": "Recorded moves in each cell; a fast mouse makes more of them on the same way.",
    "dwell": "Seconds the pointer was in each cell: time, not samples.",
    "attention": "Seconds a visit that the pointer was in each element; who never came counts as 0.",
    "scroll": "Share of page views that saw each depth of the page.",
    "keys": "How long keys were held, and the time from release to next press, by class of key; never which key.",
    "difference": "Where bots and people spend their shares of time differently; a permutation test over visits.",
}
VERDICTS: Final = ("human", "bot", "unsure")


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """`numbers` of the map `kind`, the `places` there are maps of, or `nothing` in words where there is none."""
    kind, verdict = query.get("kind") or "clicks", query.get("verdict") or ""
    if kind not in KINDS:
        raise HTTPException(400, f"kind is one of {', '.join(KINDS)}")
    if verdict and verdict not in VERDICTS:
        raise HTTPException(400, f"verdict is one of {', '.join(VERDICTS)}")
    page, width = query.get("page") or None, _width(query.get("width"))
    said = await app.worker.ask("panel", site, panel="maps", kind=kind, verdict=verdict, page=page, width=width)
    return {"kinds": KINDS, "kind": kind, "verdict": verdict, **msgspec.json.decode(said)}


def _width(text: str | None) -> float | None:
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) < 100_000:
        raise HTTPException(400, f"width is a window's width in px, not {text[:40]!r}")
    return float(text)


def read(store: Store, site: str, asked: dict[str, Any]) -> dict[str, Any]:
    """In the worker: the map over the newest recordings."""
    from musculus.draw import maps

    kind = asked["kind"]
    events = newest_events(store, site, {} if kind == "difference" else asked)
    if events is None:
        return {"numbers": None, "nothing": "no visits yet", "places": []}
    places = [_place(*choice) for choice in maps.choices(events)]
    where = {"page": asked["page"], "width": asked["width"]}
    try:
        if kind == "keys":
            found = maps.keys(events).numbers(events)
        elif kind == "difference":
            found = maps.difference(events, "bot", "human", column="verdict", of="dwell", **where).numbers(events)
        else:
            found = getattr(maps, kind)(events, **where).numbers(events)
    except MusculusError as error:
        return {"numbers": None, "nothing": str(error), "places": places}
    return {"numbers": found, "nothing": None, "places": places}


def _place(address: str, which: int, views: int) -> dict[str, Any]:
    """A page at a class of window widths, with a width of that class to ask for."""
    from musculus.draw.maps.widths import EDGES, said

    width = int(EDGES[which]) + 1 if which >= 0 else None
    return {"page": address, "words": said(which), "views": views, "width": width}
