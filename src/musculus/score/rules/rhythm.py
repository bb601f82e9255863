"""Doubts about the clock: intervals that a program's timer has, and no hand."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.score.rules.table import rule
from musculus.score.rules.visit import NOTHING, Floats, Rows, Visit

SLOW: Final = 20.0  # ms: intervals below this are a frame's or a mouse's own
LONG: Final = 500.0  # ms: intervals above this are rests
THIRTY: Final = (31.0, 36.0)  # ms: a page that is drawn 30 times a second
ENOUGH: Final = 30
ASKED: Final = 500  # intervals looked at, the last ones
SHARE: Final = 0.8
NEAR: Final = 2.0  # ms off the grid
FINE: Final = 5.0  # ms: with a coarser clock everything lies on a grid
COARSEST: Final = 100.0  # ms: the clock of browsers that hide the time


@rule("moves came on a grid of time that is slower than the screen", weight=0.3, aspect="clock")
def time_grid(visit: Visit) -> Rows:
    """Moves whose intervals over 20 ms are multiples of one step, to 2 ms: 30 intervals or more, and 80 % of them.

    Not asked of a clock with steps over 5 ms, nor of a page drawn 30 times a second, nor where the browser doesn't tell
    of samples that it gathered in a frame: a machine too slow for its screen draws on a grid, too, and shows by many
    samples a frame where they are told.
    """
    ms = visit.told_intervals
    slow = (ms > SLOW) & (ms < LONG)
    if slow.sum() < ENOUGH or 2 * slow.sum() < (ms > FINE).sum() or _is_coarse(visit.clock_step):
        return NOTHING
    step = _step(ms[slow][-ASKED:])
    off = np.abs(ms[slow] - step * np.round(ms[slow] / step))
    if THIRTY[0] <= step <= THIRTY[1] or (off <= NEAR).mean() < SHARE:
        return NOTHING
    return visit.told_moves[1:][slow][off <= NEAR]


def _is_coarse(step: float) -> bool:
    """Does the browser's clock itself make the grid?  Some tell the time in steps of a frame, or of 100 ms."""
    return FINE < step < SLOW or abs(step - COARSEST) <= NEAR


def _step(ms: Floats) -> float:
    """The interval that most others are within 2 ms of."""
    near = np.abs(ms[:, None] - ms) <= NEAR
    at = int(near.sum(axis=1).argmax())
    return float(ms[near[at]].mean())
