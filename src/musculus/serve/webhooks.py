"""Webhooks: a new verdict is posted to the site's own server, signed, and again until it says that it has it.

A delivery is kept in the store before it is tried, so that a restart loses none; it may arrive twice, and says by its
`id` that it is the same. The signature is `t=SECONDS,v1=HEX`: HMAC-SHA256 with the webhook's secret over
`SECONDS.BODY`.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import http.client
import logging
import random
import secrets
import ssl
import time
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.errors import MusculusError
from musculus.serve.admin import asked
from musculus.serve.answers import Refusal
from musculus.serve.api import Json
from musculus.serve.verdict import Verdict as Document
from musculus.store.base import Record, Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

log = logging.getLogger("musculus.webhooks")

HOOK: Final = "webhook"
DELIVERY: Final = "delivery"
FIRST: Final = 2.0  # seconds until the second try; each wait is twice the one before
TRIES: Final = 12  # over some two hours
SECONDS: Final = 5.0  # a receiver has to answer; a server that is stopped waits for it
EVERY: Final = 1.0  # seconds between two looks at what is due
AT_ONCE: Final = 20
Label = Literal["human", "bot", "unsure"]


class Hook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to post, and which verdicts (default: bots)."""

    url: str
    verdicts: tuple[Label, ...] = ("bot",)
    secret: str = ""


class Delivery(msgspec.Struct, frozen=True):
    """One verdict on its way to one hook; `due` is ms since 1970."""

    hook: str
    body: str
    tries: int
    due: int


def routes(app: Application) -> list[Route]:
    """`/v1/webhooks`."""
    hooks = Webhooks(app)
    return [
        Route("/v1/webhooks", hooks.listing),
        Route("/v1/webhooks", hooks.make, methods=["POST"]),
        Route("/v1/webhooks/{hook:str}", hooks.end, methods=["DELETE"]),
    ]


