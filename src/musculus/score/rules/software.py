"""Doubts about the hand: presses, keys and turns of a wheel that software makes, a bot's or an assistive one.

Voice control, switches, dwell clicking, dictation and automatic scrolling are software, too: they put the pointer in
its place and press at once, as automation does. So these rules are one aspect: however many of them break, they never
call anybody a bot without a doubt of another kind.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.events import KEY_CLASSES, KIND
from musculus.score.rules.table import rule
from musculus.score.rules.visit import NOTHING, Bools, Floats, Rows, Visit

ASPECT: Final = "software"
SEVERAL: Final = 3
FAR: Final = 50.0  # px between clicks on different targets
SHORT: Final = 10.0  # ms: no finger lets a button go so fast
ENOUGH_PRESSES: Final = 6
STEADY: Final = 3.0  # ms of standard deviation; people's holds and pauses spread over tens
FINE: Final = 5.0  # ms: a clock with longer steps hides the spread
QUICK_KEY: Final = 5.0  # ms
MANY_KEYS: Final = 10
FRAME: Final = 20.0  # ms: turns of a touchpad come once a frame
REST: Final = 500.0  # ms
ENOUGH_TURNS: Final = 8
SPREAD: Final = 0.02  # of the mean interval
SILENT: Final = [KEY_CLASSES.index("modifier"), KEY_CLASSES.index("other")]  # keys that give no character


@rule("clicks were reached by a single jump of the pointer", weight=0.5, aspect=ASPECT)
def click_by_jump(visit: Visit) -> Rows:
    """Presses at least 50 px from the last one with one position between: three or more, and half of such presses."""
    return _where_moves_between(visit, 1)


@rule("the pointer clicked in different places and never moved between them", weight=0.5, aspect=ASPECT)
def no_movement_between_clicks(visit: Visit) -> Rows:
    """Presses of a mouse at least 50 px from the last one without a move between: three or more, and half of them."""
    return _where_moves_between(visit, 0)


def _where_moves_between(visit: Visit, n: int) -> Rows:
    """Far presses that came after so many new positions, if there are several and they are half of the far ones."""
    if len(visit.presses) <= SEVERAL:
        return NOTHING
    far, places = visit.shared("far presses", _far_presses)
    found: Rows = far[places == n]
    return found if len(found) >= SEVERAL and 2 * len(found) >= len(far) else NOTHING


def _far_presses(visit: Visit) -> tuple[Rows, npt.NDArray[np.int64]]:
    """Presses far from the one before, and how many new places the pointer came to on the way."""
    rows = visit.presses
    a, b = rows[:-1], rows[1:]
    far = (np.hypot(visit.x[b] - visit.x[a], visit.y[b] - visit.y[a]) >= FAR) & _undisturbed(visit, a, b)
    return b[far], _new_places(visit, rows)[far] if far.any() else np.zeros(0, np.int64)


def _undisturbed(visit: Visit, a: Rows, b: Rows) -> Bools:
    """Pairs of rows on one page that stayed in front between them."""
    turned = np.flatnonzero(visit.page[1:] != visit.page[:-1]) + 1
    left = np.union1d(visit.any_of("hide", "show", "blur"), turned)
    return np.asarray(np.searchsorted(left, a, "right") == np.searchsorted(left, b, "right"))


def _new_places(visit: Visit, rows: Rows) -> npt.NDArray[np.int64]:
    """How many new places the pointer's moves brought it to between each of the rows and the next."""
    asked = visit.kind == KIND["move"]
    asked[rows] = True
    at = np.flatnonzero(asked)
    x, y = visit.x[at], visit.y[at]
    new = np.append(False, (x[1:] != x[:-1]) | (y[1:] != y[:-1]))
    moved = np.cumsum(new & (visit.kind[at] == KIND["move"]))
    return np.diff(moved[np.searchsorted(at, rows)])


@rule("the button was let go in less than 10 ms, again and again", weight=0.4, aspect=ASPECT)
def short_hold(visit: Visit) -> Rows:
    """Presses of a mouse, three or more, whose median hold is under 10 ms.

    Tapping on some touchpads does that, too: not asked where the page was scrolled by one.
    """
    rows, ms = visit.holds
    if len(rows) < SEVERAL or np.median(ms) >= SHORT or visit.by_touchpad or visit.clock_step > 2 * SHORT:
        return NOTHING
    return rows[ms < SHORT]


