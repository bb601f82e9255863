"""What the player asks for: `/v1/recordings/{id}/events` and `/v1/recordings/{id}/strokes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.api import Json, unknown, with_path
from musculus.store.base import Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

NOT_KEPT = {"cache-control": "no-store"}


def routes(app: Application) -> list[Route]:
    """The two routes of a server."""

    async def events(request: Request) -> Response:
        """The events of a recording as columns of fixed width, in one binary file that begins with its description."""
        row = with_path(await _row(app, request))
        said = await app.worker.ask("replay", row.site, row.recording)
        content = msgspec.json.decode(said, type=bytes)
        return Response(content, media_type="application/octet-stream", headers=NOT_KEPT)

    async def strokes(request: Request) -> Response:
        """The strokes of a recording, with their measures and how these lie among people's."""
        row = await _row(app, request)
        return Json(await app.worker.ask("strokes", row.site, row.recording))

    one = "/v1/recordings/{recording:str}"
    return [Route(f"{one}/events", events), Route(f"{one}/strokes", strokes)]


async def _row(app: Application, request: Request) -> Recording:
    site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
    row = await app.desk.row(site, request.path_params["recording"])
    if row is None:
        raise unknown(request)
    return row
