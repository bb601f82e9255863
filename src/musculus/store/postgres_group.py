"""A group of batches on its way into PostgreSQL: two statements, whatever its size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from musculus.store.base import Ack, BatchRow, is_same
from musculus.store.postgres_tables import INSERT, LOCK, SAME
from musculus.store.seal import seal

if TYPE_CHECKING:
    from musculus.store.postgres_pool import Connection

Key = tuple[str, str]  # recording, site
Place = tuple[str, str, str, int]  # recording, site, view, sequence


async def append(db: Connection, batches: Sequence[BatchRow]) -> list[Ack]:
    """Insert what is new and count it in the list; say of the rest what it is."""
    if not batches:
        return []
    erased = await _lock(db, sorted({_key(b) for b in batches}))
    first: dict[Place, int] = {}  # of equal places the first wins
    for k, batch in enumerate(batches):
        if _key(batch) not in erased:
            first.setdefault(_place(batch), k)
    stored = await _insert(db, [batches[first[place]] for place in sorted(first)])
    new = {first[place] for place in stored}
    return [
        Ack.ERASED if _key(b) in erased else Ack.STORED if k in new else await _compare(db, b)
        for k, b in enumerate(batches)
    ]


async def _lock(db: Connection, keys: Sequence[Key]) -> set[Key]:
    """Hold the rows of the list until the transaction ends; which of them were erased."""
    rows = await db.fetch(LOCK, [recording for recording, _ in keys], [site for _, site in keys])
    return {(row["recording"], row["site"]) for row in rows if row["erased"]}


async def _insert(db: Connection, batches: Sequence[BatchRow]) -> set[Place]:
    rows = [(b.site, b.recording, b.view, b.sequence, b.origin, b.received, b.events, b.frame) for b in batches]
    columns = zip(*((*row, seal(*row)) for row in rows), strict=True)
    return {tuple(row) for row in await db.fetch(INSERT, *map(list, columns))} if rows else set()


async def _compare(db: Connection, batch: BatchRow) -> Ack:
    """What a batch is whose place was taken, by an earlier group or by this one."""
    return Ack.AGAIN if is_same(await db.fetchval(SAME, *_place(batch)), batch.frame) else Ack.CONFLICT


def _key(batch: BatchRow) -> Key:
    return batch.recording, batch.site


def _place(batch: BatchRow) -> Place:
    return batch.recording, batch.site, batch.view, batch.sequence