@rule("the button was held for the same time at each press", weight=0.5, aspect=ASPECT)
def constant_hold(visit: Visit) -> Rows:
    """Six holds or more of at least 10 ms whose standard deviation, the longest left out, is under 3 ms.

    Not asked of touchpads: a driver may hold each tap equally long.
    """
    rows, ms = visit.holds
    if visit.by_touchpad:
        return NOTHING
    return _steady(visit, rows[ms >= SHORT], ms[ms >= SHORT])


@rule("the pointer waited for the same time before each press", weight=0.4, aspect=ASPECT)
def constant_pause(visit: Visit) -> Rows:
    """Six presses or more that came after the last change of place by times with a deviation under 3 ms."""
    rows, moves = visit.presses, visit.mouse_moves
    last = np.searchsorted(moves, rows) - 1
    rows, last = rows[last >= 0], last[last >= 0]
    return _steady(visit, rows, visit.t[rows] - visit.t[moves[last]])


def _steady(visit: Visit, rows: Rows, ms: Floats) -> Rows:
    if len(rows) < ENOUGH_PRESSES or not np.sort(ms)[:-1].std() < STEADY or visit.clock_step > FINE:
        return NOTHING
    return rows


@rule("keys were let go in less than 5 ms, again and again", weight=0.4, aspect=ASPECT)
def short_keys(visit: Visit) -> Rows:
    """Keys that give a character, five or more, whose median hold is under 5 ms. Dictation does that, too."""
    rows, held = _keys(visit)
    if len(rows) <= SEVERAL + 1 or np.median(held) >= QUICK_KEY or visit.clock_step > FINE:
        return NOTHING
    return rows[held < QUICK_KEY]


@rule("each key was held for the same time", weight=0.4, aspect=ASPECT)
def constant_keys(visit: Visit) -> Rows:
    """Ten keys or more that give a character, held for 5 ms or more; deviation, the longest left out, under 3 ms."""
    rows, held = _keys(visit)
    rows, held = rows[held >= QUICK_KEY], held[held >= QUICK_KEY]
    return _steady(visit, rows, held) if len(rows) >= MANY_KEYS else NOTHING


def _keys(visit: Visit) -> tuple[Rows, Floats]:
    """Presses of keys that give a character and how long each was held, ms; a key's own repeats are no presses.

    A press and a release belong together where no other press or release of their slot stands between.
    """
    rows = visit.known(visit.any_of("key_down", "key_up"), "key_class", "slot")
    if not len(rows):
        return NOTHING, np.zeros(0)
    rows = rows[~np.isin(visit.events.columns["key_class"][rows], SILENT)]
    down = visit.kind[rows] == KIND["key_down"]
    once = ~down | (visit.events.column("repeat")[rows] != 1)
    rows, down = rows[once], down[once]
    slot = visit.events.columns["slot"][rows]
    order = np.argsort(slot, kind="stable")
    rows, down, slot = rows[order], down[order], slot[order]
    pair = np.flatnonzero(down[:-1] & ~down[1:] & (slot[:-1] == slot[1:]))
    pair = pair[np.argsort(rows[pair])]
    return rows[pair], visit.t[rows[pair + 1]] - visit.t[rows[pair]]


@rule("the wheel turned at intervals without variance", weight=0.3, aspect=ASPECT)
def steady_wheel(visit: Visit) -> Rows:
    """Turns of the wheel, nine or more in a row, whose intervals of 20 to 500 ms vary by less than 2 %.

    Not asked of touchpads, whose glide comes once a frame, however slow the frames are.
    """
    turns = visit.rows("wheel")
    ms = np.diff(visit.t[turns])
    ms, rows = ms[(ms > FRAME) & (ms < REST)], turns[1:][(ms > FRAME) & (ms < REST)]
    if len(ms) < ENOUGH_TURNS or ms.std() >= SPREAD * ms.mean() or visit.clock_step > FINE or visit.by_touchpad:
        return NOTHING
    return rows
