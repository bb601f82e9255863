"""The server as one ASGI callable: ingest on its own, everything else through Starlette."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from musculus.errors import MusculusError
from musculus.serve import api, pages, static
from musculus.serve.answers import Receive, Send
from musculus.serve.desk import Desk
from musculus.serve.headers import SafeHeaders
from musculus.serve.ingest import Ingest
from musculus.serve.worker import Worker
from musculus.store.base import Store

log = logging.getLogger("musculus")
INGEST = "/v1/ingest"


class Application:
    """The whole server over one open store, which it closes when it stops.

    `store_url` is what the worker opens to read; `limits` go to `Ingest`.
    """

    def __init__(self, store: Store, store_url: str, site: str, **limits: float) -> None:
        self.store, self.site = store, site
        self.ingest = Ingest(store, site, **limits)
        self.worker = Worker(store_url)
        self.desk = Desk(store, self.worker, site)
        self._warming: asyncio.Task[None] | None = None
        routes: list[BaseRoute] = [*api.routes(self), *pages.routes(self), *static.routes()]
        self._rest = Starlette(
            routes=routes,
            middleware=[Middleware(SafeHeaders)],
            exception_handlers={HTTPException: api.failed, MusculusError: api.failed},
            lifespan=self._lifespan,
        )

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or run the server's life."""
        if scope["type"] == "http" and scope["path"] == INGEST:
            await self.ingest(scope, receive, send)
        else:
            if scope["type"] == "http" and self._warming is None:  # a server that only takes batches never needs it
                self._warming = asyncio.create_task(self._warm())
            await self._rest(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await self.ingest.commit.stop()
            await self.worker.stop()
            if self._warming:
                await self._warming
            await asyncio.to_thread(self.store.close)

    async def _warm(self) -> None:
        try:
            await self.desk.start()
        except MusculusError as error:
            log.error("no verdicts: %s", error)
