"""`/v1/webhooks`: a new verdict is posted to the site's own server, signed, and again until it says that it has it.

The signature is `t=SECONDS,v1=HEX`: HMAC-SHA256 with the webhook's secret over `SECONDS.BODY`. `courier` carries.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.access import Access
from musculus.serve.admin import asked
from musculus.serve.answers import Refusal
from musculus.serve.api import Json
from musculus.serve.posting import place_of
from musculus.store.base import Record

if TYPE_CHECKING:
    from musculus.serve.app import Application

HOOK: Final = "webhook"
HOOKS: Final = 20  # of one site
Label = Literal["human", "bot", "unsure"]


class NewHook(msgspec.Struct, forbid_unknown_fields=True):
    """Where to post, and which verdicts (default: bots)."""

    url: Annotated[str, msgspec.Meta(max_length=2000)]
    verdicts: tuple[Label, ...] = ("bot",)


class Hook(msgspec.Struct, frozen=True):
    """A webhook as it is kept; `inside` ones may go to this machine and to private networks."""

    url: str
    verdicts: tuple[Label, ...]
    secret: str
    inside: bool = False


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
        """The hooks of a site, without their secrets, what became of the last try, and how many deliveries wait."""
        _, site = self._who(request)
        hooks = await asyncio.to_thread(self._app.store.records, HOOK, site)
        waiting = await self._app.courier.waiting(site)
        last = self._app.courier.last
        shown = [{"id": record.name, **_shown(record), "last": last.get(record.name)} for record in hooks]
        return Json({"webhooks": shown, "waiting": waiting})

    async def make(self, request: Request) -> Response:
        """Make one: 201 with the secret its deliveries are signed with, told this once.

        One made by an admin of all sites may go to this machine and to private networks, another one only outside.
        """
        access, site = self._who(request)
        wanted: NewHook = await asked(request, NewHook)
        if place_of(wanted.url) is None:
            step = "write https://shop.example/hook"
            raise Refusal(422, "request", f"{wanted.url[:200]!r} is no place to post to; {step}")
        if len(await asyncio.to_thread(self._app.store.records, HOOK, site)) >= HOOKS:
            raise Refusal(422, "request", f"a site has {HOOKS} webhooks at most; delete one first")
        number, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
        hook = Hook(wanted.url, wanted.verdicts, secret, access.is_owner)
        record = Record(HOOK, site, number, int(time.time() * 1000), msgspec.json.encode(hook))
        await asyncio.to_thread(self._app.store.put_record, record)
        await self._app.courier.learn()
        return Json({"id": number, **_shown(record), "secret": secret}, 201)

    async def end(self, request: Request) -> Response:
        """Delete one; what still waits for it is dropped."""
        number = request.path_params["hook"]
        _, site = self._who(request)
        if not await asyncio.to_thread(self._app.store.drop_record, HOOK, site, number):
            raise Refusal(404, "not_found", "there is no such webhook")
        await self._app.courier.forget(site, number)
        return Json({"id": number})

    def _who(self, request: Request) -> tuple[Access, str]:
        access = self._app.gate.admin(request.scope)
        return access, access.of(request.query_params.get("site"), self._app.site)


def _shown(record: Record) -> dict[str, object]:
    hook = msgspec.json.decode(record.document, type=Hook)
    return {"url": hook.url, "verdicts": hook.verdicts, "inside": hook.inside, "made": record.made}
