"""The JSON routes: verdicts, the list, what a recording's page draws, deletion."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.answers import CORS, Refusal
from musculus.serve.desk import NAME
from musculus.serve.networks import kept
from musculus.store.base import Query, Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

LARGEST_PAGE = 200
WHOLE = re.compile(r"-?[0-9]{1,15}")


class Json(Response):
    """A JSON answer that nobody keeps; bytes are JSON already."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"cache-control": "no-store", **(headers or {})})

    def render(self, content: Any) -> bytes:
        """Encode what isn't bytes yet."""
        return content if isinstance(content, bytes) else msgspec.json.encode(content)


def routes(app: Application) -> list[Route]:
    """The JSON routes of a server."""
    answers = Api(app)
    one = "/v1/recordings/{recording:str}"
    return [
        Route("/v1/recordings", answers.listing),
        Route(one, answers.recording),
        Route(one, answers.erase, methods=["DELETE", "OPTIONS"]),
        Route(f"{one}/verdict", answers.verdict),
        Route(f"{one}/drawing", answers.drawing),
    ]


class Api:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app = app

    async def verdict(self, request: Request) -> Response:
        """The verdict as of at most two seconds ago."""
        row = await self._app.desk.find(self._site(request), request.path_params["recording"])
        if row is None or row.verdict is None:
            raise unknown(request)
        return Json(row.verdict.document)

    async def recording(self, request: Request) -> Response:
        """What is kept of a recording, and which of its batches never came."""
        row = await self._app.desk.row(self._site(request), request.path_params["recording"])
        if row is None:
            raise unknown(request)
        gaps = await asyncio.to_thread(self._app.store.gaps, row.site, row.recording)
        labels = await asyncio.to_thread(self._app.store.records, "label", row.site, recording=row.recording)
        last = msgspec.Raw(labels[-1].document) if labels else None
        came = await asyncio.to_thread(kept, self._app.store, row.site, row.recording)
        return Json({**_listed(row), "gaps": gaps, "label": last, "networks": came})

    async def drawing(self, request: Request) -> Response:
        """The path, clicks and page sizes of a recording."""
        row = await self._app.desk.row(self._site(request), request.path_params["recording"])
        if row is None:
            raise unknown(request)
        return Json(await self._app.worker.ask("drawing", row.site, with_path(row).recording))

    async def listing(self, request: Request) -> Response:
        """A page of the session list; `next` are the parameters of the page after it, null on the last."""
        site, query = self._site(request), query_of(request)
        rows = await self._app.desk.rows(site, query)
        return Json({"recordings": [_listed(row) for row in rows], "next": page_after(rows, query)})

    async def erase(self, request: Request) -> Response:
        """Delete a recording for good: for whoever may read it, and with the write key for the visitor's own tab.

        A recording's 128 random bits are known to that tab and to nobody else.
        """
        headers = {name.decode(): value.decode() for name, value in CORS}
        if request.method == "OPTIONS":
            allowed = {"access-control-allow-methods": "DELETE", "access-control-max-age": "86400"}
            return Response(status_code=204, headers={**headers, **allowed})
        recording = request.path_params["recording"]
        gate = self._app.gate
        as_visitor = "key" in request.query_params or gate.is_demo(request.scope)
        site = gate.writer(request.scope) if as_visitor else self._site(request)
        row = await self._app.desk.row(site, recording)  # one that isn't there costs no transaction
        batches = await self._app.forget(row.site, recording) if row else 0
        headers["cache-control"] = "no-cache"  # not stored, it stays open in Chromium until the page reads it
        return Json({"recording": recording, "batches": batches}, headers=headers)

    def _site(self, request: Request) -> str:
        """The site a reader asks about. Raises `Refusal` where it is none of theirs."""
        access = self._app.gate.reader(request.scope)
        return access.of(request.query_params.get("site"), self._app.site)


async def body_of(request: Request, most: int, words: str = "") -> bytes:
    """The whole body. Raises `Refusal` 413, in other `words` where given, as soon as it is too long."""
    found = bytearray()
    try:
        async for part in request.stream():
            found += part
            if len(found) > most:
                raise Refusal(413, "too_large", words or f"at most {most} bytes are taken here")
    except ClientDisconnect:
        raise Refusal(400, "hung_up", "the connection ended before the body did") from None
    return bytes(found)


def query_of(request: Request) -> Query:
    """The list's filters from the query string; 400 where one is none."""
    given = request.query_params
    label, after = given.get("verdict") or None, given.get("before_recording", "")
    if label not in (None, "human", "bot", "unsure"):
        raise HTTPException(400, "verdict is one of human, bot, unsure")
    if after and not NAME.fullmatch(after):
        raise HTTPException(400, "before_recording is 32 hexadecimal digits")
    before = _number(request, "before")
    return Query(
        label=label,
        since=_number(request, "since"),
        until=_number(request, "until"),
        min_events=_number(request, "min_events") or 0,
        before=None if before is None else (before, after),
        limit=min(max(_number(request, "limit") or 50, 1), LARGEST_PAGE),
    )


def _number(request: Request, name: str) -> int | None:
    """A whole number of the query, None where it isn't there."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not WHOLE.fullmatch(text):
        raise HTTPException(400, f"not a number in the query: {name} is {text[:40]!r}")
    return int(text)


def page_after(rows: list[Recording], query: Query) -> dict[str, int | str] | None:
    """The parameters of the page after this one, None on the last."""
    if len(rows) < query.limit:
        return None
    return {"before": rows[-1].last, "before_recording": rows[-1].recording}


def unknown(request: Request) -> HTTPException:
    """404 for a recording that isn't there."""
    return HTTPException(404, f"there is no recording {request.path_params['recording'][:64]}")


def with_path(row: Recording) -> Recording:
    """The row of a recording whose path is kept; 404 of one of which measures only are."""
    if not row.has_paths:
        raise HTTPException(404, "paths are not kept for this site; measures of this visit are at /measures")
    return row


def _listed(row: Recording) -> dict[str, Any]:
    return {
        "recording": row.recording,
        "site": row.site,
        "first": row.first,
        "last": row.last,
        "batches": row.batches,
        "events": row.events,
        "paths": row.has_paths,
        "verdict": msgspec.Raw(row.verdict.document) if row.verdict else None,
    }
