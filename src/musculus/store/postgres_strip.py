"""Frames of one recording that are replaced by their stamps in PostgreSQL, and handed over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from musculus.errors import StoreError
from musculus.store.base import BatchRow, stamp
from musculus.store.seal import is_sealed, seal

if TYPE_CHECKING:
    from musculus.store.postgres_pool import Connection

HOLD: Final = "SELECT 1 FROM recording WHERE recording = $1 AND site = $2 FOR UPDATE"
READ: Final = """
SELECT site, recording, view, sequence, origin, received, events, frame, crc FROM batch
WHERE recording = $1 AND site = $2 ORDER BY origin, view, sequence
"""
CHANGE: Final = (
    "UPDATE batch SET frame = $5, crc = $6 WHERE recording = $1 AND site = $2 AND view = $3 AND sequence = $4"
)
SIZE: Final = """
UPDATE recording AS r
SET size = (SELECT sum(length(frame)) FROM batch b WHERE b.recording = r.recording AND b.site = r.site)
WHERE r.recording = $1 AND r.site = $2
"""
LETTERS: Final = "DELETE FROM letter WHERE recording = $1"


async def strip(db: Connection, site: str, recording: str) -> list[BatchRow]:
    """Keep only stamps of a recording's frames, and none of its dead letters; the batches with their frames.

    Raises `StoreError` where one of them is damaged: nothing is changed then.
    """
    await db.execute(HOLD, recording, site)  # whoever counts in this recording, or strips it, waits
    found = []
    for row in await db.fetch(READ, recording, site):
        if not is_sealed(tuple(row)):
            raise StoreError(f"a batch of recording {recording} fails its checksum; restore a backup")
        found.append(BatchRow(*tuple(row)[:-1]))
    whole = [batch for batch in found if batch.has_path]
    if whole:
        await db.executemany(CHANGE, [_stamped(batch) for batch in whole])
        await db.execute(SIZE, recording, site)
    await db.execute(LETTERS, recording)
    return whole


def _stamped(batch: BatchRow) -> tuple[str, str, str, int, bytes, int]:
    b = replace(batch, frame=stamp(batch.frame))
    crc = seal(b.site, b.recording, b.view, b.sequence, b.origin, b.received, b.events, b.frame)
    return b.recording, b.site, b.view, b.sequence, b.frame, crc
