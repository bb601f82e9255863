"""What can be set for a site: shadow mode, how long visits are kept, and whether the networks they come from are."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.admin import LONGEST, told
from musculus.serve.api import Json, body_of
from musculus.store.base import Record, Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

KIND: Final = "site"
NAME: Final = "settings"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`shadow`: verdicts are made and shown but `POST /v1/verify` allows everybody.

    `retention_days` after its last batch a recording is deleted; null keeps it until somebody deletes it.
    `keep` is `paths`, or `measures`: then frames stay in memory, and a visit's verdict and measures are stored; where a
    change of settings doesn't name it, it stays. `networks`: of the address a visit comes from the first 24 bits are
    kept, 48 of IPv6; by default nothing is.
    """

    shadow: bool = False
    retention_days: Annotated[float, msgspec.Meta(gt=0, le=36_500)] | None = None
    networks: bool = False
    keep: Literal["paths", "measures"] = "paths"

    @classmethod
    def read(cls, store: Store, site: str) -> Settings:
        """The settings of a site, as they are by default where none were made."""
        found = store.records(KIND, site, name=NAME)
        return msgspec.json.decode(found[0].document, type=cls) if found else cls()

    def write(self, store: Store, site: str) -> None:
        """Keep them."""
        store.put_record(Record(KIND, site, NAME, int(time.time() * 1000), msgspec.json.encode(self)))


def with_networks(store: Store) -> frozenset[str]:
    """The sites that keep the networks visits come from."""
    found = store.records(KIND, name=NAME)
    return frozenset(r.site for r in found if msgspec.json.decode(r.document, type=Settings).networks)


class Keeping:
    """Which sites keep measures only, as ingest asks at every batch; `load` hears of what other servers were told."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._measures: frozenset[str] = frozenset()
        self._begun: set[str] = set()
        self.load()

    def load(self) -> None:
        """Read the settings of every site."""
        found = self._store.records(KIND, name=NAME)
        now = frozenset(r.site for r in found if msgspec.json.decode(r.document, type=Settings).keep == "measures")
        self._begun |= now - self._measures
        self._measures = now

    def measures(self, site: str) -> bool:
        """Whether a site keeps measures only."""
        return site in self._measures

    def begun(self) -> set[str]:
        """Sites that began to since this was asked the last time; at the start all that do."""
        begun, self._begun = self._begun, set()
        return begun


def routes(app: Application) -> list[Route]:
    """`/v1/settings`."""

    async def read(request: Request) -> Response:
        """The settings of a site."""
        site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
        return Json(await asyncio.to_thread(Settings.read, app.store, site))

    async def write(request: Request) -> Response:
        """Replace them, for admins; where measures only are kept from now on, the paths of open visits are deleted."""
        site = app.gate.admin(request.scope).of(request.query_params.get("site"), app.site)
        body = await body_of(request, LONGEST)
        wanted: Settings = told(body, Settings)
        if "keep" not in msgspec.json.decode(body or b"{}"):
            keep = (await asyncio.to_thread(Settings.read, app.store, site)).keep
            wanted = msgspec.structs.replace(wanted, keep=keep)
        await asyncio.to_thread(wanted.write, app.store, site)
        await asyncio.to_thread(app.keeping.load)
        if wanted.keep == "measures":
            await app.keeper.adopt(site)
        app.networks.sites = await asyncio.to_thread(with_networks, app.store)
        await asyncio.to_thread(app.networks.sweep)
        return Json(wanted)

    return [Route("/v1/settings", read), Route("/v1/settings", write, methods=["PUT"])]
