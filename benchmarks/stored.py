"""What a PostgreSQL holds of what visitors sent, read by SQL of our own: every batch once, with its bytes."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field

import asyncpg
import numpy as np
from visitors import DIGEST, Visitors, number_of

from musculus.store.postgres_tables import SCHEMA
from musculus.store.seal import is_sealed

COLUMNS = "site, recording, view, sequence, origin, received, events, frame, crc"
AT_ONCE = 2000


@dataclass
class Held:
    """Batches that are there, and what is wrong with them; `events` are counted in the batches.

    `wrong` are batches with other bytes than were sent or a broken checksum, `foreign` those that nobody sent,
    `unlisted` recordings that the list counts otherwise than their batches do.
    """

    batches: int = 0
    events: int = 0
    lost: int = 0
    twice: int = 0
    wrong: int = 0
    foreign: int = 0
    unlisted: int = 0
    found: np.ndarray = field(default_factory=lambda: np.zeros(0))

    @property
    def is_right(self) -> bool:
        """Exactly once."""
        return not (self.lost or self.twice or self.wrong or self.foreign or self.unlisted)

    def __str__(self) -> str:
        return (
            f"lost {self.lost}, twice {self.twice}, other bytes {self.wrong}, sent by nobody {self.foreign}, "
            f"recordings counted wrongly {self.unlisted}"
        )


def held(url: str, sent: Visitors) -> Held:
    """Read everything, and compare it with what was sent and acknowledged."""
    return asyncio.run(_held(url, sent))


async def _held(url: str, sent: Visitors) -> Held:
    tally = Held(found=np.zeros(sent.acknowledged.shape, np.int64))
    of_visit = np.zeros((sent.visits, 3), np.int64)  # batches, events, bytes
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            async for row in connection.cursor(f"SELECT {COLUMNS} FROM {SCHEMA}.batch", prefetch=AT_ONCE):  # noqa: S608
                _look_at(tuple(row), sent, tally, of_visit)
            listed = f"SELECT recording, batches, events, size FROM {SCHEMA}.recording"  # noqa: S608  # ours
            counted = np.zeros_like(of_visit)
            async for row in connection.cursor(listed, prefetch=AT_ONCE):
                visit = number_of(row[0])
                if visit < sent.visits:
                    counted[visit] = row[1], row[2], row[3]
    finally:
        await connection.close()
    tally.lost = int((sent.acknowledged & (tally.found == 0)).sum())
    tally.twice = int((tally.found > 1).sum())
    tally.unlisted = int((counted != of_visit).any(axis=1).sum())
    return tally


def _look_at(row: tuple, sent: Visitors, tally: Held, of_visit: np.ndarray) -> None:
    site, recording, view, sequence, _, _, events, frame, _ = row
    visit = number_of(recording)
    tally.batches += 1
    tally.events += events
    if site != "demo" or view != recording[16:] or visit >= sent.visits or sequence >= sent.acknowledged.shape[1]:
        tally.foreign += 1
        return
    tally.found[visit, sequence] += 1
    of_visit[visit] += 1, events, len(frame)
    digest = hashlib.blake2b(frame, digest_size=DIGEST).digest()
    tally.wrong += digest != sent.digests[visit, sequence].tobytes() or not is_sealed(row)
