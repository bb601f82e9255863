"""Doubts about the browser's own bookkeeping: what events look like that were put in behind the device's back."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.events import Events
from musculus.score.rules.rows import NEARLY_ALL, ROUNDED, Floats, Mask, by_mouse, kinds, nothing, tells_of_frames
from musculus.score.rules.table import rule

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
def press_without_pressure(events: Events) -> Mask:
    """Presses of a mouse whose pressure is 0. Pointer Events demands 0.5 of devices that feel none."""
    none = (events.column("pressure") == 0) & (events.column("trusted") >= 0)
    found: Mask = kinds(events, "down") & by_mouse(events) & none
    return found


@rule("most moves stop between the screen's pixels, where no mouse can put them", weight=0.6, aspect="coordinates")
def fractional_moves(events: Events) -> Mask:
    """Moves of a mouse with fractions of pixels, where more than half of them have one.

    Asked where a screen pixel is a CSS pixel; where the ratio isn't known, only if the positions fit no scale of a
    screen and no zoom. A pinched page also gives fractions, so this is a doubt.
    """
    moves = kinds(events, "move") & by_mouse(events) & np.isfinite(events.x) & np.isfinite(events.y)
    fraction = (events.x % 1 != 0) | (events.y % 1 != 0) | (events.column("fractional") == 1)
    found: Mask = moves & fraction
    ratio = _ratio(events)
    if found.sum() < FEW or found.sum() <= moves.sum() / 2 or (np.isfinite(ratio) and ratio != 1):
        return nothing(events)
    rows = np.flatnonzero(found)[:ASKED]
    places = np.concatenate([events.x[rows], events.y[rows]])
    if not np.isfinite(ratio) and _on_a_screen(places):
        return nothing(events)
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
def never_coalesced(events: Events) -> Mask:
    """Moves of a mouse at the rate of frames, at least 150, none with a coalesced sample before it.

    Asked only where the browser tells of coalesced samples, and only where a tenth of the moves followed the one before
    after less than three quarters of the usual interval: what waits for each frame is as uneven as the page is busy,
    and a mouse as uneven would have put two samples into one frame. A mouse as slow as the screen keeps its own beat,
    and so does one of 125 Hz before a screen of 144 Hz: moved slowly, it sends after one, two or three of its periods.
    Remote desktops before fast screens break this as well.
    """
    moves = np.flatnonzero(kinds(events, "move") & by_mouse(events) & tells_of_frames(events))
    if len(moves) < MANY or (events.column("coalesced")[moves] == 1).any():
        return nothing(events)
    intervals = np.diff(events.t[moves])
    usual = np.median(intervals)
    uneven = np.mean(intervals < EARLY * usual) >= SHARE and not _own_beat(intervals[intervals <= LONG])
    if not (usual <= FRAME and uneven):
        return nothing(events)
    mask = nothing(events)
    mask[moves] = True
    return mask


def _own_beat(ms: Floats) -> bool:
    """Are intervals multiples of one of 4 ms or more, within a ms or a tenth of it?  Then a device's beat it is."""
    beat = float(np.median(ms[ms <= np.quantile(ms, BEATS)]))
    if beat < SHORTEST:
        return False
    off = np.abs(ms - beat * np.maximum(np.round(ms / beat), 1))
    return bool(np.mean(off <= max(ROUNDED, beat / 10)) >= NEARLY_ALL)
