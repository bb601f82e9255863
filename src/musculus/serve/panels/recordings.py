"""The newest recordings of a site as one `Events`, for panels that look at many at once; in the worker."""

from __future__ import annotations

from typing import Any, Final

from musculus.events import Events
from musculus.store.base import Query, Store
from musculus.store.recording import events_of

MOST: Final = 100  # recordings
EVENTS: Final = 2_000_000  # of all together; the worker also judges, and must come back to that


def newest_events(store: Store, site: str, asked: dict[str, Any]) -> Events | None:
    """The newest recordings whose paths are kept, joined; None without any. `verdict` in `asked` chooses by verdict."""
    parts: list[Events] = []
    left = EVENTS
    for row in store.recordings(Query(site=site, label=asked.get("verdict") or None, limit=MOST)):
        if not row.has_paths:
            continue
        left -= row.events
        if left < 0 and parts:
            break
        if rows := [batch for batch in store.batches(site, row.recording) if batch.has_path]:
            verdict = row.verdict.label if row.verdict else "none"
            parts.append(events_of(rows).with_context(verdict=verdict))
    return Events.concat(parts) if parts else None
