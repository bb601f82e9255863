"""Frames that are kept in memory and nowhere else: visits that go on at sites that keep measures only."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from musculus.store.base import BatchRow, Verdict

Key = tuple[str, str]  # site, recording
MOST: Final = 64 << 20  # bytes of all visits; beyond it those heard of longest ago are closed
EACH: Final = 4 << 20  # bytes of one: a longer one is closed and goes on as another part
ROW: Final = 500  # bytes that a batch takes beside its frame
IDLE: Final = 1800.0  # seconds without a batch after which a visit has ended, as for the export
QUIET: Final = 10.0  # seconds after which no batch of what was done before is on its way


@dataclass(eq=False)
class Visit:
    """One part of a visit: what this process heard of it until its frames were let go.

    `looked` batches are measured and written; the rest says how far, see `look.Asked`.
    """

    site: str
    recording: str
    rows: list[BatchRow] = field(default_factory=list)
    size: int = 0
    heard: float = field(default_factory=time.monotonic)
    part: str = field(default_factory=lambda: secrets.token_hex(4))
    looked: int = 0
    at: float = 0.0  # when that was, monotonic seconds
    done: int = 0
    mark: tuple[int, int] = (0, 0)
    generation: int = 0
    told: tuple[str, ...] = ()
    said: Verdict | None = None  # the verdict after `looked` batches
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def key(self) -> Key:
        """Whose it is."""
        return self.site, self.recording

    @property
    def is_quiet(self) -> bool:
        """Whether everything that was done before has arrived, so that its last stroke is whole."""
        return time.monotonic() - self.heard >= QUIET


class Held:
    """The visits in memory, the one heard of longest ago first. All methods belong to the event loop's thread.

    `crowded` is set where visits have to be closed to make room.
    """

    def __init__(self, most: int = MOST, each: int = EACH) -> None:
        self.most, self.each, self.size = most, each, 0
        self.crowded = asyncio.Event()
        self._visits: OrderedDict[Key, Visit] = OrderedDict()

    def take(self, row: BatchRow, heard: float | None = None) -> None:
        """Keep a batch that nobody else keeps; `heard` (monotonic seconds) is when it came, if not now."""
        key = (row.site, row.recording)
        visit = self._visits.get(key)
        if visit is None:
            visit = self._visits[key] = Visit(*key, heard=0.0)
        size = len(row.frame) + ROW
        visit.rows.append(row)
        visit.size += size
        self.size += size
        visit.heard = max(visit.heard, time.monotonic() if heard is None else heard)
        if heard is None:
            self._visits.move_to_end(key)
        if self.size > self.most or visit.size > self.each:
            self.crowded.set()

    def get(self, site: str, recording: str) -> Visit | None:
        """A visit that goes on."""
        return self._visits.get((site, recording))

    def visits(self) -> list[Visit]:
        """All of them."""
        return list(self._visits.values())

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be taken until visits are closed."""
        return self.size > self.most + self.most // 2

    def ended(self, now: float) -> list[Visit]:
        """Visits of which nothing was heard for `IDLE`."""
        return [visit for visit in self._visits.values() if now - visit.heard >= IDLE]

    def too_much(self) -> list[Visit]:
        """What has to be closed now to make room: visits that are too long, then those heard of longest ago."""
        found = [visit for visit in self._visits.values() if visit.size > self.each]
        left = self.size - sum(visit.size for visit in found)
        for visit in sorted(self._visits.values(), key=lambda visit: visit.heard):
            if left <= self.most:
                break
            if visit not in found:
                found.append(visit)
                left -= visit.size
        return found

    def close(self, visit: Visit) -> None:
        """Take no more into this part; what comes begins another. Its bytes count until `release`."""
        if self._visits.get(visit.key) is visit:
            del self._visits[visit.key]

    def release(self, visit: Visit) -> None:
        """Forget the frames of a visit."""
        self.close(visit)
        self.size -= visit.size
        visit.size = 0
        visit.rows.clear()
