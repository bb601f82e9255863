"""Clicks and holds; scrolling and aiming at targets lie in files of their own.

A press is a `down` row of the primary pointer, or a `click` row where a recording has no `down` at all. What can
happen several times in a cut is a series, and its number stands beside its summaries.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.events import Events
from musculus.measures import aiming, scrolling
from musculus.measures.engine.landmarks import PRESS, landmarks
from musculus.measures.engine.once import once, once_per_events
from musculus.measures.engine.rows import count_inside, group, inside, no_series, presses_inside, seconds
from musculus.measures.paths import Paths
from musculus.measures.table import measure

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Series = tuple[Floats, Ints]
__all__ = ["aiming", "scrolling"]  # the rest of the category: importing them enters their measures
RAGE_MS: Final = 1000.0  # within which clicks of a run follow the run's first
RAGE_PX: Final = 30.0  # and how far from it
RAGE_CLICKS: Final = 3  # how many make a run


@once
def _holds(path: Paths) -> tuple[Ints, Ints]:
    pairs = landmarks(path.events).holds
    return inside(path, pairs.press, pairs.release)


@measure("performance", unit="1")
def clicks(path: Paths) -> Floats:
    """Clicks: presses of a button that got their release in the cut.

    Where a recording has no `down` rows its `click` rows are counted.
    """
    alone = count_inside(path, landmarks(path.events).clicks_alone)
    return (np.diff(_holds(path)[1]) + alone).astype(np.float64)


@measure("performance", unit="1/s")
def click_rate(path: Paths) -> Floats:
    """Clicks a second, from the first event of the cut to the last; NaN where no time passed."""
    return clicks(path) / seconds(path)


@measure("performance", unit="ms", summarise=True, view="own", count=True, kinds=("down",))
def hold_time(path: Paths) -> Series:
    """How long a button was held: from its press to its release, both in the cut.

    A second press before the release drops the first one, and a release without a press is dropped; both are
    counted as `unpaired_buttons`. No values where a recording has no `down` rows.
    """
    pairs, t = landmarks(path.events).holds, path.events.t
    take, offsets = _holds(path)
    held: Floats = t[pairs.release[take]] - t[pairs.press[take]]
    return held, offsets


@measure("performance", unit="1")
def unpaired_buttons(path: Paths) -> Floats:
    """Presses without their release and releases without their press.

    A press that is followed by another press of the same button, or still open at the end of the cut; a release
    that no press of its button came before.
    """
    marks = landmarks(path.events)
    return np.asarray(count_inside(path, marks.buttons) - 2 * np.diff(_holds(path)[1]), np.float64)


@measure("performance", unit="ms", summarise=True, view="own", count=True, kinds=PRESS)
def pause_before_click(path: Paths) -> Series:
    """From the last move before a press to the press: how long the pointer rested before the button went down.

    The move is looked up on the same page, in the cut or before it; NaN without one.
    """
    marks, (take, offsets) = landmarks(path.events), presses_inside(path)
    if not len(take):
        return no_series(path)
    t, move = path.events.t, marks.move_before_press[take]
    return np.where(move >= 0, t[marks.presses[take]] - t[move], np.nan), offsets


@once_per_events
def double_clicks(events: Events) -> tuple[Ints, Ints, Ints]:
    """Rows of all double clicks, and of the two presses before each."""
    marks = landmarks(events)
    doubles, presses = marks.of("dblclick"), marks.presses
    if not len(doubles):
        return doubles, doubles, doubles
    second = np.searchsorted(presses, doubles) - 1
    doubles, second = doubles[second >= 1], second[second >= 1]
    return doubles, presses[second - 1], presses[second]


@measure("performance", unit="ms", summarise=True, view="own", count=True, kinds=("dblclick",))
def double_click_interval(path: Paths) -> Series:
    """From press to press of a double click: for each `dblclick` row the two presses before it.

    None where one of them lies outside the cut, or the recording has no `dblclick` rows.
    """
    t = path.events.t
    doubles, first, second = double_clicks(path.events)
    take, offsets = inside(path, doubles, first)
    between: Floats = t[second[take]] - t[first[take]]
    return between, offsets


@measure("performance", unit="1", px=None, ms=None)
def rage_clicks(path: Paths, ms: float = RAGE_MS, px: float = RAGE_PX, least: int = RAGE_CLICKS) -> Floats:
    """Runs of 3 or more presses within 1,000 ms and 30 px of the run's first.

    `ms`, `px` and `least` set the thresholds. A press belongs to one run at most.
    """
    rows = landmarks(path.events).presses
    take, offsets = presses_inside(path)
    runs = np.zeros(len(path))
    if len(take) < least:
        return runs
    t, x, y = (v[rows[take]] for v in (path.events.t, path.events.x, path.events.y))
    owner = group(path, offsets)
    free = 0
    for i in _starts(t, x, y, owner, ms, px, least):
        if i < free:
            continue
        free = i + least
        while free < len(t) and owner[free] == owner[i] and _near(t, x, y, i, free, ms, px):
            free += 1
        runs[owner[i]] += 1
    return runs


def _starts(t: Floats, x: Floats, y: Floats, owner: Ints, ms: float, px: float, least: int) -> list[int]:
    """Presses that the next `least - 1` of the same cut are near enough to."""
    first = np.flatnonzero(t[least - 1 :] - t[: len(t) - least + 1] <= ms)
    for k in range(1, least):
        first = first[_near(t, x, y, first, first + k, ms, px) & (owner[first] == owner[first + k])]
    found: list[int] = first.tolist()
    return found


def _near(t: Floats, x: Floats, y: Floats, i: Any, j: Any, ms: float, px: float) -> Any:
    return (t[j] - t[i] <= ms) & (np.hypot(x[j] - x[i], y[j] - y[i]) <= px)


@once_per_events
def dead_presses(events: Events) -> tuple[Ints, Flags]:
    """Rows of the presses on nothing that answers; and which recordings name targets at all."""
    marks = landmarks(events)
    presses = marks.presses
    target = marks.column("target", presses)
    answering = np.isin(marks.with_target(presses, target), marks.with_target(marks.enters, marks.entered))
    listening = np.isin(marks.place(presses), marks.place(marks.enters))
    return presses[(target < 0) | (listening & ~answering)], marks.names_targets


@measure("performance", unit="1")
def dead_clicks(path: Paths) -> Floats:
    """Presses on nothing that answers.

    Their row names no target; or, on a page with `enter` rows (written for links, buttons, fields and whatever else
    the site names), a target that none of those rows has. NaN where no row of the recording names a target.
    """
    if "target" not in path.events:
        return np.full(len(path), np.nan)
    dead, told = dead_presses(path.events)
    return np.where(told[path.cuts.recording], count_inside(path, dead), np.nan)
