"""`GET /v1/verdicts/stream`: new verdicts as server-sent events."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from musculus.serve.answers import Refusal
from musculus.store.base import Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

WAITING: Final = 1000  # verdicts a slow reader may be behind
READERS: Final = 50  # of one site, so that no site keeps the others out
ALL: Final = 400  # of one server
BEAT: Final = 15.0  # seconds; a comment, so that proxies keep the line open


def routes(app: Application) -> list[Route]:
    """The stream."""
    readers: Counter[str] = Counter()

    async def stream(request: Request) -> Response:
        """`event: verdict` with the verdict's document for each new one; a reader too slow is told what it missed."""
        site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
        if readers[site] >= READERS or readers.total() >= ALL:
            raise Refusal(503, "busy", f"{readers[site]} readers of this site listen already", wait=30)
        news = _news(app, site, readers)
        return StreamingResponse(news, media_type="text/event-stream", headers={"cache-control": "no-store"})

    return [Route("/v1/verdicts/stream", stream)]


async def _news(app: Application, site: str, readers: Counter[str]) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
    missed = 0

    def put(row: Recording) -> None:
        nonlocal missed
        assert row.verdict
        try:
            queue.put_nowait(b"event: verdict\ndata: " + row.verdict.document + b"\n\n")
        except asyncio.QueueFull:
            missed += 1

    readers[site] += 1
    try:
        with app.watch.listening(site, put):
            yield b": verdicts as they are made\n\n"
            while True:
                try:
                    yield await asyncio.wait_for(queue.get(), BEAT)
                except TimeoutError:
                    yield b": still here\n\n"
                if missed and queue.empty():
                    yield b'event: missed\ndata: {"verdicts": %d}\n\n' % missed
                    missed = 0
    finally:
        readers[site] -= 1
