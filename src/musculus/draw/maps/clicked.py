"""Clicks where they landed: on which element, where in its box, and those on nothing that answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.draw.maps.heat import CELL, Grid, Heat
from musculus.draw.maps.layouts import Layout, layout
from musculus.draw.maps.places import anchored, pieces, scrolled
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DOWN, CLICK = KIND["down"], KIND["click"]


@dataclass(frozen=True, eq=False)
class Clicks:
    """The clicks on one page.

    Attributes
    ----------
    heat : their counts in cells
    rows : (n,) rows of `events`
    x, y : (n,) places on the page, px; NaN for a click of a key or a script, which has none
    box : (n,) place of the element among the layout's boxes, -1 where none is known
    nothing : (n,) whether nothing there answers to a click
    tells : whether the recordings name elements at all; where they don't, `nothing` is false throughout
    placeless : clicks that a key or a script made
    """

    heat: Heat
    rows: Ints
    x: Floats
    y: Floats
    box: Ints
    nothing: Flags
    tells: bool
    placeless: int

    def by_element(self, events: Events) -> dict[str, int]:
        """Selector -> clicks, the most clicked first; those of keys and scripts count."""
        codes = self.heat.layout.boxes.code[self.box[self.box >= 0]]
        found, counts = np.unique(codes, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return {events.targets[found[i]]: int(counts[i]) for i in order}

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says of the map."""
        nothing = np.flatnonzero(self.nothing & np.isfinite(self.x))
        return self.heat.numbers(events) | {
            "elements": self.by_element(events), "placeless": self.placeless,
            "on_nothing": int(self.nothing.sum()) if self.tells else None,
            "nothing": np.column_stack([self.x[nothing], self.y[nothing]]).round(1).tolist(),
        }  # fmt: skip


def clicks(events: Events, page: str | None = None, width: float | None = None, cell: float = CELL) -> Clicks:
    """Clicks on a page at a window width (chosen as by `layout`), each in its element's box.

    A click at a third of a button's width is drawn there on the button of the layout, wherever the window's width or
    what stands above put the button in that visit. Recordings without `click` rows give their presses. A click is on
    nothing where it names no element, or, on a page with `enter` rows, one that no recording's pointer ever entered.

    >>> c = clicks(Events.of(t=[0, 10, 20], x=[5, 5, 5], y=[7, 7, 7], kind=["move", "down", "up"]))
    >>> c.heat.n, c.x.tolist(), c.y.tolist()
    (1, [5.0], [7.0])
    """
    on = layout(events, page, width)
    rule, rows = pieces(events, on), click_rows(events)
    piece = rule.of(rows)
    mine = rule.chosen[piece]
    rows, piece = rows[mine], piece[mine]
    target = events.column("target")[rows]
    box = on.boxes.find(target)
    x, y = _places(events, on, rows, box)
    plain_x, plain_y = rule.place(events, rows, piece)
    fixed = events.column("fixed")[rows] == 1  # one without a box still doesn't scroll
    plain_x = np.where(fixed, events.x[rows] + on.before, plain_x)
    plain_y = np.where(fixed, events.y[rows], plain_y)
    loose = ~np.isfinite(x + y)
    x[loose], y[loose] = plain_x[loose], plain_y[loose]
    no_place = (events.column("detail")[rows] == 0) & (events.kind[rows] == CLICK)
    x[no_place], y[no_place] = np.nan, np.nan
    nothing, tells = _on_nothing(on, target, box)
    return Clicks(_heat(on, x, y, no_place, rows, cell, events), rows, x, y, box, nothing, tells, int(no_place.sum()))


def click_rows(events: Events) -> Ints:
    """Rows of the clicks; of the presses in recordings that have no click."""
    found = events.kind == CLICK
    counts = np.append(0, np.cumsum(found))[events.offsets]
    without = np.flatnonzero(np.diff(counts) == 0)
    presses = np.flatnonzero(events.kind == DOWN)
    owner = np.searchsorted(events.offsets, presses, side="right") - 1
    return np.sort(np.append(np.flatnonzero(found), presses[np.isin(owner, without)]))


def _places(events: Events, on: Layout, rows: Ints, box: Ints) -> tuple[Floats, Floats]:
    """Places by each click's own box; NaN where it has none."""
    sx, sy = scrolled(events, on.views, rows)
    free = events.column("fixed")[rows] != 1
    factor, shift = anchored(events, on, rows, box, sx, sy)
    at = np.column_stack([events.x[rows] + np.where(free, sx, 0.0), events.y[rows] + np.where(free, sy, 0.0)])
    with np.errstate(invalid="ignore"):
        placed = at * factor + shift
    return placed[:, 0].copy(), placed[:, 1].copy()


def _on_nothing(on: Layout, target: npt.NDArray[np.int32], box: Ints) -> tuple[Flags, bool]:
    tells = bool((target >= 0).any()) or bool(len(on.boxes.code))
    if not tells:
        return np.zeros(len(target), bool), False
    listening = bool(on.boxes.answers.any())
    answers = np.append(on.boxes.answers, False)[box]  # -1 reads the last
    return (target < 0) | (listening & ~answers), True


def _heat(on: Layout, x: Floats, y: Floats, no_place: Flags, rows: Ints, cell: float, events: Events) -> Heat:
    grid = Grid.over(on, cell)
    cells = grid.of(x, y)
    inside = cells >= 0
    counts = np.bincount(cells[inside], minlength=grid.size).astype(np.float64).reshape(grid.down, grid.across)
    owners = np.searchsorted(events.offsets, rows[inside], side="right")
    outside = int((~inside & ~no_place).sum())
    unit = f"clicks in {cell:g} x {cell:g} px"
    return Heat(on, cell, counts, unit, int(inside.sum()), outside, len(np.unique(owners)))
