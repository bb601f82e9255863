"""Strokes of a corpus, and their place in the frame of their own chord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import cut, position_rows
from musculus.errors import UsageError
from musculus.events import Events

Floats = npt.NDArray[np.float64]
FEWEST: Final = 5  # samples, and
SHORTEST: Final = 10.0  # px from start to end, below which a stroke is not worth repeating
GAP: Final = 2.5 * 1000 / 60  # ms without a sample after which the pointer is taken to have stood
FRAME: Final = 1000 / 60


@dataclass(frozen=True, eq=False)
class Corpus:
    """Recorded strokes: `t` (ms from 0), `x`, `y` of each; `starts` and `ends` (n, 2), `ways` (n,) between them."""

    t: tuple[Floats, ...]
    x: tuple[Floats, ...]
    y: tuple[Floats, ...]
    starts: Floats
    ends: Floats
    ways: Floats

    def __len__(self) -> int:
        return len(self.t)


def strokes_of(events: Events) -> Corpus:
    """The strokes of a corpus that are worth repeating; gaps are held. UsageError where there is none."""
    rows = position_rows(events) & np.isfinite(events.x) & np.isfinite(events.y)
    parts: list[tuple[Floats, Floats, Floats]] = []
    cuts = cut(events, "stroke")
    for a, b in zip(cuts.start.tolist(), cuts.end.tolist(), strict=True):
        at = a + np.flatnonzero(rows[a:b])
        t, x, y = np.fmax.accumulate(events.t[at]), events.x[at], events.y[at]
        new = np.append(True, np.diff(t) > 0)[: len(t)]
        t, x, y = t[new], x[new], y[new]
        if len(t) >= FEWEST and np.hypot(x[-1] - x[0], y[-1] - y[0]) >= SHORTEST:
            parts.append(_held(t - t[0], x, y))
    if not parts:
        raise UsageError(
            f"none of the corpus's {len(cuts)} strokes has {FEWEST} samples and {SHORTEST:g} px; give it longer ones"
        )
    starts = np.array([(x[0], y[0]) for _, x, y in parts])
    ends = np.array([(x[-1], y[-1]) for _, x, y in parts])
    t_, x_, y_ = zip(*parts, strict=True)
    return Corpus(t_, x_, y_, starts, ends, np.hypot(*(ends - starts).T))


def _held(t: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """The stroke with a standing sample a frame before each one that follows a gap."""
    after = np.flatnonzero(np.diff(t) > GAP) + 1
    return np.insert(t, after, t[after] - FRAME), np.insert(x, after, x[after - 1]), np.insert(y, after, y[after - 1])


def in_chord(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Share of the way from first to last point, and distance aside of it as a share."""
    z = (x - x[0] + 1j * (y - y[0])) / (x[-1] - x[0] + 1j * (y[-1] - y[0]))
    return z.real, z.imag


def near_in_length(corpus: Corpus, way: float, k: int) -> npt.NDArray[np.int64]:
    """The k strokes nearest in length to `way` (as a ratio)."""
    return np.argsort(np.abs(np.log(corpus.ways / max(way, 1.0))), kind="stable")[:k]
