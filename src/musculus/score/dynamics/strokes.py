"""Strokes that the detector judges: cut from events, each with its lead, rendered alone to 60 Hz, and their rows.

A stroke's row depends on its own events and on where the pointer was before, and on nothing else. So the row of a
closed stroke is final, and a recording judged while it goes on gets the rows that it gets when it is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.devices.frames import FRAME, MOVE, pointer_moves
from musculus.events import POINTERS, Events
from musculus.score.dynamics.clock import on_frames
from musculus.score.dynamics.columns import COLUMNS, recipe, table
from musculus.score.dynamics.profile import profiles
from musculus.score.dynamics.rendered import render

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
FAR: Final = 200.0  # px from first to last place: people's strokes that the detector learned from go further
FRAMES: Final = 8  # of 60 a second that a stroke lasts at least; what jumps is left to the rules
LONGEST: Final = 10_000.0  # ms
COARSE: Final = 75.0  # ms; where a third of the samples come later than that, how it moved wasn't recorded
OTHERS: Final = (POINTERS.index("touch"), POINTERS.index("pen"))


@dataclass(frozen=True, eq=False)
class Strokes:
    """Strokes of a mouse that are long enough to judge, one entry each.

    Attributes
    ----------
    start, end : (n,) rows `start:end` of the events they were cut from
    recording : (n,) which recording they are of
    values : (n, n_columns)
    coarse : (n_recordings,) strokes of each recording that are long enough, but were recorded too coarsely to judge
    """

    start: Ints
    end: Ints
    recording: Ints
    values: Floats
    coarse: Ints

    def __len__(self) -> int:
        return len(self.start)


def strokes_of(events: Events, names: Sequence[str] = COLUMNS, cuts: Cuts | None = None) -> Strokes:
    """The strokes to judge, in order, with these columns. Fingers and pens have none, nor have keys.

    `cuts` are strokes that were cut already (`cut(events, "stroke")`), or some of them.
    """
    made = cut(events, "stroke") if cuts is None else cuts
    one_each, made, coarse = _alone(events, made)
    return Strokes(made.start, made.end, made.recording, rows(one_each, names), coarse)


def rows(strokes: Events, names: Sequence[str] = COLUMNS) -> Floats:
    """Columns of recordings of one stroke of moves each, laid on frames of 60 Hz first; (n_recordings, n_names)."""
    from musculus.measures import measure

    seen, made = render(on_frames(strokes)), recipe(tuple(names))
    measured = measure(seen, cut(seen, "recording"), only=made.asked, threads=1)
    place = {name: j for j, name in enumerate(measured.names)}
    return table(made, measured.values[:, [place[name] for name in made.asked]], profiles(seen))


def _by_mouse(events: Events, cuts: Cuts) -> Bools:
    if "pointer" not in events:
        return np.ones(len(cuts), bool)
    other = np.append(0, np.cumsum(np.isin(events.column("pointer"), OTHERS)))
    return np.asarray(other[cuts.end] == other[cuts.start])


def alone(events: Events, cuts: Cuts) -> tuple[Events, Cuts]:
    """Each stroke of a mouse that is long enough as a recording of its moves, after its lead; and the cuts of those."""
    return _alone(events, cuts)[:2]


def _alone(events: Events, cuts: Cuts) -> tuple[Events, Cuts, Ints]:
    cuts = cuts[_by_mouse(events, cuts)]
    row, of = _moves_of(events, cuts)
    n = np.bincount(of, minlength=len(cuts))
    first = np.append(0, np.cumsum(n))[:-1]
    some = np.flatnonzero(n >= 2)
    begin, last = row[first[some]], row[first[some] + n[some] - 1]
    lead = _leads(events, begin, cuts.recording[some])
    leads = lead >= 0
    start = np.where(leads, lead, begin)
    t, x, y = events.t, events.x, events.y
    lasted = t[last] - t[begin] + np.where(leads, FRAME, 0.0)
    far = np.hypot(x[last] - x[start], y[last] - y[start]) >= FAR
    long = np.flatnonzero(far & (lasted >= FRAMES * FRAME) & (lasted <= LONGEST))
    kept = np.zeros(len(cuts), bool)
    kept[some[long]] = True
    fine = _fine(t[row], of, len(cuts))
    coarse = np.bincount(cuts.recording[kept & ~fine], minlength=len(events))
    kept &= fine
    row = row[kept[of]]
    size = n[kept]
    head = np.cumsum(size) - size
    led = leads[kept[some]]
    at = head[led]
    when = np.insert(t[row], at, t[begin[kept[some]]][led] - FRAME)
    row, size = np.insert(row, at, lead[kept[some]][led]), size + led
    offsets = np.append(0, np.cumsum(size)).astype(np.int64)
    columns = {"t": when - np.repeat(when[offsets[:-1]], size), "x": x[row], "y": y[row]}
    columns["kind"] = np.full(len(row), MOVE, np.int8)
    return Events.build(columns, offsets, tuple(map(str, range(len(size)))), {}, {}, ()), cuts[kept], coarse


def _fine(t: Floats, of: Ints, n: int) -> Bools:
    """Which cuts have two thirds of their samples, if they differ in time, soon after the one before."""
    gap = np.diff(t)
    real = (of[1:] == of[:-1]) & (gap > 0)
    late = np.bincount(of[1:][real], (gap > COARSE)[real], minlength=n)
    return np.asarray(3 * late <= np.bincount(of[1:][real], minlength=n))


def _moves_of(events: Events, cuts: Cuts) -> tuple[Ints, Ints]:
    """Rows of the pointer's moves in the cuts, and the cut of each."""
    size = cuts.end - cuts.start
    of = np.repeat(np.arange(len(cuts)), size)
    row = np.arange(len(of)) - np.repeat(np.cumsum(size) - size - cuts.start, size)
    moves = pointer_moves(events)[row]
    return row[moves], of[moves]


def _leads(events: Events, begin: Ints, recording: Ints) -> Ints:
    """The row of the pointer's place before each of these rows: on its page, at least a frame earlier; -1 for none."""
    placed = position_rows(events) & np.isfinite(events.x) & np.isfinite(events.y) & np.isfinite(events.t)
    place = np.flatnonzero(placed)
    if not len(place):
        return np.full(len(begin), -1)
    lead = place[np.maximum(np.searchsorted(place, begin) - 1, 0)]
    page = events.columns["page"]
    mine = (lead < begin) & (lead >= events.offsets[recording]) & (page[lead] == page[begin])
    return np.where(mine & (events.t[begin] - events.t[lead] >= FRAME), lead, -1)
