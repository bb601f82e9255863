"""Rules about what a browser never does by itself: events that no mouse, finger or key can have made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.events import KEY_CLASSES, KIND, SOURCES, Events

Mask = npt.NDArray[np.bool_]
Test = Callable[[Events], Mask]

CERTAIN: Final = 1.0
REACTION: Final = 100.0  # ms within which a page's own script answers a real click with one of its making
RELEASE: Final = 1000.0  # ms: a click follows the release of its press at once; touch screens once took 300


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a recording breaks: how often, and between which rows of its events (`first` to `last`, inclusive).

    `weight` is 1 where one such event settles it, less where it only casts doubt.
    """

    name: str
    sentence: str
    weight: float
    count: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A test of each event, the sentence for one that fails it, and what that is worth."""

    name: str
    sentence: str
    weight: float
    test: Test


RULES: Final[dict[str, Rule]] = {}


def rule(sentence: str, weight: float = CERTAIN) -> Callable[[Test], Test]:
    """Add a test to the table under its function's name; it gets one recording and marks the rows that break it."""

    def add(test: Test) -> Test:
        RULES[test.__name__] = Rule(test.__name__, sentence, weight, test)
        return test

    return add


def findings(events: Events) -> list[Finding]:
    """Every rule that one recording breaks, the weightiest first.

    >>> visit = Events.of(t=[0, 90], x=[5, 0], y=[5, 0], kind=["move", "click"], trusted=[1, 0], detail=[0, 0])
    >>> [f.name for f in findings(visit)]
    ['untrusted', 'click_without_coordinates']
    """
    found = []
    for one in RULES.values():
        rows = np.flatnonzero(one.test(events))
        if len(rows):
            sentence = one.sentence + (f" ({len(rows)} times)" if len(rows) > 1 else "")
            found.append(Finding(one.name, sentence, one.weight, len(rows), int(rows[0]), int(rows[-1])))
    return sorted(found, key=lambda finding: -finding.weight)


@rule("an event was made by a script: the browser marks it as untrusted, no input device was touched")
def untrusted(events: Events) -> Mask:
    """Pointer, mouse and key events with `isTrusted` false.

    Left out: a click that answers a real click or key within 100 ms (pages do that: a button opens a file picker with
    `input.click()`), and keys without a class (password managers announce what they have filled in).
    """
    made = events.column("trusted") == 0
    pointing = _kinds(events, "move", "down", "up", "cancel", "click", "dblclick", "contextmenu", "wheel")
    keys = _kinds(events, "key_down", "key_up") & (events.column("key_class") >= 0)
    keys &= events.column("key_class") != KEY_CLASSES.index("other")
    real = (events.column("trusted") == 1) & _kinds(events, "click", "up", "key_down", "key_up")
    answer = _kinds(events, "click") & (_since(events, real) <= REACTION)
    found: Mask = made & (pointing | keys) & ~answer
    return found


@rule("a click has no place: it came with the coordinates 0, 0 that element.click() gives")
def click_without_coordinates(events: Events) -> Mask:
    """Clicks at exactly 0, 0, or nowhere, that no key, no assistive software and no press in that corner made."""
    corner = (events.x == 0) & (events.y == 0)
    nowhere = corner | np.isnan(events.x) | np.isnan(events.y)
    pressed_there = _since(events, corner & _kinds(events, "up")) <= RELEASE
    found: Mask = _kinds(events, "click") & _is_live(events) & nowhere & ~_without_device(events) & ~pressed_there
    return found


@rule("a click came without a press: no button went down and up before it")
def click_without_press(events: Events) -> Mask:
    """Clicks that count presses (`detail` of at least 1) where no button moved in the second before.

    Not asked of pages with lost events, nor of recordings that hold no presses at all because their source has none.
    """
    pressed = _kinds(events, "down", "up")
    counted = _kinds(events, "click") & (events.column("detail") >= 1) & _whole(events)
    found: Mask = counted & (_since(events, pressed) > RELEASE)
    return found


@rule("a mouse event came without the pointer event that browsers send before it")
def mouse_without_pointer(events: Events) -> Mask:
    """Presses, releases and moves seen only as mouse events, in a browser that has pointer events."""
    source = events.column("source")
    has_pointer_events = bool((source == SOURCES.index("pointer")).any())
    only_mouse = (source == SOURCES.index("mouse")) & _kinds(events, "move", "down", "up") & _whole(events)
    found: Mask = only_mouse & (has_pointer_events | (events.column("trusted") == 0))
    return found


def _without_device(events: Events) -> Mask:
    """Trusted clicks that count no press (`detail` 0): the keyboard, a screen reader or a label made them.

    That a key came before is not asked: none is recorded in a password field, where Enter clicks the form's button, and
    screen readers keep theirs to themselves.
    """
    found: Mask = _kinds(events, "click") & (events.column("trusted") == 1) & (events.column("detail") == 0)
    return found


def _kinds(events: Events, *names: str) -> Mask:
    found: Mask = np.isin(events.kind, [KIND[name] for name in names])
    return found


def _is_live(events: Events) -> Mask:
    """Rows that a browser described: a table from elsewhere can't break a rule by what it lacks."""
    found: Mask = (events.column("trusted") >= 0) & (events.column("detail") >= 0)
    return found


def _whole(events: Events) -> Mask:
    """Rows of pages of which no event is known to be lost: elsewhere the missing half of a pair may have been sent."""
    pages: Any = events.pages
    if "lost" not in pages:
        return np.ones(events.n_events, bool)
    torn = pages["page"][(pages["lost"] > 0) | (pages["missing"] > 0)]
    return ~np.isin(events.columns["page"], torn)


def _since(events: Events, marked: Mask) -> npt.NDArray[np.float64]:
    """Ms since the last marked row before each row on the same page; infinite where there is none."""
    n = events.n_events
    order = np.argsort(events.columns["page"], kind="stable")  # two tabs of one visit take turns
    t, page = events.t[order], events.columns["page"][order]
    before = np.maximum.accumulate(np.where(marked[order], np.arange(n), -1))
    last = np.concatenate([[-1], before[:-1]])[:n]  # strictly before
    known = (last >= 0) & (page[last] == page)
    since = np.full(n, np.inf)
    since[order] = np.where(known, np.abs(t - t[last]), np.inf)
    return since
