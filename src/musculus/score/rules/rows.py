"""Which rows of one recording a rule asks: by kind, by page, by what came before them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.events import KIND, POINTERS, Events

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

ROUNDED: Final = 1.0  # ms that writing a time down may add
DRIFT: Final = 0.002  # of an interval, where the step is known to a ms only
NEARLY_ALL: Final = 0.95
SCROLLED: Final = 8  # turns of a wheel from which its kind is told
NOTCH: Final = 60.0  # px: less than a notch of any wheel scrolls


def without_device(events: Events) -> Mask:
    """Trusted clicks that count no press (`detail` 0): the keyboard, a screen reader or a label made them.

    That a key came before is not asked: none is recorded in a password field, where Enter clicks the form's button, and
    screen readers keep theirs to themselves.
    """
    found: Mask = kinds(events, "click") & (events.column("trusted") == 1) & (events.column("detail") == 0)
    return found


def kinds(events: Events, *names: str) -> Mask:
    """Rows of these kinds."""
    found: Mask = np.isin(events.kind, [KIND[name] for name in names])
    return found


def is_live(events: Events) -> Mask:
    """Rows that a browser described: a table from elsewhere can't break a rule by what it lacks."""
    found: Mask = (events.column("trusted") >= 0) & (events.column("detail") >= 0)
    return found


def whole(events: Events) -> Mask:
    """Rows of pages of which no event is known to be lost: elsewhere the missing half of a pair may have been sent."""
    pages: Any = events.pages
    if "lost" not in pages:
        return np.ones(events.n_events, bool)
    torn = pages["page"][(pages["lost"] > 0) | (pages["missing"] > 0)]
    return ~np.isin(events.columns["page"], torn)


def since(events: Events, marked: Mask) -> npt.NDArray[np.float64]:
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


def by_mouse(events: Events) -> Mask:
    """Rows that a finger or a pen didn't make; where nobody said what made them, they count as a mouse's."""
    found: Mask = ~np.isin(events.column("pointer"), [POINTERS.index("touch"), POINTERS.index("pen")])
    return found


def tells_of_frames(events: Events) -> Mask:
    """Rows of which a browser said whether they were coalesced into a later one of their frame."""
    found: Mask = (events.column("coalesced") >= 0) & (events.column("trusted") >= 0)
    return found


def by_touchpad(events: Events) -> bool:
    """Was the page scrolled by a touchpad?  Eight distances or more, hardly two alike, and most of them small."""
    way = np.abs(events.column("dy")[kinds(events, "wheel")].astype(np.float64))
    way = way[way > 0]
    return bool(len(way) >= SCROLLED and len(np.unique(way)) > len(way) / 4 and np.median(way) < NOTCH)


def presses(events: Events) -> Rows:
    """Row numbers of a mouse's presses, or of its clicks in a recording that holds no presses."""
    down = kinds(events, "down") & by_mouse(events)
    if not kinds(events, "down").any():
        down = kinds(events, "click") & by_mouse(events) & ~without_device(events)
    return np.flatnonzero(down & np.isfinite(events.x) & np.isfinite(events.y))


def holds(events: Events) -> tuple[Rows, Floats]:
    """Presses of a mouse that a release follows, as row numbers, and how long each was held, ms."""
    both = np.flatnonzero(kinds(events, "down", "up") & by_mouse(events))
    down = events.kind[both] == KIND["down"]
    pair = np.flatnonzero(down[:-1] & ~down[1:]) if len(both) else np.zeros(0, np.intp)
    same = events.columns["page"][both[pair]] == events.columns["page"][both[pair + 1]]
    pair = pair[same]
    return both[pair], events.t[both[pair + 1]] - events.t[both[pair]]


def marked(events: Events, rows: npt.ArrayLike) -> Mask:
    """A mask of these row numbers."""
    mask = np.zeros(events.n_events, bool)
    mask[np.asarray(rows, np.intp)] = True
    return mask


def nothing(events: Events) -> Mask:
    """No row at all."""
    return np.zeros(events.n_events, bool)


def clock_step(events: Events) -> float:
    """The step of a clock that counts in steps longer than a ms, ms; 0 of a finer one.

    It is the shortest time between two rows, if all others are multiples of it. A coarse clock hides variance.
    """
    ms = np.diff(events.t)
    ms = ms[ms > ROUNDED]
    if not len(ms):
        return 0.0
    step = float(ms.min())
    count = np.round(ms / step)
    near = np.abs(ms - count * step) <= ROUNDED + DRIFT * ms
    return step if near.mean() >= NEARLY_ALL else 0.0
