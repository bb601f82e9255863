"""Long recordings that go on: what was settled is kept, so that a verdict every two seconds costs little."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from musculus.cut import Cuts
from musculus.events import Events
from musculus.score import Scorer
from musculus.score.dynamics.evidence import Evidence, evidence_of
from musculus.score.dynamics.live import Follower
from musculus.score.dynamics.strokes import strokes_of
from musculus.store import recording as stored
from musculus.store.base import BatchRow
from musculus.wire import Batch

LONG: Final = 20_000  # events from which a recording is followed and not read and judged anew each time
MOST: Final = 2_000_000  # events whose batches are kept decoded, some 60 bytes each
_FOLLOWERS: Final[dict[str, Follower]] = {}


class Decoded:
    """The batches of long recordings, decoded once; the recording asked for longest ago goes first.

    A batch is known again by its place and by a digest of its bytes, so what it gives is what decoding gives.
    """

    def __init__(self, most: int = MOST) -> None:
        self.events, self._most = 0, most
        self._kept: OrderedDict[str, dict[tuple[str, int, int], Batch]] = OrderedDict()

    def events_of(self, rows: Sequence[BatchRow]) -> Events:
        """What `store.recording.events_of` gives, of one recording."""
        n, name = sum(row.events for row in rows), rows[0].recording
        before = self._dropped(name)
        if n < LONG or n > self._most:
            return stored.events_of(rows)
        now: dict[tuple[str, int, int], Batch] = {}

        def batch_of(row: BatchRow) -> Batch:
            key = row.view, row.sequence, hash(row.frame)
            now[key] = before.get(key) or stored.decoded(row)
            return now[key]

        events = stored.events_of(rows, batch_of)
        self._kept[name] = now
        self.events += n
        while self.events > self._most:
            self._dropped(next(iter(self._kept)))
        return events

    def forget(self, recording: str) -> None:
        """Keep nothing of a recording."""
        self._dropped(recording)

    def _dropped(self, recording: str) -> dict[tuple[str, int, int], Batch]:
        batches = self._kept.pop(recording, {})
        self.events -= sum(batch.n for batch in batches.values())
        return batches


_DECODED: Final = Decoded()


def follower(detector: Scorer) -> Follower:
    """The one that follows recordings for this detector."""
    return _FOLLOWERS.setdefault(detector.sha256, Follower(detector))


def evidence(events: Events, strokes: Cuts, detector: Scorer) -> tuple[Evidence, int]:
    """What the strokes of one recording say, and how many of the long ones were recorded too coarsely to judge."""
    if events.n_events >= LONG:
        return follower(detector).evidence(events, strokes)
    found = strokes_of(events, detector.features, strokes)
    return evidence_of(found, detector), int(found.coarse[0])


def events_of(rows: Sequence[BatchRow]) -> Events:
    """The batches of one recording as `Events`, to the bit those of `store.recording.events_of`.

    Of a long recording only batches that weren't there the last time are decoded.
    """
    return _DECODED.events_of(rows)


def forget(recording: str) -> None:
    """Keep nothing of a recording: neither its batches nor what its strokes said."""
    _DECODED.forget(recording)
    for one in _FOLLOWERS.values():
        one.forget(recording)
