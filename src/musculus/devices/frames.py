"""Rows of many recordings put into frames: which are kept, and where a gap is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import PAUSE
from musculus.events import KIND, Events
from musculus.events.schema import SCHEMA

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FRAME: Final = 1000.0 / 60.0  # ms
GAP: Final = 2.5  # frames without a sample, after which the pointer is taken to have stood
MOVE: Final = KIND["move"]
STALE: Final = ("movement_x", "movement_y", "screen_x", "screen_y", "fractional", "coalesced")  # of the old device


def pointer_moves(events: Events) -> Bools:
    """Which rows are moves of the primary pointer with a finite time and position."""
    rows = (events.kind == MOVE) & np.isfinite(events.t) & np.isfinite(events.x) & np.isfinite(events.y)
    if "primary" in events:
        rows &= events.columns["primary"] != 0
    return np.asarray(rows)


def together(events: Events) -> Bools:
    """For each row whether the next one is of the same recording and page; (n_events,), False for the last."""
    page = events.columns["page"]
    same = np.zeros(events.n_events, bool)
    same[:-1] = page[1:] == page[:-1]
    ends = events.offsets[1:] - 1
    same[ends[np.diff(events.offsets) > 0]] = False
    return same


def monotone(events: Events) -> Floats:
    """Times by a running maximum within each recording, ms; what runs backwards stands still instead."""
    t = events.t
    back = np.flatnonzero(~(np.diff(t) >= 0)) + 1
    if not len(back):
        return t
    t = t.copy()
    for i in np.unique(np.searchsorted(events.offsets, back, side="right") - 1):
        rows = slice(int(events.offsets[i]), int(events.offsets[i + 1]))
        t[rows] = np.fmax.accumulate(t[rows])
    return t


def take(events: Events, rows: Ints, changed: dict[str, npt.NDArray[Any]]) -> Events:
    """The given rows (which may repeat, in the order of recordings), with some columns changed and stale ones gone."""
    columns = {k: changed[k] if k in changed else v[rows] for k, v in events.columns.items() if k not in STALE}
    columns |= {k: v for k, v in changed.items() if k not in columns}
    offsets = np.searchsorted(rows, events.offsets) if _rising(rows) else _offsets(events, rows)
    return replace(events, columns=columns, offsets=offsets.astype(np.int64))


def _rising(rows: Ints) -> bool:
    return bool((np.diff(rows) >= 0).all())


def _offsets(events: Events, rows: Ints) -> Ints:
    recording = np.searchsorted(events.offsets, rows, side="right") - 1
    return np.append(0, np.cumsum(np.bincount(recording, minlength=len(events))))


def moved(events: Events) -> Bools:
    """Which rows are not moves that stand where the pointer was: (n_events,). First rows and last rows count as moved.

    Where the pointer was is the row before, if that has a position; so what a page never sends is found.
    """
    x, y = events.x, events.y
    still = np.zeros(events.n_events, bool)
    still[1:] = (x[1:] == x[:-1]) & (y[1:] == y[:-1]) & together(events)[:-1]
    still &= pointer_moves(events)
    still[events.offsets[1:][np.diff(events.offsets) > 0] - 1] = False  # the end of a recording is when it ended
    return ~still


def hold(events: Events, frame: float = FRAME) -> Events:
    """A standing sample one frame before each move that comes more than 2.5 frames after the sample before it.

    A page sends nothing while the pointer stands, so a straight line over the gap would be a slow drift that nobody
    made. Rests of 500 ms and more end a stroke anyway and get none.
    """
    moves = pointer_moves(events)
    gap = np.diff(events.t)
    after = moves[1:] & moves[:-1] & together(events)[:-1] & (gap > GAP * frame) & (gap < PAUSE)
    after &= (events.x[1:] != events.x[:-1]) | (events.y[1:] != events.y[:-1])
    at = np.flatnonzero(after)
    rows = np.insert(np.arange(events.n_events), at + 1, at)
    new = at + 1 + np.arange(len(at))
    t = events.t[rows]
    t[new] = events.t[at + 1] - frame
    held = {k: v[rows] for k, v in events.columns.items()} | {"t": t}
    for name in ("coalesced", "movement_x", "movement_y"):
        if name in held:
            held[name][new] = SCHEMA[name].null
    before = np.append(0, np.cumsum(after))  # inserted ones before each row; none follows the last of a recording
    offsets = events.offsets + before[np.maximum(events.offsets - 1, 0)]
    return replace(events, columns=held, offsets=offsets.astype(np.int64))
