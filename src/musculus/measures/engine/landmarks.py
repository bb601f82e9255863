"""The few rows between the moves: presses, releases, stimuli, entries; found once per `Events`.

A measure looks them up for the cuts of its chunk by bisection, so rows without them cost next to nothing, and what
a definition needs from outside a cut is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.events import KIND, SCHEMA, Events
from musculus.measures.engine.nearest import Before, neighbours
from musculus.measures.engine.once import once_per_events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]
MOVE, DOWN, UP, CLICK = (KIND[k] for k in ("move", "down", "up", "click"))
FEW: Final = (
    "down", "up", "click", "dblclick", "wheel", "scroll", "key_down", "key_up", "enter", "stimulus", "show", "hide",
)  # fmt: skip
PRESS: Final = ("down", "click")  # what can be a press


@dataclass(frozen=True, eq=False)
class Pairs:
    """Presses with their releases: row numbers of both, ordered by press."""

    press: Ints
    release: Ints


class Landmarks:
    """Row numbers by kind, ascending, over all recordings of one `Events`."""

    def __init__(self, events: Events) -> None:
        self._columns, self.offsets, self.n = events.columns, events.offsets, events.n_events
        self.n_targets = len(events.targets)
        few = np.zeros(128, bool)
        few[[KIND[k] for k in FEW]] = True
        self._rows = np.flatnonzero(few[events.kind])
        self._kinds = events.kind[self._rows]
        self._present = np.bincount(self._kinds, minlength=128) > 0

    def some(self, kinds: tuple[str, ...]) -> bool:
        """Whether there is a row of any of these kinds."""
        return any(self._present[KIND[kind]] for kind in kinds)

    def of(self, *kinds: str) -> Ints:
        """Rows of these kinds."""
        which = self._kinds == KIND[kinds[0]]
        for kind in kinds[1:]:
            which |= self._kinds == KIND[kind]
        rows: Ints = self._rows[which]
        return rows

    def column(self, name: str, rows: Ints) -> Array:
        """Entries of a column in these rows, the missing value where the events don't have it."""
        if name in self._columns:
            return self._columns[name][rows]
        return np.full(len(rows), SCHEMA[name].null, SCHEMA[name].dtype)

    def recording(self, rows: Ints) -> Ints:
        """Index of the recording of each row."""
        if len(self.offsets) == 2:
            return np.zeros(len(rows), np.int64)
        return np.searchsorted(self.offsets, rows, side="right") - 1

    @cached_property
    def n_pages(self) -> int:
        """Above every page number."""
        return int(self._columns["page"].max()) + 1 if self.n else 1

    def place(self, rows: Ints) -> Ints:
        """One number for recording and page of each row."""
        if self.n_pages == 1:
            return self.recording(rows)
        return self.recording(rows) * self.n_pages + self._columns["page"][rows]

    def _primary(self, rows: Ints) -> Ints:
        primary: Ints = rows[self.column("primary", rows) != 0]
        return primary

    @cached_property
    def buttons(self) -> Ints:
        """Presses and releases of the primary pointer."""
        return self._primary(self.of("down", "up"))

    @cached_property
    def pressed(self) -> Flags:
        """Which of `buttons` are presses."""
        pressed: Flags = self.column("kind", self.buttons) == DOWN
        return pressed

    @cached_property
    def clicks_alone(self) -> Ints:
        """Clicks in recordings that have no `down` row at all: they stand for presses there."""
        clicks = self._primary(self.of("click"))
        if not len(clicks):
            return clicks
        downs = np.searchsorted(self.of("down"), self.offsets)
        alone: Ints = clicks[np.diff(downs)[self.recording(clicks)] == 0]
        return alone

    @cached_property
    def presses(self) -> Ints:
        """Presses, or clicks where the recording has no press."""
        presses = self.buttons[self.pressed]
        return np.sort(np.concatenate([presses, self.clicks_alone])) if len(self.clicks_alone) else presses

    @cached_property
    def holds(self) -> Pairs:
        """Presses of a button with the release of the same button that follows before its next press."""
        return pair(self.recording(self.buttons), self.column("button", self.buttons), self.buttons, self.pressed)

    @cached_property
    def stimuli(self) -> Ints:
        """Stimuli shown."""
        return self.of("stimulus")

    @cached_property
    def stimulus_before(self) -> Before:
        """Finds the stimulus in force in a row: the last one at or before it on its page."""
        return Before(self.stimuli, self.place(self.stimuli), self.n)

    @cached_property
    def shows(self) -> Ints:
        """Pages becoming visible."""
        return self.of("show")

    @cached_property
    def visibility(self) -> Ints:
        """Pages becoming visible or hidden."""
        return self.of("show", "hide")

    @cached_property
    def show_of(self) -> Before:
        """Finds the first `show` of a page."""
        return Before(self.shows, self.place(self.shows), self.n)

    @cached_property
    def enters(self) -> Ints:
        """Entries of the pointer into elements that have a name."""
        rows = self.of("enter")
        return rows[self.column("target", rows) >= 0]

    @cached_property
    def entered(self) -> Ints:
        """Code of the target of each of `enters`."""
        return self.column("target", self.enters).astype(np.int64)

    @cached_property
    def names_targets(self) -> Flags:
        """Which recordings name a target in any row."""
        full = np.diff(self.offsets) > 0
        named = np.zeros(len(full), bool)
        if "target" in self._columns and full.any():
            named[full] = np.maximum.reduceat(self._columns["target"], self.offsets[:-1][full]) >= 0
        return named

    def with_target(self, rows: Ints, target: Ints) -> Ints:
        """One number for the page of each row and a target (a code, 0 or above)."""
        return self.place(rows) * (self.n_targets + 1) + target

    @cached_property
    def enter_before(self) -> Before:
        """Finds the last entry into a target at or before a row, on its page."""
        return Before(self.enters, self.with_target(self.enters, self.entered), self.n)

    @cached_property
    def move_before_press(self) -> Ints:
        """For each of `presses` the last move before it on its page, -1 without one."""
        before, _ = neighbours(self._moves, self.n, self.presses)
        return self._same_page(before, self.presses)

    @cached_property
    def stimulus_position(self) -> Ints:
        """For each of `stimuli` the last position at or before it on its page, else the first after, -1 without."""
        before, after = neighbours(self.positions, self.n, self.stimuli)
        before, after = self._same_page(before, self.stimuli), self._same_page(after, self.stimuli)
        return np.where(before >= 0, before, after)

    def _same_page(self, found: Ints, rows: Ints) -> Ints:
        if self.n_pages == 1 and len(self.offsets) == 2:
            return found
        same = self.place(np.maximum(found, 0)) == self.place(rows)
        return np.where(same, found, -1)

    def _moves(self, a: int, b: int) -> Flags:
        return self._finite(self._columns["kind"][a:b] == MOVE, a, b)

    def positions(self, a: int, b: int) -> Flags:
        """Which of the rows a..b - 1 have a position of a path."""
        kind = self._columns["kind"][a:b]
        flags = (kind == MOVE) | (kind == DOWN) | (kind == UP)
        low, high = np.searchsorted(self.clicks_alone, [a, b])
        flags[self.clicks_alone[low:high] - a] = True
        return self._finite(flags, a, b)

    def _finite(self, flags: Flags, a: int, b: int) -> Flags:
        for name in ("t", "x", "y"):
            flags &= np.isfinite(self._columns[name][a:b])
        if "primary" in self._columns:
            flags &= self._columns["primary"][a:b] != 0
        return flags


def pair(recording: Ints, key: Array, rows: Ints, pressed: Flags) -> Pairs:
    """Presses with the release of the same key (button, slot) in the same recording that directly follows them.

    A second press before the release drops the first, and a release without a press is dropped: among the rows of
    one key a press and its release stand side by side, whatever other keys do between them.
    """
    order = np.lexsort((key, recording))  # stable: rows of one key stay in their order
    recording, key, rows, pressed = recording[order], key[order], rows[order], pressed[order]
    held = pressed[:-1] & ~pressed[1:] & (key[1:] == key[:-1]) & (recording[1:] == recording[:-1])
    first = np.flatnonzero(held)
    press, release = rows[first], rows[first + 1]
    order = np.argsort(press)
    return Pairs(press[order], release[order])


@once_per_events
def landmarks(events: Events) -> Landmarks:
    """The landmarks of these events, found on the first call."""
    return Landmarks(events)
