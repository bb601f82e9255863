"""Retention: what a site keeps no longer than it said is deleted, to the day, with everything computed from it."""

from __future__ import annotations

import time
from typing import Final

import msgspec

from musculus.serve.sites import KIND, NAME, Settings
from musculus.store.base import Query, Store
from musculus.store.deletions import DROPPED

DAY: Final = 86_400_000  # ms
AT_ONCE: Final = 500
LETTERS: Final = 30 * DAY  # that a frame nobody could read is kept to find out why
REMEMBERED: Final = 60 * DAY  # that something was deleted: longer than any browser holds a batch


def sweep(store: Store, now: int | None = None) -> int:
    """Delete every recording whose last batch is older than its site keeps it; how many.

    Exports follow at their next run, because an hour's file is what the store holds of it.
    """
    now = int(time.time() * 1000) if now is None else now
    deleted = 0
    for record in store.records(KIND, name=NAME):
        days = msgspec.json.decode(record.document, type=Settings).retention_days
        if days is None:
            continue
        old = Query(site=record.site, until=now - int(days * DAY), limit=AT_ONCE)
        while rows := store.recordings(old):
            for row in rows:
                store.erase(row.site, row.recording)
            deleted += len(rows)
    store.expire_letters(now - LETTERS)
    store.forget_erased(now - REMEMBERED)
    store.expire_records(DROPPED, now - REMEMBERED)
    return deleted
