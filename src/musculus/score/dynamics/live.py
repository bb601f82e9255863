"""Following a recording that is still going on: closed strokes are final, only what is new is computed."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut
from musculus.events import Events
from musculus.score.dynamics.evidence import Evidence, evidence_of
from musculus.score.dynamics.strokes import strokes_of
from musculus.score.scorer import Scorer

Ints = npt.NDArray[np.int64]
RECORDINGS: Final = 256  # followed at a time; the one that was asked for longest ago is forgotten


@dataclass(frozen=True, eq=False)
class Kept:
    """The closed strokes of one recording: their cuts, the digest of their rows, what they say, how many are coarse."""

    start: Ints
    end: Ints
    digest: int
    evidence: Evidence
    coarse: int


class Follower:
    """Evidence of recordings that grow; what it gives is what `evidence_of` gives of the whole.

    All strokes but the last are closed: nothing that comes later changes their rows, as each depends on its own events
    and the place before. Should earlier events change all the same (a batch that came late), all is computed again.
    """

    def __init__(self, scorer: Scorer, recordings: int = RECORDINGS) -> None:
        self.scorer, self._most = scorer, recordings
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def evidence(self, events: Events, strokes: Cuts | None = None) -> tuple[Evidence, int]:
        """Evidence of one recording, and how many of its long strokes were recorded too coarsely to judge.

        `strokes` are its strokes, where they are cut already.
        """
        name = events.recordings[0]
        cuts = cut(events, "stroke") if strokes is None else strokes
        kept = self._still(self._kept.pop(name, None), events, cuts)
        done = len(kept.start) if kept else 0
        closed = max(len(cuts) - 1, 0)
        if closed > done:
            kept = self._closed(events, cuts, done, closed, kept)
        if kept:
            self._kept[name] = kept
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        tail, coarse = self._of(events, cuts[closed:])
        return (Evidence.joined(kept.evidence, tail), kept.coarse + coarse) if kept else (tail, coarse)

    def forget(self, recording: str) -> None:
        """Keep nothing of a recording."""
        self._kept.pop(recording, None)

    def _still(self, kept: Kept | None, events: Events, cuts: Cuts) -> Kept | None:
        """What was kept, if those strokes are as they were."""
        if kept is None:
            return None
        n = len(kept.start)
        same = n < len(cuts) and np.array_equal(cuts.start[:n], kept.start) and np.array_equal(cuts.end[:n], kept.end)
        return kept if same and _digest(events, int(kept.end[-1])) == kept.digest else None

    def _closed(self, events: Events, cuts: Cuts, done: int, closed: int, kept: Kept | None) -> Kept:
        new, coarse = self._of(events, cuts[done:closed])
        if kept:
            new, coarse = Evidence.joined(kept.evidence, new), coarse + kept.coarse
        start, end = cuts.start[:closed].copy(), cuts.end[:closed].copy()
        return Kept(start, end, _digest(events, int(end[-1])), new, coarse)

    def _of(self, events: Events, cuts: Cuts) -> tuple[Evidence, int]:
        strokes = strokes_of(events, self.scorer.features, cuts)
        return evidence_of(strokes, self.scorer), int(strokes.coarse[0])


def _digest(events: Events, rows: int) -> int:
    """Of times and places of the first rows."""
    found = 0
    for name in ("t", "x", "y", "kind"):
        found = zlib.crc32(np.ascontiguousarray(events.columns[name][:rows]).data, found)
    return found
