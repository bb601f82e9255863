"""Doubts about the way: the same path taken twice, to the pixel."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.cut import cut
from musculus.events import KIND, Events
from musculus.score.rules.rows import Floats, Mask, nothing
from musculus.score.rules.table import rule

POINTS: Final = 10  # different places below which two strokes of a hand may agree by chance
TURNS: Final = 3  # changes of direction of a way that keys may have made
FAR: Final = 50.0  # px from first to last


@rule("the pointer took the same path twice, to the pixel", weight=0.8, aspect="path")
def identical_path(events: Events) -> Mask:
    """Strokes of at least ten different places and 50 px that go the same way as another stroke of the recording.

    Where they begin doesn't matter: a recorded path that is played again elsewhere is the same path. What keys can do
    that move the pointer (a few runs along the axes and the diagonals, each as fast as the last) is not asked.
    """
    mask, seen = nothing(events), dict[bytes, tuple[int, int]]()
    strokes = cut(events, "stroke")
    for start, end in zip(strokes.start.tolist(), strokes.end.tolist(), strict=True):
        way = _way(events, start, end)
        if not way:
            continue
        if way in seen:
            first, last = seen[way]
            mask[first:last] = mask[start:end] = True
        else:
            seen[way] = (start, end)
    found: Mask = mask & (events.kind == KIND["move"])
    return found


def _way(events: Events, start: int, end: int) -> bytes:
    """The steps of a stroke, as something that can be compared; empty where the stroke says too little."""
    moves = start + np.flatnonzero(events.kind[start:end] == KIND["move"])
    steps = np.column_stack([np.diff(events.x[moves]), np.diff(events.y[moves])])
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < POINTS - 1 or not np.isfinite(steps).all() or _by_keys(steps):
        return b""
    return steps.astype(np.float32).tobytes() if np.hypot(*steps.sum(axis=0)) >= FAR else b""


def _by_keys(steps: Floats) -> bool:
    """Steps along the axes and the diagonals only, with a few changes of direction: so keys move the pointer."""
    along = (steps == 0).any(axis=1) | (np.abs(steps[:, 0]) == np.abs(steps[:, 1]))
    turns = (np.diff(np.sign(steps), axis=0) != 0).any(axis=1).sum()
    return bool(along.all() and turns <= TURNS)
