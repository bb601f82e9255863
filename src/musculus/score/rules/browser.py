"""Doubts about the browser's own bookkeeping: what events look like that were put in behind the device's back."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.events import Events
from musculus.score.rules.table import rule
from musculus.score.rules.visit import NEARLY_ALL, NOTHING, ROUNDED, Floats, Rows, Visit

FEW: Final = 8  # moves with a fraction, below which nothing is said of them
ASKED: Final = 500  # moves that are held against the scales
FRAME: Final = 20.0  # ms: moves that come faster were gathered once a frame
MANY: Final = 150  # moves in which a mouse faster than the screen shows
EARLY: Final = 0.75  # of the usual interval: so soon after the last that a device's samples would have met in one frame
SHARE: Final = 0.1  # of the intervals: a device as slow as the screen keeps its own beat and has none so short
LONG: Final = 60.0  # ms: longer intervals are rests
BEATS: Final = 0.2  # the share of intervals, the shortest, that are taken for one beat each
SHORTEST: Final = 4.0  # ms: faster devices share frames on any screen
WIRE: Final = 8.0  # the collector's frame rounds to 1/8 px
SCALES: Final = (1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4)  # of screens
ZOOMS: Final = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 4, 4 / 5, 9 / 10, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5)
NEAR: Final = 0.02  # px: what a browser's arithmetic may add


@rule("the button of a mouse was pressed with pressure 0, where browsers say 0.5", weight=0.8, aspect="pressure")
def press_without_pressure(visit: Visit) -> Rows:
    """Presses of a mouse whose pressure is 0. Pointer Events demands 0.5 of devices that feel none."""
    return visit.where(visit.known(visit.by_mouse(visit.rows("down")), "trusted"), "pressure", 0)


@rule("most moves stop between the screen's pixels, where no mouse can put them", weight=0.6, aspect="coordinates")
def fractional_moves(visit: Visit) -> Rows:
    """Moves of a mouse with fractions of pixels, where more than half of them have one.

    Asked where a screen pixel is a CSS pixel; where the ratio isn't known, only if the positions fit no scale of a
    screen and no zoom. A pinched page also gives fractions, so this is a doubt.
    """
    ratio = _ratio(visit.events)
    if np.isfinite(ratio) and ratio != 1:
        return NOTHING
    moves = visit.placed(visit.mouse_moves)
    x, y = visit.x[moves], visit.y[moves]
    fraction = (np.floor(x) != x) | (np.floor(y) != y)
    if "fractional" in visit.events:
        fraction |= visit.events.columns["fractional"][moves] == 1
    found: Rows = moves[fraction]
    if len(found) < FEW or len(found) <= len(moves) / 2:
        return NOTHING
    rows = found[:ASKED]
    if not np.isfinite(ratio) and _on_a_screen(np.concatenate([visit.x[rows], visit.y[rows]])):
        return NOTHING
    return found


def _ratio(events: Events) -> float:
    """CSS pixels to screen pixels as the browser said, NaN where it didn't."""
    if "device_pixel_ratio" not in events.context:
        return float("nan")
    said = events.context["device_pixel_ratio"][0]
    return float("nan") if said is None else float(said)


def _on_a_screen(places: Floats) -> bool:
    """Could whole pixels of some screen at some zoom be these places?  Also if the frame rounded them all."""
    if np.all(places * WIRE % 1 == 0):
        return True
    ratios = np.array([scale * zoom for scale in SCALES for zoom in ZOOMS])
    pixels = places[:, None] * ratios
    off = np.abs(pixels - np.round(pixels)) / ratios
    return bool((off < NEAR).all(axis=0).any())


@rule("a long fast movement never brought two samples in one frame, as mice do", weight=0.3, aspect="coalescing")
def never_coalesced(visit: Visit) -> Rows:
    """Moves of a mouse at the rate of frames, at least 150, none with a coalesced sample before it.

    Asked only where the browser tells of coalesced samples, and only where a tenth of the moves followed the one before
    after less than three quarters of the usual interval: what waits for each frame is as uneven as the page is busy,
    and a mouse as uneven would have put two samples into one frame. A mouse as slow as the screen keeps its own beat,
    and so does one of 125 Hz before a screen of 144 Hz: moved slowly, it sends after one, two or three of its periods.
    Remote desktops before fast screens break this as well.
    """
    moves, intervals = visit.told_moves, visit.told_intervals
    if len(moves) < MANY or (visit.events.columns["coalesced"][moves] == 1).any():
        return NOTHING
    usual = np.median(intervals)
    if usual > FRAME or not np.mean(intervals < EARLY * usual) >= SHARE or _own_beat(intervals[intervals <= LONG]):
        return NOTHING
    return moves


def _own_beat(ms: Floats) -> bool:
    """Are intervals multiples of one of 4 ms or more, within a ms or a tenth of it?  Then a device's beat it is."""
    beat = float(np.median(ms[ms <= np.quantile(ms, BEATS)]))
    if beat < SHORTEST:
        return False
    off = np.abs(ms - beat * np.maximum(np.round(ms / beat), 1))
    return bool(np.mean(off <= max(ROUNDED, beat / 10)) >= NEARLY_ALL)
