"""MM, PC, DD, SC: what a hand does, one action after another.

The reading, where the contract is short: moves with no button held gather into a move; a press within the pause joins
it; on the release (or where the hold is cut off) the way with the button held decides: up to 3 px it is the click that
ends the move (PC, also without a move before it), more and the move stands alone as MM and the press starts a drag. A
wheel event ends a move. Rests, page changes, hide, blur and cancel end what is open.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

from twins.cut_state import breaks
from twins.events_view import Row, is_primary, press_kind, usable
from twins.rests import split_at_rests

Action = tuple[str, int, int]


@dataclass
class Segmenter:
    """Walks through one recording; row numbers of what is open, and the actions that have ended."""

    rows: list[Row]
    pause: float
    moves: list[int] = field(default_factory=list)
    hold: list[int] = field(default_factory=list)
    buttons: set[int] = field(default_factory=set)
    wheels: list[int] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)

    def end_moves(self) -> None:
        """MM a move that nothing follows; of one event it is dropped."""
        for part in split_at_rests(self.rows, self.moves, self.pause):
            if len(part) > 1:
                self.done.append(("MM", part[0], part[-1] + 1))
        self.moves = []

    def end_wheels(self) -> None:
        if len(self.wheels) > 1:
            self.done.append(("SC", self.wheels[0], self.wheels[-1] + 1))
        self.wheels = []

    def end_hold(self) -> None:
        """A drag if the way with a button held is more than 3 px, else the click that ends the move."""
        if not self.hold:
            return
        places = [(row.x, row.y) for row in (self.rows[i] for i in self.hold) if usable(row)]
        way = math.fsum(math.dist(a, b) for a, b in itertools.pairwise(places))
        if way > 3:
            self.end_moves()
            self.done.append(("DD", self.hold[0], self.hold[-1] + 1))
        else:
            *before, last = split_at_rests(self.rows, [*self.moves, self.hold[0]], self.pause)
            self.done.append(("PC", last[0], self.hold[-1] + 1))
            self.moves = [i for part in before for i in part]
            self.end_moves()
        self.hold, self.buttons = [], set()

    def end_all(self) -> None:
        self.end_hold()
        self.end_moves()
        self.end_wheels()


def actions(rows: list[Row], pause: float) -> list[Action]:
    """Name and row range of each action, in order of their first rows."""
    walk = Segmenter(rows, pause)
    press = press_kind(rows)
    page = None
    for i, row in enumerate(rows):
        if breaks(row, page):
            walk.end_all()
        page = row.page
        if row.kind == "wheel":
            on_wheel(walk, i)
        elif row.kind in ("move", "up", press) and is_primary(row):
            on_pointer(walk, i, press)
    walk.end_all()
    return sorted(walk.done, key=lambda action: action[1])


def on_wheel(walk: Segmenter, i: int) -> None:
    if walk.hold:
        return
    walk.end_moves()
    if walk.wheels and walk.rows[i].t - walk.rows[walk.wheels[-1]].t >= walk.pause:
        walk.end_wheels()
    walk.wheels.append(i)


def on_pointer(walk: Segmenter, i: int, press: str) -> None:
    row = walk.rows[i]
    if walk.hold and not (row.kind == "down" and row.button in walk.buttons):
        on_held(walk, i)
        return
    walk.end_hold()  # a second press of the same button: its release was lost
    if row.kind == "up":
        return
    walk.end_wheels()
    if row.kind == press:
        walk.hold, walk.buttons = [i], {row.button}
        if press == "click":
            walk.end_hold()
    elif usable(row):
        walk.moves.append(i)


def on_held(walk: Segmenter, i: int) -> None:
    row = walk.rows[i]
    if row.kind != "move" or usable(row):
        walk.hold.append(i)
    if row.kind == "down":
        walk.buttons.add(row.button)
    elif row.kind == "up":
        walk.buttons.discard(row.button)
        if not walk.buttons:
            walk.end_hold()
