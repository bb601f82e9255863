"""Where two groups of recordings differ on a page: bots and people, converted and not, one mouse and another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import position_rows
from musculus.draw.maps.clicked import clicks
from musculus.draw.maps.heat import IDLE, MOVE, Grid, stays
from musculus.draw.maps.layouts import Layout, layout
from musculus.draw.maps.permutation import shuffle
from musculus.draw.maps.places import chunks, pieces
from musculus.errors import DataError, UnknownName
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
CELL: Final = 64.0  # px: what a permutation test can answer with some tens of recordings
SHUFFLES: Final = 999
ALPHA: Final = 0.05
LEAST: Final = 3  # units a cell must have been visited by to be asked about
MOST: Final = 20_000_000  # numbers held
OF: Final = {"dwell": "of the time", "moves": "of the moves", "clicks": "of the clicks"}


@dataclass(frozen=True, eq=False)
class Difference:
    """Group one less group two, cell by cell.

    Attributes
    ----------
    layout : the page
    cell : side of a cell, px
    values : (n_down, n_across) difference of the mean shares: each recording (or person) counts the same
    p : (n_down, n_across) by the permutation test, corrected for all cells; 1 where nobody was
    first, second : (n_down, n_across) mean shares of the groups
    groups : their names
    n : recordings (or people) in each
    unit : what was shuffled
    of : `dwell`, `moves` or `clicks`
    shuffles : how often
    """

    layout: Layout
    cell: float
    values: Floats
    p: Floats
    first: Floats
    second: Floats
    groups: tuple[str, str]
    n: tuple[int, int]
    unit: str
    of: str
    shuffles: int

    @property
    def differs(self) -> Flags:
        """(n_down, n_across) cells that differ at 5 %, corrected for all cells."""
        return self.p <= ALPHA

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says: `cells` are [column, row, difference, share one, share two, p]."""
        row, column = np.nonzero((self.first > 0) | (self.second > 0))
        parts = [v[row, column] for v in (self.values, self.first, self.second, self.p)]
        return {
            "layout": self.layout.numbers(events), "cell_px": self.cell, "of": self.of, "groups": list(self.groups),
            "n": list(self.n), "unit": self.unit, "shuffles": self.shuffles, "alpha": ALPHA,
            "p": float(self.p.min()), "differing_cells": int(self.differs.sum()),
            "cells": [list(c) for c in zip(column, row, *parts, strict=True)],
        }  # fmt: skip


def difference(
    events: Events,
    first: npt.ArrayLike | str,
    second: npt.ArrayLike | str | None = None,
    *,
    column: str | None = None,
    of: str = "dwell",
    page: str | None = None,
    width: float | None = None,
    cell: float = CELL,
    shuffles: int = SHUFFLES,
    seed: int = 0,
) -> Difference:
    """Where two groups of recordings differ, with a permutation test over recordings, corrected for all cells.

    The groups are two values of a context `column`, or two masks over recordings (without a second: all others). What
    is compared is where each spends its share `of` time (`dwell`), `moves` or `clicks`. Where the context `person`
    tells that people have several recordings, these are no independent evidence: people as wholes are shuffled, or,
    where people have recordings in both groups, the recordings of each person among themselves.

    DataError where a group has no recording on the page, or nothing could be shuffled.
    """
    if of not in OF:
        raise UnknownName("map", of, OF)
    on = layout(events, page, width)
    one, two, names = _groups(events, first, second, column)
    grid = Grid.over(on, cell)
    while grid.size > 1 and grid.size * len(events) > MOST:
        grid = Grid.over(on, grid.cell * 2)
    totals = _per_recording(events, on, grid, of)
    there = totals.sum(axis=1) > 0
    one, two = one & there, two & there
    for mask, name in ((one, names[0]), (two, names[1])):
        if not mask.any():
            raise DataError(f"group {name!r} has no recording on this page: {on.words or 'all pages'}")
    used = np.flatnonzero(one | two)
    shares = totals[used] / totals[used].sum(axis=1, keepdims=True)
    shares, mine, strata, unit = _units(events, used, shares, one[used])
    asked = np.count_nonzero(shares, axis=0) >= min(LEAST, len(shares))
    tested = shuffle(shares[:, asked], mine, strata, shuffles, np.random.default_rng(seed))
    p = np.ones(grid.size)
    p[asked] = tested.p
    shape = (grid.down, grid.across)
    a, b = shares[mine].mean(axis=0).reshape(shape), shares[~mine].mean(axis=0).reshape(shape)
    n = int(mine.sum()), int((~mine).sum())
    return Difference(on, grid.cell, a - b, p.reshape(shape), a, b, names, n, unit, of, shuffles)


