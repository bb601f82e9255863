"""The pages people look at: the session list, one recording, the demo."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from musculus import __version__
from musculus.serve.api import page_after, query_of, unknown
from musculus.serve.verdict import Verdict

if TYPE_CHECKING:
    from musculus.serve.app import Application
    from musculus.store.base import Recording


def routes(app: Application) -> list[Route]:
    """The pages of a server."""
    pages = Pages(app)
    return [
        Route("/", pages.sessions),
        Route("/recordings/{recording:str}", pages.recording),
        Route("/demo", pages.demo),
    ]


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
        self._templates.filters["iso"] = _iso
        self._templates.globals.update(version=__version__)

    def page(self, template: str, **values: Any) -> Response:
        """A page that no browser keeps."""
        html = self._templates.get_template(template).render(**values)
        return HTMLResponse(html, headers={"cache-control": "no-store"})


class Pages:
    """The handlers, over one application and its templates."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._page = Paper().page

    async def sessions(self, request: Request) -> Response:
        """The session list; with `part=rows` only its rows, for the page's own script."""
        site, query = self._site(request), query_of(request)
        rows = await self._app.desk.rows(site, query)
        after = page_after(rows, query)
        older = "?" + urlencode({**request.query_params, **after, "part": ""}) if after else None
        template = "rows.html" if request.query_params.get("part") == "rows" else "sessions.html"
        return self._page(
            template,
            site=site,
            rows=[_shown(row) for row in rows],
            older=older,
            label=query.label,
            live=query.before is None,
        )

    async def recording(self, request: Request) -> Response:
        """One recording: verdict, reasons, and the path drawn by the page's script."""
        row = await self._app.desk.find(self._site(request), request.path_params["recording"])
        if row is None:
            raise unknown(request)
        return self._page("recording.html", row=_shown(row))

    async def demo(self, request: Request) -> Response:
        """Something to click, to fill in and to scroll, with the script tag in it."""
        site = self._site(request)
        key = "" if self._app.gate.is_demo(request.scope) else await asyncio.to_thread(self._app.gate.page_key, site)
        return self._page("demo.html", site=site, key=key)

    def _site(self, request: Request) -> str:
        access = self._app.gate.reader(request.scope)
        return access.of(request.query_params.get("site"), self._app.site)

def _shown(row: Recording) -> dict[str, Any]:
    verdict = msgspec.json.decode(row.verdict.document, type=Verdict) if row.verdict else None
    return {"recording": row.recording, "first": row.first, "last": row.last, "events": row.events, "verdict": verdict}


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
