"""`/healthz` and `/readyz`: whether the process answers, and whether it can take batches."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.errors import StoreError
from musculus.serve.answers import Refusal
from musculus.serve.api import Json

if TYPE_CHECKING:
    from musculus.serve.app import Application

log = logging.getLogger("musculus")

KNOWN: Final = 1.0  # seconds an answer stays true: anybody may ask, as often as they like
PATIENCE: Final = 3.0  # seconds; a store that takes longer is not ready


def routes(app: Application) -> list[Route]:
    """The two routes."""
    ready = Ready(app)

    async def health(request: Request) -> Response:
        """The process answers."""
        return Json({"status": "ok"})

    return [Route("/healthz", health), Route("/readyz", ready.answer)]


class Ready:
    """Tries the store, one try at a time whoever asks; `app.reserve` is the room it has to have."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._trying: asyncio.Task[str] | None = None
        self._said, self._until = "", 0.0

    async def answer(self, request: Request) -> Response:
        """The store takes batches and has room: 200, else 503. How much there is and what is wrong, its owner hears."""
        owner = False
        with contextlib.suppress(Refusal):
            owner = self._app.gate.reader(request.scope).is_owner
        if trouble := await self._trouble():
            shown = trouble if owner else "it can't take batches now"
            return Json({"status": "no", "detail": shown}, 503, {"retry-after": "5"})
        document: dict[str, Any] = {"status": "ok"}
        if owner:
            counts = await asyncio.to_thread(self._app.store.counts)
            document |= {"store": msgspec.to_builtins(counts), "ingest": self._app.ingest.counts}
        return Json(document)

    async def _trouble(self) -> str:
        """Why no batch can be taken, nothing where one can."""
        if time.monotonic() < self._until:
            return self._said
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(asyncio.to_thread(self._try))
        try:
            self._said = await asyncio.wait_for(asyncio.shield(self._trying), PATIENCE)
        except TimeoutError:
            self._said = f"the store did not answer in {PATIENCE:g} s"
        self._until = time.monotonic() + KNOWN
        if self._said:
            log.error("not ready: %s", self._said)
        return self._said

    def _try(self) -> str:
        store = self._app.store
        try:
            store.drop_record("ready", "", "")  # there is none: a transaction that writes, with nothing in it
            room = store.free()
        except (StoreError, OSError) as error:
            return str(error)
        return "" if room >= self._app.reserve else f"{room:,} bytes are left on the disk, too few"
