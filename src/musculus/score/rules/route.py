"""Doubts about the way: the same path taken twice, to the pixel."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.score.rules.table import rule
from musculus.score.rules.visit import NOTHING, Bools, Floats, Rows, Visit

POINTS: Final = 10  # different places below which two strokes of a hand may agree by chance
TURNS: Final = 3  # changes of direction of a way that keys may have made
FAR: Final = 50.0  # px from first to last


@rule("the pointer took the same path twice, to the pixel", weight=0.8, aspect="path")
def identical_path(visit: Visit) -> Rows:
    """Strokes of at least ten different places and 50 px that go the same way as another stroke of the recording.

    Where they begin doesn't matter: a recorded path that is played again elsewhere is the same path. What keys can do
    that move the pointer (a few runs along the axes and the diagonals, each as fast as the last) is not asked.
    """
    moves, strokes = visit.rows("move"), visit.strokes
    first, last = (np.searchsorted(moves, edge) for edge in (strokes.start, strokes.end))
    asked = np.flatnonzero(last - first >= POINTS)
    if len(asked) < 2:
        return NOTHING
    first, last = first[asked], last[asked]
    x, y = visit.x[moves], visit.y[moves]
    far = np.hypot(x[last - 1] - x[first], y[last - 1] - y[first]) >= FAR
    dx, dy = np.diff(x), np.diff(y)
    real = np.flatnonzero((dx != 0) | (dy != 0))
    dx, dy, begin, end = dx[real], dy[real], np.searchsorted(real, first), np.searchsorted(real, last - 1)
    steps = np.column_stack([dx, dy]).astype(np.float32)
    twice = _repeated(steps, begin, end, np.flatnonzero(far & _by_hand(dx, dy, begin, end)))
    if not twice:
        return NOTHING
    mask = np.zeros(len(moves) + 1, np.int8)
    mask[first[twice]] += 1
    mask[last[twice]] -= 1  # where the next one may begin
    return moves[np.cumsum(mask)[:-1] > 0]


def _by_hand(dx: Floats, dy: Floats, begin: Rows, end: Rows) -> Bools:
    """Which strokes, of steps `begin:end` each, are long enough, placed throughout, and no way that keys make.

    Keys make steps along the axes and the diagonals only, with a few changes of direction.
    """
    nowhere = ~(np.isfinite(dx) & np.isfinite(dy))
    aside = (dx != 0) & (dy != 0) & (np.abs(dx) != np.abs(dy))
    right, down = np.sign(dx), np.sign(dy)
    turns = (right[1:] != right[:-1]) | (down[1:] != down[:-1])
    by_keys = (_count(aside, begin, end) == 0) & (_count(turns, begin, np.maximum(end - 1, begin)) <= TURNS)
    return np.asarray((end - begin >= POINTS - 1) & (_count(nowhere, begin, end) == 0) & ~by_keys)


def _count(marked: Bools, begin: Rows, end: Rows) -> Rows:
    """How many are marked from `begin` to before `end`."""
    before = np.append(0, np.cumsum(marked))
    return np.asarray(before[end] - before[begin])


def _repeated(steps: npt.NDArray[np.float32], begin: Rows, end: Rows, asked: Rows) -> list[int]:
    """Those of the strokes whose steps are those of another one."""
    seen: dict[bytes, int] = {}
    found: set[int] = set()
    data, size = steps.tobytes(), steps.itemsize * 2
    bounds = zip(asked.tolist(), (begin[asked] * size).tolist(), (end[asked] * size).tolist(), strict=True)
    for k, a, b in bounds:
        first = seen.setdefault(data[a:b], k)
        if first != k:
            found.update((first, k))
    return sorted(found)
