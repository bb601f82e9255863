"""Doubts about the hand: presses, keys and turns of a wheel that software makes, a bot's or an assistive one.

Voice control, switches, dwell clicking, dictation and automatic scrolling are software, too: they put the pointer in
its place and press at once, as automation does. So these rules are one aspect: however many of them break, they never
call anybody a bot without a doubt of another kind.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.events import KEY_CLASSES, KIND, Events
from musculus.score.rules.rows import (
    Floats,
    Mask,
    Rows,
    by_mouse,
    by_touchpad,
    clock_step,
    holds,
    kinds,
    marked,
    nothing,
    presses,
)
from musculus.score.rules.table import rule

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


@rule("clicks were reached by a single jump of the pointer", weight=0.5, aspect=ASPECT)
def click_by_jump(events: Events) -> Mask:
    """Presses at least 50 px from the last one with one position between: three or more, and half of such presses."""
    return _where_moves_between(events, 1)


@rule("the pointer clicked in different places and never moved between them", weight=0.5, aspect=ASPECT)
def no_movement_between_clicks(events: Events) -> Mask:
    """Presses of a mouse at least 50 px from the last one without a move between: three or more, and half of them."""
    return _where_moves_between(events, 0)


def _where_moves_between(events: Events, n: int) -> Mask:
    """Far presses that came after so many new positions, if there are several and they are half of the far ones."""
    rows = presses(events)
    if len(rows) <= SEVERAL:
        return nothing(events)
    a, b = rows[:-1], rows[1:]
    far = (np.hypot(events.x[b] - events.x[a], events.y[b] - events.y[a]) >= FAR) & _undisturbed(events, a, b)
    found = b[far & (_new_places(events, a, b) == n)]
    several = len(found) >= SEVERAL and 2 * len(found) >= far.sum()
    return marked(events, found) if several else nothing(events)


def _undisturbed(events: Events, a: Rows, b: Rows) -> Mask:
    """Pairs of rows on one page that stayed in front between them."""
    page = events.columns["page"]
    left = kinds(events, "hide", "show", "blur")
    left[1:] |= page[1:] != page[:-1]
    seen = np.cumsum(left)
    found: Mask = seen[b] == seen[a]
    return found


def _new_places(events: Events, a: Rows, b: Rows) -> npt.NDArray[np.int64]:
    """How many new places the pointer's moves brought it to between each pair of rows."""
    at = np.flatnonzero(kinds(events, "move") | marked(events, np.r_[a, b]))
    new = np.zeros(events.n_events, np.int64)
    new[at[1:]] = (np.diff(events.x[at]) != 0) | (np.diff(events.y[at]) != 0)
    new[~kinds(events, "move")] = 0
    moved = np.cumsum(new)
    return moved[b] - moved[a]


@rule("the button was let go in less than 10 ms, again and again", weight=0.4, aspect=ASPECT)
def short_hold(events: Events) -> Mask:
    """Presses of a mouse, three or more, whose median hold is under 10 ms.

    Tapping on some touchpads does that, too: not asked where the page was scrolled by one.
    """
    rows, ms = holds(events)
    if len(rows) < SEVERAL or by_touchpad(events) or clock_step(events) > 2 * SHORT or np.median(ms) >= SHORT:
        return nothing(events)
    return marked(events, rows[ms < SHORT])


@rule("the button was held for the same time at each press", weight=0.5, aspect=ASPECT)
def constant_hold(events: Events) -> Mask:
    """Six holds or more of at least 10 ms whose standard deviation, the longest left out, is under 3 ms.

    Not asked of touchpads: a driver may hold each tap equally long.
    """
    rows, ms = holds(events)
    if by_touchpad(events):
        return nothing(events)
    return _steady(events, rows[ms >= SHORT], ms[ms >= SHORT])


@rule("the pointer waited for the same time before each press", weight=0.4, aspect=ASPECT)
def constant_pause(events: Events) -> Mask:
    """Six presses or more that came after the last change of place by times with a deviation under 3 ms."""
    rows = presses(events)
    place = kinds(events, "move") & by_mouse(events)
    moves = np.flatnonzero(place)
    last = np.searchsorted(moves, rows) - 1
    rows, last = rows[last >= 0], last[last >= 0]
    return _steady(events, rows, events.t[rows] - events.t[moves[last]]) if len(rows) else nothing(events)


def _steady(events: Events, rows: Rows, ms: Floats) -> Mask:
    if len(rows) < ENOUGH_PRESSES or clock_step(events) > FINE:
        return nothing(events)
    return marked(events, rows) if np.sort(ms)[:-1].std() < STEADY else nothing(events)


@rule("keys were let go in less than 5 ms, again and again", weight=0.4, aspect=ASPECT)
def short_keys(events: Events) -> Mask:
    """Keys that give a character, five or more, whose median hold is under 5 ms. Dictation does that, too."""
    rows, held = _keys(events)
    if len(rows) <= SEVERAL + 1 or clock_step(events) > FINE or np.median(held) >= QUICK_KEY:
        return nothing(events)
    return marked(events, rows[held < QUICK_KEY])


@rule("each key was held for the same time", weight=0.4, aspect=ASPECT)
def constant_keys(events: Events) -> Mask:
    """Ten keys or more that give a character, held for 5 ms or more; deviation, the longest left out, under 3 ms."""
    rows, held = _keys(events)
    rows, held = rows[held >= QUICK_KEY], held[held >= QUICK_KEY]
    return _steady(events, rows, held) if len(rows) >= MANY_KEYS else nothing(events)


def _keys(events: Events) -> tuple[Rows, Floats]:
    """Presses of keys that give a character and how long each was held, ms; a key's own repeats are no presses."""
    classes = events.column("key_class")
    silent = [KEY_CLASSES.index("modifier"), KEY_CLASSES.index("other")]
    named = kinds(events, "key_down", "key_up") & (classes >= 0) & ~np.isin(classes, silent)
    slot, down = events.column("slot"), kinds(events, "key_down") & (events.column("repeat") != 1)
    pressed: dict[int, int] = {}
    found = []
    for i in np.flatnonzero(named & (slot >= 0)).tolist():
        if down[i]:
            pressed[int(slot[i])] = i
        elif events.kind[i] == KIND["key_up"] and int(slot[i]) in pressed:
            found.append((pressed.pop(int(slot[i])), i))
    first, last = np.array(found, np.intp).reshape(-1, 2).T
    return first, events.t[last] - events.t[first]


@rule("the wheel turned at intervals without variance", weight=0.3, aspect=ASPECT)
def steady_wheel(events: Events) -> Mask:
    """Turns of the wheel, nine or more in a row, whose intervals of 20 to 500 ms vary by less than 2 %.

    Not asked of touchpads, whose glide comes once a frame, however slow the frames are.
    """
    turns = np.flatnonzero(kinds(events, "wheel"))
    ms = np.diff(events.t[turns])
    ms, rows = ms[(ms > FRAME) & (ms < REST)], turns[1:][(ms > FRAME) & (ms < REST)]
    if len(ms) < ENOUGH_TURNS or clock_step(events) > FINE or by_touchpad(events) or ms.std() >= SPREAD * ms.mean():
        return nothing(events)
    return marked(events, rows)
