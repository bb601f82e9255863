"""Kept measures over HTTP: of one recording as JSON, of many as CSV or Parquet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.api import Json, query_of, unknown
from musculus.serve.pathless import documents
from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

NOT_KEPT = {"cache-control": "no-store"}
CUTS = ("stroke", "recording")


def routes(app: Application) -> list[Route]:
    """`/v1/recordings/ID/measures` and `/v1/export/measures`."""

    async def measures(request: Request) -> Response:
        """The measures that are kept of a recording in the place of its path: `parts`, each with its `strokes`."""
        site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
        row = await app.desk.row(site, request.path_params["recording"])
        if row is None:
            raise unknown(request)
        if row.has_paths:
            raise HTTPException(404, "the path of this recording is kept; its measures are at /strokes")
        return Json(await asyncio.to_thread(kept, app.store, row.site, row.recording), headers=NOT_KEPT)

    async def as_csv(request: Request) -> Response:
        """Measures of the visits whose paths are not kept as CSV; `cut` is stroke or recording."""
        return await _file(request, "csv", "text/csv")

    async def as_parquet(request: Request) -> Response:
        """Measures of the visits whose paths are not kept as Parquet; `cut` is stroke or recording."""
        return await _file(request, "parquet", "application/vnd.apache.parquet")

    async def _file(request: Request, form: str, kind: str) -> Response:
        site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
        cut = request.query_params.get("cut") or "stroke"
        if cut not in CUTS:
            raise HTTPException(400, f"cut is one of {', '.join(CUTS)}")
        q = query_of(request)
        asked = {"since": q.since, "until": q.until, "label": q.label, "min_events": q.min_events}
        said = await app.worker.ask("measures", site, cut=cut, form=form, query=asked)
        headers = {"content-disposition": f'attachment; filename="{cut}s.{form}"', **NOT_KEPT}
        return Response(msgspec.json.decode(said, type=bytes), media_type=kind, headers=headers)

    where = "/v1/export/measures"
    one = Route("/v1/recordings/{recording:str}/measures", measures)
    return [one, Route(f"{where}.csv", as_csv), Route(f"{where}.parquet", as_parquet)]


def kept(store: Store, site: str, recording: str) -> dict[str, Any]:
    """Everything that is kept of a recording in the place of its path."""
    return {
        "recording": recording,
        "parts": [
            {
                "part": part.part, "first": part.first, "last": part.last, "batches": part.batches,
                "events": part.events, "closed": part.closed, "verdict": part.verdict, "measures": part.visit,
                "strokes": documents.strokes(store, site, part),
            }
            for part in documents.parts(store, site, recording)
        ],
    }  # fmt: skip
