"""Whether everything that comes is kept: queue, commits, refusals, dead letters."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER, FOR = "Health", 6, ("admin", "open")


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """`stored` counts, `batches` by what became of them, the `queue`, `letters` that could not be accepted."""
    counts, letters, free = await asyncio.gather(
        asyncio.to_thread(app.store.counts), asyncio.to_thread(app.store.letters, 20), asyncio.to_thread(app.store.free)
    )
    used = resource.getrusage(resource.RUSAGE_SELF)
    batches = dict(sorted(app.ingest.counts.items()))
    kept = batches.get("acked", 0) + batches.get("again", 0)
    return {
        "stored": msgspec.to_builtins(counts),
        "batches": batches,
        "refused": sum(batches.values()) - kept,
        "queue": app.ingest.commit.in_flight,
        "free": free if free < 1 << 60 else None,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "letters": [{"received": x.received, "reason": x.reason, "size": len(x.frame)} for x in letters],
    }
