"""The pages people look at: the dashboard's panels, one recording, the demo."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from musculus import __version__
from musculus.serve.answers import Refusal
from musculus.serve.api import Json, unknown
from musculus.serve.backend import history
from musculus.serve.consent import agreements
from musculus.serve.keys import EVERY_SITE
from musculus.serve.networks import kept
from musculus.serve.panels import Panel, export, panels
from musculus.serve.panels.facts import facts
from musculus.serve.pathless import routes as pathless_routes
from musculus.serve.replay import routes as replay_routes
from musculus.serve.verdict import Verdict
from musculus.store.base import Query, Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

Handler = Callable[[Request], Awaitable[Response]]
AT_ONCE: Final = 20_000  # events of a recording whose page waits for its verdict; a longer one's page asks for it later


def routes(app: Application) -> list[Route]:
    """The pages of a server, and the JSON route of every panel."""
    pages = Pages(app)
    found = [Route(panel.path, pages.panel(panel)) for panel in panels()]
    found += [Route(f"/v1/panels/{panel.name}", pages.panel_json(panel)) for panel in panels()]
    one = Route("/recordings/{recording:str}", pages.recording)
    more = [*export.routes(app), *replay_routes.routes(app), *pathless_routes.routes(app)]
    return [*found, one, Route("/demo", pages.demo), *more]


class Paper:
    """The templates, and what all pages made of them have in common."""

    def __init__(self) -> None:
        self._templates = Environment(
            loader=PackageLoader("musculus.serve"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(iso=_iso, thousands="{:,}".format, figures=_figures)
        self._templates.globals.update(version=__version__, menu=panels(), urlencode=urlencode, here="", tenant={})

    def page(self, template: str, **values: Any) -> Response:
        """A page that no browser keeps."""
        html = self._templates.get_template(template).render(**values)
        return HTMLResponse(html, headers={"cache-control": "no-store"})


class Pages:
    """The handlers, over one application and its templates."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._page = Paper().page

    def panel(self, panel: Panel) -> Handler:
        """The page of a panel; with a `part` in the query only what is on it, for the page's own script."""

        async def show(request: Request) -> Response:
            site = self._site(request, panel)
            said = await panel.data(self._app, site, request.query_params)
            layout = "part.html" if request.query_params.get("part") else "base.html"
            access = self._app.gate.reader(request.scope)
            admin = access.is_admin
            values = {**said, "site": site, "query": request.query_params, "admin": admin, **_tenant(request)}
            values["sites"] = self._sites(site) if admin and access.site == EVERY_SITE else []
            values["pathless"] = self._app.keeping.measures(site)
            return self._page(f"panels/{panel.name}.html", layout=layout, here=panel.name, panel=panel, **values)

        return show

    def panel_json(self, panel: Panel) -> Handler:
        """What a panel shows, as JSON."""

        async def tell(request: Request) -> Response:
            said = await panel.data(self._app, self._site(request, panel), request.query_params)
            return Json(said)

        tell.__doc__ = f"What is on the page {panel.title}, as JSON: {panel.about}"
        return tell

    def _sites(self, now: str) -> list[str]:
        """All sites of the server, for who may see them all."""
        named = {key.site for key in self._app.gate.keys.all()} - {EVERY_SITE}
        return sorted(named | {self._app.site, now})

    async def recording(self, request: Request) -> Response:
        """One recording: verdict, reasons, labels, and the player, which asks for the events by itself."""
        site, name = self._site(request), request.path_params["recording"]
        row = await self._app.desk.row(site, name)
        if row is not None and row.events <= AT_ONCE:
            row = await self._app.desk.find(site, name)
        elif row is not None:
            await self._app.desk.rows(site, Query(recording=name, limit=1))  # has a new verdict made where one is due
        if row is None:
            raise unknown(request)
        labels = await asyncio.to_thread(history, self._app.store, site, name)
        came = await asyncio.to_thread(kept, self._app.store, site, name)
        values = {"row": shown(row), "site": site, "labels": labels[::-1], "networks": came, **_tenant(request)}
        agreed = await asyncio.to_thread(agreements, self._app.store, site, name)
        known = (await facts(self._app, site, [row])).get(name)
        values["mouse"] = known.configuration if known else {}
        return self._page("recording.html", here="sessions", agreed=agreed, **values)

    async def demo(self, request: Request) -> Response:
        """Something to click, to fill in and to scroll, with the script tag in it."""
        site = self._site(request)
        key = "" if self._app.gate.is_demo(request.scope) else await asyncio.to_thread(self._app.gate.page_key, site)
        return self._page("demo.html", site=site, key=key, here="demo", **_tenant(request))

    def _site(self, request: Request, panel: Panel | None = None) -> str:
        """The site that is asked about. Raises `Refusal` for who may not see it, or not this panel."""
        access = self._app.gate.reader(request.scope)
        if panel and panel.kinds and access.kind not in panel.kinds:
            raise Refusal(403, "key", f"this needs a key of the kind {' or '.join(panel.kinds)}")
        if panel and panel.kinds:
            self._app.gate.owner(request.scope)  # such a panel tells of all sites together
        return access.of(request.query_params.get("site"), self._app.site)


def shown(row: Recording) -> dict[str, Any]:
    """A row of the list with its verdict read."""
    verdict = msgspec.json.decode(row.verdict.document, type=Verdict) if row.verdict else None
    said = {"recording": row.recording, "first": row.first, "last": row.last, "events": row.events}
    return {**said, "verdict": verdict, "paths": row.has_paths}


def _tenant(request: Request) -> dict[str, Any]:
    """What links carry on: the site somebody who may see several has chosen."""
    asked = request.query_params.get("site")
    return {"tenant": {"site": asked} if asked else {}}


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _figures(value: float | None, digits: int = 3) -> str:
    """A number for people: thousands apart, a few digits; a dash for none."""
    if value is None or math.isnan(value):
        return "\N{EN DASH}"
    return f"{value:,.0f}" if abs(value) >= 10**digits else f"{value:.{digits}g}"
