"""In the worker: what is kept of a visit whose frames are in memory, beside its verdict.

Strokes next to a batch that is not here (it was lost, or another server has it) may be halves, so they are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from musculus.cut import PAUSE, Cuts, cut
from musculus.events import KIND, Events
from musculus.measures import measure
from musculus.serve.followed import LONG
from musculus.serve.panels.facts import facts_of
from musculus.serve.pathless.columns import allowed, of_strokes, of_visits, points, rounded
from musculus.serve.pathless.documents import CHUNK, Asked, Looked, Place, Table
from musculus.serve.verdict import Verdict
from musculus.store.base import BatchRow
from musculus.store.recording import batches_in_order

if TYPE_CHECKING:
    from musculus.score.rules import Visit

Flags = npt.NDArray[np.bool_]


def looked(rows: Sequence[BatchRow], visit: Visit, verdict: Verdict, asked: Asked) -> Looked:
    """The answer to a question about a visit, of which the verdict is made already."""
    events, strokes = visit.events, visit.strokes
    whole = _whole(rows, events, strokes, asked.elsewhere)
    closed = len(strokes) - (len(strokes) > 0 and not asked.ended and _goes_on(events, strokes))
    begin = asked.done if whole.all() and _is_there(strokes[:closed], asked) else 0
    done = closed // CHUNK * CHUNK if whole.all() else 0
    last = (int(strokes.start[done - 1]), int(strokes.end[done - 1])) if done else (0, 0)
    which = np.arange(begin, closed)[whole[begin:closed]]
    measured = measured_visit(events) if asked.closed or events.n_events < LONG else {}
    table = measured_strokes(events, strokes, which)
    facts = facts_of(events, len(rows))
    return Looked(len(rows), events.n_events, begin, done, last, table, measured, verdict, facts)


def measured_strokes(events: Events, strokes: Cuts, which: npt.NDArray[np.int64]) -> Table:
    """The rows that are kept of some strokes: page, number, first and last row, start and end in ms, then measures."""
    cuts = strokes[which]
    table = measure(events, cuts, only=list(of_strokes()))
    may = [allowed(table.names, int(n)) for n in points(events, cuts)]
    found: Table = {
        "page": cuts.page.tolist(),
        "cut": which.tolist(),
        "first": cuts.start.tolist(),
        "last": (cuts.end - 1).tolist(),
        "start": events.t[cuts.start].tolist(),
        "end": events.t[cuts.end - 1].tolist(),
    }
    for name in table.names:
        found[name] = [rounded(v) if name in may[k] else None for k, v in enumerate(table[name].tolist())]
    return found


def measured_visit(events: Events) -> dict[str, float | None]:
    """The measures that are kept of a whole recording."""
    cuts = cut(events, "recording")
    table = measure(events, cuts, only=list(of_visits()))
    may = allowed(table.names, int(points(events, cuts)[0]))
    return {name: rounded(float(table[name][0])) if name in may else None for name in table.names}


def _goes_on(events: Events, strokes: Cuts) -> bool:
    """Whether the last stroke may still get longer: no press ended it, no rest, and no move came after it."""
    end = int(strokes.end[-1])
    after = slice(end, None)
    ended = events.kind[end - 1] == KIND["down"] or bool((events.kind[after] == KIND["move"]).any())
    return not ended and float(events.t[-1] - events.t[end - 1]) < PAUSE


def _is_there(closed: Cuts, asked: Asked) -> bool:
    """Whether the strokes that were written are still the first ones: a late batch may have come between them."""
    k = asked.done - 1
    return asked.done <= len(closed) and (k < 0 or asked.mark == (int(closed.start[k]), int(closed.end[k])))


def _whole(rows: Sequence[BatchRow], events: Events, strokes: Cuts, elsewhere: Sequence[Place]) -> Flags:
    """False for the strokes beside a batch that is not here: the last one before it, and the first one after it."""
    good = np.ones(len(strokes), bool)
    here = {(row.view, row.sequence) for row in rows}
    holes = _missing(here, elsewhere)
    if not holes:
        return good
    bounds: dict[str, list[tuple[int, int, int]]] = {}  # of each view: sequence, first row, row after the last
    at = 0
    for view, sequence, n in batches_in_order(rows):
        bounds.setdefault(view, []).append((sequence, at, at + n))
        at += n
    for view, sequence in holes:
        _beside(good, events, strokes, bounds.get(view, []), sequence)
    return good


def _missing(here: set[Place], elsewhere: Sequence[Place]) -> set[Place]:
    """The first batch of each gap in the views of which some are here, up to the last one that anybody knows of."""
    views = {view for view, _ in here}
    known = sorted(here | {place for place in elsewhere if place[0] in views})
    gaps = {(view, 0) for view in views} | {(view, k + 1) for view, k in here}
    last = dict(known)  # of each view the largest, which comes last
    return {(view, k) for view, k in gaps - here if k <= last[view]}


def _beside(good: Flags, events: Events, strokes: Cuts, batches: list[tuple[int, int, int]], missing: int) -> None:
    """Mark the strokes next to one missing batch of a view."""
    before = [end for sequence, _, end in batches if sequence < missing]
    after = [first for sequence, first, _ in batches if sequence > missing]
    if before:
        edge = max(before)
        mine = np.flatnonzero((strokes.page == events.columns["page"][edge - 1]) & (strokes.start < edge))
        good[mine[-1:]] = False
    if after:
        edge = min(after)
        mine = np.flatnonzero((strokes.page == events.columns["page"][edge]) & (strokes.end > edge))
        good[mine[:1]] = False