class Webhooks:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def listing(self, request: Request) -> Response:
        """The hooks of a site, without their secrets, and how many deliveries wait."""
        site = self._site(request)
        hooks = await asyncio.to_thread(self._app.store.records, HOOK, site)
        waiting = await asyncio.to_thread(self._app.store.records, DELIVERY, site)
        shown = [{"id": record.name, **_shown(record)} for record in hooks]
        return Json({"webhooks": shown, "waiting": len(waiting)}, headers={"cache-control": "no-store"})

    async def make(self, request: Request) -> Response:
        """Make one: 201 with the secret its deliveries are signed with, told this once."""
        site = self._site(request)
        wanted: Hook = await asked(request, Hook)
        parts = urlsplit(wanted.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            step = "write https://shop.example/hook"
            raise Refusal(422, "request", f"{wanted.url[:200]!r} is no place to post to; {step}")
        number, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        hook = msgspec.structs.replace(wanted, secret=secret)
        record = Record(HOOK, site, number, int(time.time() * 1000), msgspec.json.encode(hook))
        await asyncio.to_thread(self._app.store.put_record, record)
        await self._app.courier.learn()
        return Json({"id": number, **_shown(record), "secret": secret}, 201, {"cache-control": "no-store"})

    async def end(self, request: Request) -> Response:
        """Delete one; what still waits for it is dropped."""
        number = request.path_params["hook"]
        site, store = self._site(request), self._app.store
        if not await asyncio.to_thread(store.drop_record, HOOK, site, number):
            raise Refusal(404, "not_found", "there is no such webhook")
        for record in await asyncio.to_thread(store.records, DELIVERY, site):
            if msgspec.json.decode(record.document, type=Delivery).hook == number:
                await asyncio.to_thread(store.drop_record, DELIVERY, site, record.name)
        await self._app.courier.learn()
        return Json({"id": number})

    def _site(self, request: Request) -> str:
        return self._app.gate.admin(request.scope).of(request.query_params.get("site"), self._app.site)


class Courier:
    """Listens for verdicts on sites that have hooks, writes deliveries down, and carries them."""

    def __init__(self, app: Application) -> None:
        self._app, self._store = app, app.store
        self._hooks: dict[str, dict[str, Hook]] = {}
        self._listening: dict[str, contextlib.ExitStack] = {}
        self._last: dict[tuple[str, str], str] = {}
        self._waiting: list[Record] = []
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen and to carry what is left of the last time."""
        await self.learn()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is under way is tried again at the next start."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        for stack in self._listening.values():
            stack.close()

    async def learn(self) -> None:
        """Read the hooks anew, and listen at the sites that have some."""
        found: dict[str, dict[str, Hook]] = {}
        for record in await asyncio.to_thread(self._store.records, HOOK):
            found.setdefault(record.site, {})[record.name] = msgspec.json.decode(record.document, type=Hook)
        self._hooks = found
        for site in found.keys() - self._listening.keys():
            self._listening[site] = contextlib.ExitStack()
            self._listening[site].enter_context(self._app.watch.listening(site, self._heard))
        for site in self._listening.keys() - found.keys():
            self._listening.pop(site).close()

    def _heard(self, row: Recording) -> None:
        """A new verdict: written down for each hook that wants it, unless the one before on this visit was the same."""
        assert row.verdict
        key = (row.site, row.recording)
        if self._last.get(key) == row.verdict.label:
            return
        self._last[key] = row.verdict.label
        while len(self._last) > 50_000:
            del self._last[next(iter(self._last))]
        for number, hook in self._hooks.get(row.site, {}).items():
            if row.verdict.label in hook.verdicts:
                self._waiting.append(_delivery(number, row))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                waiting, self._waiting = self._waiting, []
                for record in waiting:
                    await asyncio.to_thread(self._store.put_record, record)
                await self._carry()
            except MusculusError as error:
                log.error("deliveries wait: %s", error)

    async def _carry(self) -> None:
        """Try what is due, some at a time."""
        if not self._hooks:
            return
        now = int(time.time() * 1000)
        records = await asyncio.to_thread(self._store.records, DELIVERY)
        due = [(r, d) for r in records if (d := msgspec.json.decode(r.document, type=Delivery)).due <= now]
        await asyncio.gather(*(self._try(record, delivery) for record, delivery in due[:AT_ONCE]))

    async def _try(self, record: Record, delivery: Delivery) -> None:
        hook = self._hooks.get(record.site, {}).get(delivery.hook)
        answer = await asyncio.to_thread(post, hook, delivery.body) if hook else "the webhook is gone"
        if not answer or not hook:
            await asyncio.to_thread(self._store.drop_record, DELIVERY, record.site, record.name)
            return
        tries = delivery.tries + 1
        if tries >= TRIES:
            log.error("webhook %s did not take a verdict in %d tries (%s): dropped", delivery.hook, TRIES, answer)
            await asyncio.to_thread(self._store.drop_record, DELIVERY, record.site, record.name)
            return
        wait = FIRST * 2 ** (tries - 1) * random.uniform(0.75, 1.25)  # noqa: S311  # so that not all come at once
        later = msgspec.structs.replace(delivery, tries=tries, due=int((time.time() + wait) * 1000))
        kept = Record(DELIVERY, record.site, record.name, record.made, msgspec.json.encode(later), record.recording)
        await asyncio.to_thread(self._store.put_record, kept)


def post(hook: Hook, body: str) -> str:
    """Post a delivery; nothing where the receiver took it (2xx), else why not. Redirects are not followed."""
    parts = urlsplit(hook.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kind: Any = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    more = {"context": ssl.create_default_context()} if parts.scheme == "https" else {}
    headers = {"content-type": "application/json", "musculus-signature": sign(hook.secret, body, int(time.time()))}
    try:
        line = kind(parts.hostname, parts.port, timeout=SECONDS, **more)
        try:
            line.request("POST", path, body.encode(), headers)
            answer = line.getresponse()
            answer.read(1024)
            return "" if 200 <= answer.status < 300 else f"it answered {answer.status}"
        finally:
            line.close()
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"it can't be reached: {error}"


def sign(secret: str, body: str, at: int) -> str:
    """The signature header of a body; the receiver makes the same and compares, and refuses what is minutes old.

    >>> sign("secret", "{}", 1700000000)
    't=1700000000,v1=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163'
    """
    mark = hmac.digest(secret.encode(), f"{at}.{body}".encode(), "sha256").hex()
    return f"t={at},v1={mark}"


def _delivery(hook: str, row: Recording) -> Record:
    assert row.verdict
    number, now = secrets.token_hex(8), int(time.time() * 1000)
    said = msgspec.to_builtins(msgspec.json.decode(row.verdict.document, type=Document))
    body = msgspec.json.encode({"id": number, "site": row.site, "made": row.verdict.made, **said}).decode()
    document = msgspec.json.encode(Delivery(hook, body, 0, now))
    return Record(DELIVERY, row.site, number, now, document, row.recording)


def _shown(record: Record) -> dict[str, object]:
    hook = msgspec.json.decode(record.document, type=Hook)
    return {"url": hook.url, "verdicts": hook.verdicts, "made": record.made}
