"""`/metrics`: counters for Prometheus; nothing in them is about a person."""

from __future__ import annotations

import asyncio
import resource
import time
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from musculus.serve.app import Application

KIND: Final = "text/plain; version=0.0.4; charset=utf-8"


def routes(app: Application) -> list[Route]:
    """`/metrics`, for who owns the server."""
    began = time.time()

    async def metrics(request: Request) -> Response:
        """What the server counted since it started, in the text form of Prometheus; needs an admin key of all sites."""
        app.gate.owner(request.scope)
        counts = msgspec.to_builtins(await asyncio.to_thread(app.store.counts))
        lines = [*_family("musculus_batches_total", "counter", "batches by what became of them")]
        lines += [f'musculus_batches_total{{result="{k}"}} {n}' for k, n in sorted(app.ingest.counts.items())]
        lines += _gauge("musculus_queue", "batches waiting for the disk", app.ingest.commit.in_flight)
        for name, n in counts.items():
            lines += _gauge(f"musculus_stored_{name}", f"{name} in the store", n)
        lines += _gauge("musculus_disk_free_bytes", "bytes left for the store", app.store.free())
        lines += _gauge("musculus_start_seconds", "when the server started, since 1970", round(began))
        used = resource.getrusage(resource.RUSAGE_SELF)
        lines += _gauge("musculus_cpu_seconds", "processor time of the ingest process", used.ru_utime + used.ru_stime)
        lines += _gauge("musculus_memory_peak_bytes", "most memory it held", used.ru_maxrss * 1024)
        return Response("\n".join(lines) + "\n", media_type=KIND, headers={"cache-control": "no-store"})

    return [Route("/metrics", metrics)]


def _gauge(name: str, about: str, value: float) -> list[str]:
    return [*_family(name, "gauge", about), f"{name} {value}"]


def _family(name: str, kind: str, about: str) -> list[str]:
    return [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
