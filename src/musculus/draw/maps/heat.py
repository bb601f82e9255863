"""Where the pointer went and where it stayed: counts of moves, and time, over cells of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import position_rows
from musculus.draw.maps.layouts import Layout, layout
from musculus.draw.maps.places import Pieces, chunks, pieces
from musculus.errors import UsageError
from musculus.events import KIND, Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CELL: Final = 16.0  # px
IDLE: Final = 5000.0  # ms: a pointer that rests longer says nothing of attention any more
MOST_CELLS: Final = 4_000_000
MOVE, SCROLL, SHOW, HIDE = (KIND[k] for k in ("move", "scroll", "show", "hide"))


@dataclass(frozen=True, eq=False)
class Heat:
    """One value for each cell of a page.

    Attributes
    ----------
    layout : the page
    cell : side of a cell, px
    values : (n_down, n_across); row 0 is the top
    unit : of a value
    n : how many moves, clicks or samples are in the cells
    outside : how many were outside of the page
    recordings : how many recordings have any in the cells
    """

    layout: Layout
    cell: float
    values: Floats
    unit: str
    n: int
    outside: int
    recordings: int

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says of the map; `cells` are [column, row, value] of the cells that have any."""
        row, column = np.nonzero(self.values)
        cells = zip(column.tolist(), row.tolist(), self.values[row, column].tolist(), strict=True)
        return {
            "layout": self.layout.numbers(events), "cell_px": self.cell, "unit": self.unit, "n": self.n,
            "outside": self.outside, "recordings": self.recordings, "columns": self.values.shape[1],
            "rows": self.values.shape[0], "cells": [list(c) for c in cells],
        }  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """Cells over a page."""

    cell: float
    across: int
    down: int

    @classmethod
    def over(cls, on: Layout, cell: float) -> Grid:
        """Cells of a side of `cell` px over all of the page; UsageError where they would be millions."""
        if not cell > 0:
            raise UsageError(f"a cell of {cell} px has no area; take 16, say")
        across, down = (max(1, int(np.ceil(side / cell))) for side in (on.width, on.height))
        if across * down > MOST_CELLS:
            raise UsageError(f"{across * down:,} cells of {cell:g} px are too many; take larger ones")
        return cls(cell, across, down)

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self.across * self.down

    def of(self, x: Floats, y: Floats) -> Ints:
        """The cell of each place, row by row; -1 outside and where a position is missing."""
        with np.errstate(invalid="ignore"):
            i, j = np.floor(x / self.cell), np.floor(y / self.cell)
            inside = (i >= 0) & (i < self.across) & (j >= 0) & (j < self.down)
            flat = np.where(inside, j * self.across + i, -1.0)
        return flat.astype(np.int64)


def moves(events: Events, page: str | None = None, width: float | None = None, cell: float = CELL) -> Heat:
    """How many moves were recorded in each cell, shape (n_down, n_across); fast mice make more of them on the same way.

    The page is chosen as by `layout`. Positions are those of the document, anchored to elements.

    >>> heat = moves(Events.of(t=[0, 10, 20], x=[1, 2, 40], y=[1, 2, 3]))
    >>> heat.values.tolist()
    [[2.0, 0.0, 1.0]]
    """
    on = layout(events, page, width)
    grid, rule = Grid.over(on, cell), pieces(events, on)
    counts, n, outside, seen = np.zeros(grid.size), 0, 0, []
    use = position_rows(events)
    for a, b in chunks(events):
        rows = np.flatnonzero((events.kind[a:b] == MOVE) & use[a:b]) + a
        piece = rule.of_range(a, b)[rows - a]
        if not on.chosen.all():
            mine = rule.chosen[piece]
            rows, piece = rows[mine], piece[mine]
        cells = grid.of(*rule.place(events, rows, piece))
        counts += np.bincount(cells + 1, minlength=grid.size + 1)[1:]
        inside = cells >= 0
        n += int(np.count_nonzero(inside))
        outside += len(cells) - int(np.count_nonzero(inside))
        seen.append(np.unique(on.views.recording[np.unique(rule.view[piece[inside]])]))
    values = counts.reshape(grid.down, grid.across)
    return Heat(on, cell, values, f"moves in {cell:g} x {cell:g} px", n, outside, _distinct(seen))


def dwell(
    events: Events, page: str | None = None, width: float | None = None, cell: float = CELL, idle: float = IDLE
) -> Heat:
    """How long the pointer was in each cell, s, shape (n_down, n_across): time, not samples.

    A pointer that rests sends nothing, so its time lasts until the next event of the page moves it, at most `idle` ms;
    time in which the page was hidden doesn't count, and a page that scrolls under a resting pointer takes it along.

    >>> heat = dwell(Events.of(t=[0, 900, 1000], x=[1, 2, 40], y=[1, 2, 3]))
    >>> heat.values.tolist()
    [[1.0, 0.0, 0.0]]
    """
    on = layout(events, page, width)
    grid, rule = Grid.over(on, cell), pieces(events, on)
    seconds, n, outside, seen = np.zeros(grid.size), 0, 0, []
    for x, y, piece, time, _ in stays(events, rule, idle):
        cells = grid.of(x, y)
        seconds += np.bincount(cells + 1, weights=time, minlength=grid.size + 1)[1:]
        inside = cells >= 0
        n += int(np.count_nonzero(inside))
        outside += len(cells) - int(np.count_nonzero(inside))
        seen.append(np.unique(on.views.recording[np.unique(rule.view[piece[inside]])]))
    values = seconds.reshape(grid.down, grid.across) / 1000.0
    return Heat(on, cell, values, f"s in {cell:g} x {cell:g} px", n, outside, _distinct(seen))


def _distinct(parts: list[Ints]) -> int:
    return len(np.unique(np.concatenate(parts))) if parts else 0


def stays(events: Events, rule: Pieces, idle: float) -> Iterator[tuple[Floats, Floats, Ints, Floats, Ints]]:
    """Stays of the pointer a chunk at a time: x, y on the page, piece, how long (ms), row; only those that last."""
    use = position_rows(events)
    stops = np.zeros(128, bool)
    stops[[SCROLL, SHOW, HIDE]] = True
    for a, b in chunks(events):
        at = np.flatnonzero(use[a:b] | stops[events.kind[a:b]])
        if len(at) < 2:
            continue
        latest = np.maximum.accumulate(np.where(use[a:b][at], np.arange(len(at)), -1))
        piece = rule.of_range(a, b)[at]
        rows, view = at + a, rule.view[piece]
        time = np.clip(np.diff(events.t[rows], append=events.t[rows[-1]]), 0.0, idle)
        good = (latest >= 0) & rule.chosen[piece] & (time > 0)
        good &= (events.kind[rows] != HIDE) & (view == view[latest])
        good[:-1] &= view[1:] == view[:-1]
        good[:-1] &= ~np.isin(rows[1:], events.offsets[1:-1])
        k = np.flatnonzero(good)
        from_, where = rows[latest[k]], piece[k]
        x = events.x[from_] * rule.across[where] + rule.right[where]
        yield x, events.y[from_] * rule.down[where] + rule.below[where], where, time[k], from_