def _groups(
    events: Events, first: npt.ArrayLike | str, second: npt.ArrayLike | str | None, column: str | None
) -> tuple[Flags, Flags, tuple[str, str]]:
    if column is None:
        one = np.asarray(first, bool)
        two = ~one if second is None else np.asarray(second, bool)
        if one.shape != (len(events),) or two.shape != one.shape or (one & two).any():
            raise DataError(f"groups are two masks over the {len(events)} recordings, with none in both")
        return one, two, ("one", "two")
    if column not in events.context:
        raise UnknownName("context column", column, events.context)
    values = np.array([_word(v) for v in events.context[column]])
    names = (_word(first), "others" if second is None else _word(second))
    masks = [values == name for name in names]
    if second is None:
        masks[1] = ~masks[0]
    for mask, name in zip(masks, names, strict=True):
        if not mask.any():
            raise DataError(f"no recording has {column} {name!r}; there are: {', '.join(np.unique(values)[:12])}")
    return masks[0], masks[1], (f"{column} {names[0]}", f"{column} {names[1]}")


def _word(value: Any) -> str:
    """A label as it is typed: true, 3 for 3.0."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value)).lower()
    if isinstance(value, (float, np.floating)) and float(value).is_integer():
        return str(int(value))
    word = str(value)
    return word.lower() if word in ("True", "False") else word


def _per_recording(events: Events, on: Layout, grid: Grid, of: str) -> Floats:
    """What each recording has in each cell, shape (n_recordings, n_cells)."""
    out = np.zeros(len(events) * grid.size)
    rule = pieces(events, on)

    def add(x: Floats, y: Floats, recording: Ints, weight: Floats | None) -> None:
        cells = grid.of(x, y)
        good = cells >= 0
        if good.any():
            least, last = int(recording.min()), int(recording.max()) + 1
            flat = (recording[good] - least) * grid.size + cells[good]
            room = (last - least) * grid.size
            out[least * grid.size : last * grid.size] += np.bincount(
                flat, None if weight is None else weight[good], room
            )

    owner = on.views.recording
    if of == "dwell":
        for x, y, piece, time, _ in stays(events, rule, IDLE):
            add(x, y, owner[rule.view[piece]], time) if len(x) else None
    elif of == "moves":
        use = position_rows(events) & (events.kind == MOVE)
        for a, b in chunks(events):
            rows = np.flatnonzero(use[a:b]) + a
            piece = rule.of_range(a, b)[rows - a]
            rows, piece = rows[rule.chosen[piece]], piece[rule.chosen[piece]]
            add(*rule.place(events, rows, piece), owner[rule.view[piece]], None)
    else:
        c = clicks(events, on.address, None if on.width_class < 0 else on.window_width)
        add(c.x, c.y, np.searchsorted(events.offsets, c.rows, side="right") - 1, None)
    return out.reshape(len(events), grid.size)


def _units(events: Events, used: Ints, shares: Floats, mine: Flags) -> tuple[Floats, Flags, Ints, str]:
    """What is shuffled: maps, groups, strata, and its name."""
    alone = np.zeros(len(used), np.int64)
    people = np.array([str(p) for p in np.asarray(events.context.get("person", np.full(len(events), "")))[used]])
    names, person = np.unique(people, return_inverse=True)
    if len(names) in (1, len(used)) or "" in names or "None" in names:
        return shares, mine, alone, "recordings"
    n = np.bincount(person)
    ones = np.bincount(person, mine)
    if ((ones > 0) & (ones < n)).any():
        return shares, mine, person, "recordings within people"
    sums = np.zeros((len(names), shares.shape[1]))
    np.add.at(sums, person, shares)
    return sums / n[:, None], ones > 0, np.zeros(len(names), np.int64), "people"
