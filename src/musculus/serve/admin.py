"""Administration over HTTP, for holders of an admin key: the keys of a store, made, listed and ended."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.errors import MusculusError
from musculus.serve.access import Access
from musculus.serve.answers import Refusal
from musculus.serve.api import Json, body_of
from musculus.serve.keys import EVERY_SITE, Kind

if TYPE_CHECKING:
    from musculus.serve.app import Application

LONGEST = 16384  # bytes of a question


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """A key to make; see `Keyring.make`."""

    kind: Kind
    site: str = EVERY_SITE
    origins: tuple[str, ...] = ()
    rate: float | None = None
    days: float | None = None
    note: str = ""


class EndKey(msgspec.Struct, forbid_unknown_fields=True):
    """When a key ends: hours from now, 0 at once."""

    hours: Annotated[float, msgspec.Meta(ge=0, le=876_000)] = 0.0


def routes(app: Application) -> list[Route]:
    """The routes under `/v1/keys`."""
    keys = Keys(app)
    return [
        Route("/v1/keys", keys.listing),
        Route("/v1/keys", keys.make, methods=["POST"]),
        Route("/v1/keys/{key:str}", keys.end, methods=["DELETE"]),
    ]


class Keys:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def listing(self, request: Request) -> Response:
        """The keys an admin may see; never what they are."""
        access = self._app.gate.admin(request.scope)
        keys = self._app.gate.keys.all(None if access.site == EVERY_SITE else access.site)
        return Json({"keys": [key.shown() for key in keys]})

    async def make(self, request: Request) -> Response:
        """Make a key: 201 with its text, which is told this once."""
        access = self._app.gate.admin(request.scope)
        wanted = await asked(request, NewKey)
        _within(access, wanted.site)
        with refusing():
            key, text = await asyncio.to_thread(self._make, wanted)
        return Json({"key": text, **key.shown()}, 201)

    async def end(self, request: Request) -> Response:
        """Revoke a key, or let it end in some hours."""
        access = self._app.gate.admin(request.scope)
        wanted = await asked(request, EndKey)
        number = request.path_params["key"]
        known = {key.id: key for key in self._app.gate.keys.all()}
        if number not in known or access.site not in (EVERY_SITE, known[number].site):
            raise Refusal(404, "not_found", "there is no such key")
        with refusing():
            key = await asyncio.to_thread(self._app.gate.keys.expire, number, wanted.hours)
        return Json(key.shown())

    def _make(self, wanted: NewKey) -> Any:
        w = wanted
        return self._app.gate.keys.make(w.kind, w.site, origins=w.origins, rate=w.rate, days=w.days, note=w.note)


class refusing:  # noqa: N801  # reads as a statement
    """Turns what a caller did wrong into 422; a failing store stays what it is."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        if isinstance(error, MusculusError) and isinstance(error, (ValueError, KeyError)):
            raise Refusal(422, "request", str(error)) from error


async def asked(request: Request, kind: type[Any]) -> Any:
    """The JSON body as a struct; 422 says what is wrong with it. An empty body is an empty object."""
    return told(await body_of(request, LONGEST), kind)


def told(body: bytes, kind: type[Any]) -> Any:
    """The same of a body that was read."""
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise Refusal(422, "request", str(error)) from error


def _within(access: Access, site: str) -> None:
    if access.site not in (EVERY_SITE, site):
        raise Refusal(403, "key", f"this admin key is for site {access.site!r} only")
