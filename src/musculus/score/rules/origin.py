"""Impossible events: what no mouse, finger or key makes a browser send. One of them settles a verdict."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.events import KEY_CLASSES, KIND, SOURCES
from musculus.score.rules.table import rule
from musculus.score.rules.visit import NOTHING, Rows, Visit

REACTION: Final = 100.0  # ms within which a page's own script answers a real click with one of its making
RELEASE: Final = 1000.0  # ms: a click follows the release of its press at once; touch screens once took 300
OTHER: Final = KEY_CLASSES.index("other")
POINTER, MOUSE = SOURCES.index("pointer"), SOURCES.index("mouse")


def _codes(*kinds: str) -> frozenset[int]:
    return frozenset(KIND[name] for name in kinds)


POINTING: Final = _codes("move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel")
KEYS: Final = _codes("key_down", "key_up")
DRAWN: Final = _codes("move", "down", "up")


def _of(visit: Visit, rows: Rows, codes: frozenset[int]) -> Rows:
    return rows[np.isin(visit.kind[rows], list(codes))]


@rule("an event was made by a script: the browser marks it as untrusted, no input device was touched")
def untrusted(visit: Visit) -> Rows:
    """Pointer, mouse and key events with `isTrusted` false.

    Left out: a click that answers a real click or key within 100 ms (pages do that: a button opens a file picker with
    `input.click()`), and keys without a class (password managers announce what they have filled in).
    """
    if "trusted" not in visit.events:
        return NOTHING
    made = np.flatnonzero(visit.events.columns["trusted"] == 0)
    if not len(made):
        return NOTHING
    keys = visit.known(_of(visit, made, KEYS), "key_class")
    keys = keys[visit.events.column("key_class")[keys] != OTHER]
    found = np.union1d(_of(visit, made, POINTING), keys)
    clicks = found[visit.kind[found] == KIND["click"]]
    real = visit.where(visit.any_of("click", "up", "key_down", "key_up"), "trusted", 1)
    answers = clicks[visit.since(clicks, real) <= REACTION]
    return np.setdiff1d(found, answers, assume_unique=True)


@rule("a click has no place: it came with the coordinates 0, 0 that element.click() gives")
def click_without_coordinates(visit: Visit) -> Rows:
    """Clicks at exactly 0, 0, or nowhere, that no key, no assistive software and no press in that corner made."""
    clicks = visit.known(visit.rows("click"), "trusted", "detail")
    x, y = visit.x[clicks], visit.y[clicks]
    clicks = clicks[((x == 0) & (y == 0)) | np.isnan(x) | np.isnan(y)]
    clicks = np.setdiff1d(clicks, visit.without_device(clicks), assume_unique=True)
    if not len(clicks):
        return NOTHING
    let_go = visit.rows("up")
    let_go = let_go[(visit.x[let_go] == 0) & (visit.y[let_go] == 0)]
    return clicks[~(visit.since(clicks, let_go) <= RELEASE)]


@rule("a click came without a press: no button went down and up before it")
def click_without_press(visit: Visit) -> Rows:
    """Clicks that count presses (`detail` of at least 1) where no button moved in the second before.

    Not asked of pages with lost events, nor of recordings that hold no presses at all because their source has none.
    """
    counted = visit.whole(visit.known(visit.rows("click"), "detail", least=1))
    if not len(counted):
        return NOTHING
    return counted[visit.since(counted, visit.any_of("down", "up")) > RELEASE]


@rule("a mouse event came without the pointer event that browsers send before it")
def mouse_without_pointer(visit: Visit) -> Rows:
    """Presses, releases and moves seen only as mouse events, in a browser that has pointer events."""
    if "source" not in visit.events:
        return NOTHING
    source = visit.events.columns["source"]
    only_mouse = visit.whole(_of(visit, np.flatnonzero(source == MOUSE), DRAWN))
    if not len(only_mouse) or (source == POINTER).any():
        return only_mouse
    return visit.where(only_mouse, "trusted", 0)
