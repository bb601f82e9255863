"""One recording as the rules ask it: each list of rows that several of them need is made once, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut
from musculus.events import KIND, POINTERS, Events

Bools = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

NOTHING: Final[Rows] = np.zeros(0, np.intp)
ROUNDED: Final = 1.0  # ms that writing a time down may add
DRIFT: Final = 0.002  # of an interval, where the step is known to a ms only
NEARLY_ALL: Final = 0.95
SCROLLED: Final = 8  # turns of a wheel from which its kind is told
NOTCH: Final = 60.0  # px: less than a notch of any wheel scrolls
TOUCH, PEN = POINTERS.index("touch"), POINTERS.index("pen")


class Visit:
    """One recording of `Events` and its rows by kind, by device and by page.

    Rows are ascending row numbers. A column that the recording lacks costs nothing: what would ask it says so first.
    """

    def __init__(self, events: Events) -> None:
        self.events, self.n = events, events.n_events
        self.t, self.x, self.y, self.kind = events.t, events.x, events.y, events.kind
        self.page: npt.NDArray[Any] = events.columns["page"]
        self._kinds: dict[str, Rows] = {}
        self._shared: dict[str, Any] = {}

    @cached_property
    def counts(self) -> list[int]:
        """How many rows there are of each kind, by its code."""
        found: list[int] = np.bincount(self.kind, minlength=len(KIND)).tolist()
        return found

    def shared(self, name: str, what: Callable[[Visit], Any]) -> Any:
        """What some rules of one file share, made once."""
        if name not in self._shared:
            self._shared[name] = what(self)
        return self._shared[name]

    def rows(self, kind: str) -> Rows:
        """Rows of one kind."""
        if kind not in self._kinds:
            code = KIND[kind]
            self._kinds[kind] = np.flatnonzero(self.kind == code) if self.counts[code] else NOTHING
        return self._kinds[kind]

    def any_of(self, *kinds: str) -> Rows:
        """Rows of any of these kinds."""
        there = [rows for rows in map(self.rows, kinds) if len(rows)]
        if len(there) < 2:
            return there[0] if there else NOTHING
        return np.sort(np.concatenate(there))

    def where(self, rows: Rows, column: str, value: int) -> Rows:
        """Those of the rows that have this value in a column, which isn't the one that stands for missing."""
        columns = self.events.columns
        return rows[columns[column][rows] == value] if len(rows) and column in columns else NOTHING

    def known(self, rows: Rows, *columns: str, least: int = 0) -> Rows:
        """Those of the rows whose whole numbers in these columns are known and at least so large."""
        for column in columns:
            if not len(rows) or column not in self.events.columns:
                return NOTHING
            rows = rows[self.events.columns[column][rows] >= least]
        return rows

    def by_mouse(self, rows: Rows) -> Rows:
        """Those that a finger or a pen didn't make; where nobody said what made them, they count as a mouse's."""
        if "pointer" not in self.events.columns or not len(rows):
            return rows
        pointer = self.events.columns["pointer"][rows]
        found: Rows = rows[(pointer != TOUCH) & (pointer != PEN)]
        return found

    def placed(self, rows: Rows) -> Rows:
        """Those that have a position."""
        return rows[np.isfinite(self.x[rows]) & np.isfinite(self.y[rows])]

    def whole(self, rows: Rows) -> Rows:
        """Those on pages of which no event is known to be lost: elsewhere half of a pair may have been sent."""
        pages: Any = self.events.pages
        if "lost" not in pages or not len(rows):
            return rows
        torn = pages["page"][(pages["lost"] > 0) | (pages["missing"] > 0)]
        return rows[~np.isin(self.page[rows], torn)] if len(torn) else rows

    def since(self, rows: Rows, marked: Rows) -> Floats:
        """Ms from the last marked row before each of the rows on its page; infinite where there is none.

        Two tabs of one visit take turns, so rows are put in order page by page.
        """
        if not len(marked):
            return np.full(len(rows), np.inf)
        order, own = (self.page[which].astype(np.int64) * self.n + which for which in (marked, rows))
        sort = np.argsort(order)
        at = np.searchsorted(order[sort], own) - 1
        last = marked[sort[at]]
        known = (at >= 0) & (self.page[last] == self.page[rows])
        return np.where(known, np.abs(self.t[rows] - self.t[last]), np.inf)

    @cached_property
    def mouse_moves(self) -> Rows:
        """Moves that no finger or pen made."""
        return self.by_mouse(self.rows("move"))

    @cached_property
    def told_moves(self) -> Rows:
        """Those of which a browser said whether they were coalesced into a later one of their frame."""
        return self.known(self.mouse_moves, "coalesced", "trusted")

    @cached_property
    def told_intervals(self) -> Floats:
        """Ms between them."""
        return np.diff(self.t[self.told_moves])

    @cached_property
    def presses(self) -> Rows:
        """Presses of a mouse that have a place, or its clicks in a recording that holds no presses."""
        if len(self.rows("down")):
            return self.placed(self.by_mouse(self.rows("down")))
        clicks = self.by_mouse(self.rows("click"))
        keyed = self.without_device(clicks)
        return self.placed(np.setdiff1d(clicks, keyed, assume_unique=True) if len(keyed) else clicks)

    def without_device(self, clicks: Rows) -> Rows:
        """Trusted clicks that count no press (`detail` 0): the keyboard, a screen reader or a label made them.

        That a key came before is not asked: none is recorded in a password field, where Enter clicks the form's button,
        and screen readers keep theirs to themselves.
        """
        return self.where(self.where(clicks, "trusted", 1), "detail", 0)

    @cached_property
    def holds(self) -> tuple[Rows, Floats]:
        """Presses of a mouse that a release follows, and how long each was held, ms."""
        if not len(self.rows("down")) or not len(self.rows("up")):
            return NOTHING, np.zeros(0)
        both = self.by_mouse(self.any_of("down", "up"))
        down = self.kind[both] == KIND["down"]
        first = np.flatnonzero(down[:-1] & ~down[1:])
        press, release = both[first], both[first + 1]
        same = self.page[press] == self.page[release]
        press, release = press[same], release[same]
        return press, self.t[release] - self.t[press]

    @cached_property
    def by_touchpad(self) -> bool:
        """Was the page scrolled by a touchpad?  Eight distances or more, hardly two alike, and most of them small."""
        turns = self.rows("wheel")
        if len(turns) < SCROLLED or "dy" not in self.events.columns:
            return False
        way = np.abs(self.events.columns["dy"][turns].astype(np.float64))
        way = way[way > 0]
        return bool(len(way) >= SCROLLED and len(np.unique(way)) > len(way) / 4 and np.median(way) < NOTCH)

    @cached_property
    def clock_step(self) -> float:
        """The step of a clock that counts in steps longer than a ms, ms; 0 of a finer one.

        It is the shortest time between two rows, if all others are multiples of it. A coarse clock hides variance.
        """
        ms = np.diff(self.t)
        ms = ms[ms > ROUNDED]
        if not len(ms):
            return 0.0
        step = float(ms.min())
        count = np.round(ms / step)
        near = np.abs(ms - count * step) <= ROUNDED + DRIFT * ms
        return step if near.mean() >= NEARLY_ALL else 0.0

    @cached_property
    def strokes(self) -> Cuts:
        """Its strokes."""
        return cut(self.events, "stroke")
