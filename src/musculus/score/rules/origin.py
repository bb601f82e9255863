"""Impossible events: what no mouse, finger or key makes a browser send. One of them settles a verdict."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.events import KEY_CLASSES, SOURCES, Events
from musculus.score.rules.rows import Mask, is_live, kinds, since, whole, without_device
from musculus.score.rules.table import rule

REACTION: Final = 100.0  # ms within which a page's own script answers a real click with one of its making
RELEASE: Final = 1000.0  # ms: a click follows the release of its press at once; touch screens once took 300


@rule("an event was made by a script: the browser marks it as untrusted, no input device was touched")
def untrusted(events: Events) -> Mask:
    """Pointer, mouse and key events with `isTrusted` false.

    Left out: a click that answers a real click or key within 100 ms (pages do that: a button opens a file picker with
    `input.click()`), and keys without a class (password managers announce what they have filled in).
    """
    made = events.column("trusted") == 0
    pointing = kinds(events, "move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel")
    keys = kinds(events, "key_down", "key_up") & (events.column("key_class") >= 0)
    keys &= events.column("key_class") != KEY_CLASSES.index("other")
    real = (events.column("trusted") == 1) & kinds(events, "click", "up", "key_down", "key_up")
    answer = kinds(events, "click") & (since(events, real) <= REACTION)
    found: Mask = made & (pointing | keys) & ~answer
    return found


@rule("a click has no place: it came with the coordinates 0, 0 that element.click() gives")
def click_without_coordinates(events: Events) -> Mask:
    """Clicks at exactly 0, 0, or nowhere, that no key, no assistive software and no press in that corner made."""
    corner = (events.x == 0) & (events.y == 0)
    nowhere = corner | np.isnan(events.x) | np.isnan(events.y)
    pressed_there = since(events, corner & kinds(events, "up")) <= RELEASE
    found: Mask = kinds(events, "click") & is_live(events) & nowhere & ~without_device(events) & ~pressed_there
    return found


@rule("a click came without a press: no button went down and up before it")
def click_without_press(events: Events) -> Mask:
    """Clicks that count presses (`detail` of at least 1) where no button moved in the second before.

    Not asked of pages with lost events, nor of recordings that hold no presses at all because their source has none.
    """
    pressed = kinds(events, "down", "up")
    counted = kinds(events, "click") & (events.column("detail") >= 1) & whole(events)
    found: Mask = counted & (since(events, pressed) > RELEASE)
    return found


@rule("a mouse event came without the pointer event that browsers send before it")
def mouse_without_pointer(events: Events) -> Mask:
    """Presses, releases and moves seen only as mouse events, in a browser that has pointer events."""
    source = events.column("source")
    has_pointer_events = bool((source == SOURCES.index("pointer")).any())
    only_mouse = (source == SOURCES.index("mouse")) & kinds(events, "move", "down", "up") & whole(events)
    found: Mask = only_mouse & (has_pointer_events | (events.column("trusted") == 0))
    return found
