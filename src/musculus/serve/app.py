"""The server as one ASGI callable: ingest on its own, everything else through Starlette."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from musculus.errors import MusculusError
from musculus.serve import (
    admin,
    api,
    backend,
    consent,
    health,
    login,
    metrics,
    openapi,
    pages,
    people,
    retention,
    sites,
    static,
    stream,
    webhooks,
)
from musculus.serve.access import Gate
from musculus.serve.answers import Receive, Refusal, Send
from musculus.serve.backend import Backend
from musculus.serve.caller import Proxies
from musculus.serve.courier import Courier
from musculus.serve.desk import Desk
from musculus.serve.headers import SafeHeaders
from musculus.serve.ingest import RESERVE, Ingest
from musculus.serve.networks import Networks
from musculus.serve.pathless.held import MOST as MEMORY
from musculus.serve.pathless.held import Held
from musculus.serve.pathless.keeper import Keeper
from musculus.serve.trouble import Trouble
from musculus.serve.watch import Watch
from musculus.serve.worker import Worker
from musculus.store.base import Store

log = logging.getLogger("musculus")
INGEST = "/v1/ingest"
REFRESH_SECONDS = 2.0
SWEEP_SECONDS = 60.0


class Application:
    """The whole server over one open store, which it closes when it stops.

    `store_url` is what the worker opens to read; `loopback` says that only this machine can reach the server;
    `proxies` are believed whom they speak for; of the `limits`, `memory` is the bytes of frames held for sites that
    keep measures only, the others go to `Ingest`.
    """

    def __init__(
        self, store: Store, store_url: str, site: str, *, loopback: bool, proxies: Proxies = (), **limits: float
    ) -> None:
        self.store, self.site, self.reserve = store, site, limits.get("reserve", RESERVE)
        self.networks = Networks(store, sites.with_networks(store))
        self.gate = Gate(store, site, loopback=loopback, proxies=proxies, networks=self.networks)
        self.keeping, self.worker = sites.Keeping(store), Worker(store_url)
        self.keeper = Keeper(store, self.worker, Held(int(limits.pop("memory", MEMORY))), self.keeping)
        self.ingest = Ingest(store, self.gate, self.keeping, self.keeper.held, **limits)
        self.desk = Desk(store, self.worker, self.keeper)
        self._repeated: list[asyncio.Task[None]] = []
        self._warming: asyncio.Task[None] | None = None
        self.watch = Watch(self.desk)
        self.courier = Courier(self)
        self.backend = Backend(self)
        rooms = (api, health, admin, sites, consent, backend, people, stream, webhooks, metrics, login, pages)
        routes = [route for room in rooms for route in room.routes(self)]
        routes += [*openapi.routes(routes), *static.routes()]
        said = Trouble(self.gate)
        handlers: dict[Any, Any] = {HTTPException: said.failed, MusculusError: said.failed, Refusal: said.refused}
        handlers[Exception] = said.broke
        self._rest = Starlette(routes=routes, exception_handlers=handlers, lifespan=self._lifespan)
        self._safe = SafeHeaders(self._rest)  # around everything, what breaks too

    async def forget(self, site: str, recording: str) -> int:
        """Delete a recording from the store and from the child's memory; how many batches there were."""
        batches = await asyncio.to_thread(self.store.erase, site, recording)
        self.keeper.forget(site, recording)
        try:
            await self.worker.ask("forget", site, recording)
        except MusculusError as error:  # it is deleted; the child hears of that from the store, seconds later
            log.error("the child's memory of a deleted visit goes a little later: %s", error)
        return batches

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or run the server's life."""
        if scope["type"] == "http" and scope["path"] == INGEST:
            await self.ingest(scope, receive, send)
        else:
            if scope["type"] == "http" and self._warming is None:  # a server that only takes batches never needs it
                self._warming = asyncio.create_task(self._warm())
            await self._safe(scope, receive, send)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        flush = self.networks.flush  # apart, because many writings take their time and a revoked key should not
        works = ((REFRESH_SECONDS, self._refresh), (REFRESH_SECONDS, flush), (SWEEP_SECONDS, self._sweep))
        self._repeated = [asyncio.create_task(_every(seconds, work)) for seconds, work in works]
        await self.courier.start()
        self.keeper.start()
        try:
            yield
        finally:
            for task in self._repeated:
                task.cancel()
            await self.courier.stop()
            await self.watch.stop()
            await self.ingest.commit.stop()
            await self.keeper.stop()
            await self.networks.flush()
            await self.worker.stop()
            if self._warming:
                await self._warming
            await asyncio.to_thread(self.store.close)

    async def _refresh(self) -> None:
        """Hear of keys, settings and webhooks that another server on the same store was told."""
        await asyncio.to_thread(self.gate.keys.load)
        await asyncio.to_thread(self.keeping.load)
        await self.courier.learn()
        self.networks.sites = await asyncio.to_thread(sites.with_networks, self.store)

    async def _sweep(self) -> None:
        """Forget what has expired; apart from the other, because many deletions take their time."""
        await asyncio.to_thread(self.networks.sweep)
        await self.courier.sweep()
        await asyncio.to_thread(self.backend.tokens.sweep)
        await asyncio.to_thread(self.gate.keys.sweep)
        await asyncio.to_thread(retention.sweep, self.store)

    async def _warm(self) -> None:
        try:
            await self.desk.start()
        except MusculusError as error:
            log.error("no verdicts: %s", error)


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Do something again and again, whatever becomes of it: a server that hears nothing more believes ended keys."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except MusculusError as error:
            log.error("the store can't be asked: %s", error)
        except Exception:
            log.exception("a fault in what is done every %g s", seconds)
