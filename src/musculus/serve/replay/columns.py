"""A recording as one binary file of columns of fixed width: what the page's player draws, 32 bytes an event.

Eight bytes `musculus`, a little-endian uint32 with the length of the header, the header (JSON, padded with spaces),
then the columns one after the other, each at a multiple of 8 bytes from the end of the header.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.cut import cut, position_rows
from musculus.events import KIND, KINDS, Events
from musculus.events.schema import KEY_CLASSES
from musculus.measures import MEASURES, Paths

Array = npt.NDArray[Any]
Ints = npt.NDArray[np.int64]
MAGIC: Final = b"musculus"
SERIES: Final = ("velocity", "acceleration", "jerk", "curvature")
TICKS: Final = 10  # of the clock in a millisecond
BOXED: Final = ("down", "click")
BOXES: Final = 2000  # elements drawn at most
SIZES: Final = 5000  # of the window, told at most


def replay_file(events: Events) -> bytes:
    """The file of one recording.

    Columns, each of shape (n_events,): `t` uint32 in tenths of a millisecond, `x`, `y` float32 px, the measures of
    `SERIES` as float32 in their units (NaN where a row is no sample of them), `kind` uint8, `page` uint16, `key` and
    `trusted` int8 (-1: none, not known).
    """
    columns: dict[str, Array] = {
        "t": np.clip(np.round(events.t * TICKS), 0, 2**32 - 1).astype("<u4"),
        "x": events.x.astype("<f4"),
        "y": events.y.astype("<f4"),
        **{name: values.astype("<f4") for name, values in series(events).items()},
        "page": np.clip(events.columns["page"], 0, 65535).astype("<u2"),
        "kind": events.kind.astype("u1"),
        "key": events.column("key_class").astype("i1"),
        "trusted": events.column("trusted").astype("i1"),
    }
    header = {
        "recording": events.recordings[0],
        "events": events.n_events,
        "kinds": KINDS,
        "keys": KEY_CLASSES,
        "units": {name: MEASURES[name].unit for name in SERIES},
        "pages": _pages(events),
        "sizes": _sizes(events),
        "boxes": _boxes(events),
        "columns": [[name, values.dtype.str] for name, values in columns.items()],
    }
    said = msgspec.json.encode(header)
    said += b" " * (-(len(MAGIC) + 4 + len(said)) % 8)
    parts = [MAGIC, len(said).to_bytes(4, "little"), said]
    parts += [content + b"\0" * (-len(content) % 8) for content in (v.tobytes() for v in columns.values())]
    return b"".join(parts)


def series(events: Events) -> dict[str, npt.NDArray[np.float64]]:
    """Speed, its derivatives and the curvature beside the rows they belong to, NaN elsewhere; over whole page views.

    >>> e = Events.of(t=[0, 10, 20, 30], x=[0, 3, 6, 6], y=[0, 4, 8, 8])
    >>> series(e)["velocity"]
    array([ nan, 500., 500.,   0.])
    """
    found = {name: np.full(events.n_events, np.nan) for name in SERIES}
    paths = Paths(events, cut(events, "page"))
    timed, walked = _time_rows(events), _path_rows(events)
    for name in SERIES:
        m = MEASURES[name]
        values: Any = m.function(paths)
        if m.view == "path":  # a turning angle is that at the point before
            found[name][walked[:-1]] = values[1:]
        else:
            found[name][timed] = values
    return found


def _placed(events: Events) -> Ints:
    return np.flatnonzero(position_rows(events) & np.isfinite(events.t + events.x + events.y))


def _time_rows(events: Events) -> Ints:
    """The row of each sample of the time view: the last one at each distinct time of a page view."""
    found = []
    for c in _by_page(events):
        t = np.maximum.accumulate(events.t[c])
        found.append(c[np.append(t[1:] > t[:-1], True)[: len(c)]])
    return np.concatenate([np.zeros(0, np.int64), *found])


def _path_rows(events: Events) -> Ints:
    """The row of each point of the path view: positions that differ from the one before, by page view."""
    found = []
    for c in _by_page(events):
        moved = (np.diff(events.x[c]) != 0) | (np.diff(events.y[c]) != 0)
        found.append(c[np.append(True, moved)[: len(c)]])
    return np.concatenate([np.zeros(0, np.int64), *found])


def _by_page(events: Events) -> list[Ints]:
    cuts, rows = cut(events, "page"), _placed(events)
    first, last = np.searchsorted(rows, cuts.start), np.searchsorted(rows, cuts.end)
    return [rows[a:b] for a, b in zip(first, last, strict=True)]


def _sizes(events: Events) -> list[list[float]]:
    """Row, width and height of the window wherever it is told, px."""
    rows = np.flatnonzero(np.isin(events.kind, [KIND["show"], KIND["resize"]]))
    width, height = events.column("width")[rows], events.column("height")[rows]
    told = (width > 0) & (height > 0)
    found = np.column_stack([rows[told], width[told], height[told]]).tolist()
    return [[int(row), *size] for row, *size in found[:SIZES]]


def _pages(events: Events) -> list[dict[str, Any]]:
    """The page views; a window that was resized is as large as it ever was."""
    p = events.pages
    page = events.columns["page"]
    largest: dict[int, tuple[float, float]] = {}
    for row, width, height in _sizes(events):
        wide, high = largest.get(int(page[int(row)]), (0.0, 0.0))
        largest[int(page[int(row)])] = max(wide, width), max(high, height)
    return [
        {
            "page": int(p["page"][i]),
            "address": str(p["address"][i]),
            "width": max(float(p["viewport_width"][i]), largest.get(int(p["page"][i]), (0.0, 0.0))[0]),
            "height": max(float(p["viewport_height"][i]), largest.get(int(p["page"][i]), (0.0, 0.0))[1]),
            "lost": int(p["lost"][i]),
            "missing": int(p["missing"][i]),
        }
        for i in range(len(p.get("page", ())))
    ]


def _boxes(events: Events) -> list[list[Any]]:
    """Row, left, top, width, height and selector of the elements that were pressed, as they stood in the window."""
    rows = np.flatnonzero(np.isin(events.kind, [KIND[name] for name in BOXED]))
    sides = [events.column(name) for name in ("left", "top", "width", "height")]
    target = events.column("target")
    known = rows[np.isfinite(sides[0][rows]) & np.isfinite(sides[2][rows])][:BOXES]
    names = events.targets
    return [
        [int(row), *(float(side[row]) for side in sides), names[target[row]] if target[row] >= 0 else ""]
        for row in known
    ]
