"""Files that never change while the server runs, read once: the collector, style sheets, the pages' scripts."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.serve.answers import CORS

FOLDER: Final = Path(__file__).parent / "static"
TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".ts": "text/plain",
}
# the collector is fetched by other sites' pages, all day: cached for an hour, then asked for by its ETag
COLLECTOR: Final = ("musculus.js", "musculus.mjs", "musculus.d.ts", "consent.js")


class File:
    """One file with its compressed form and its ETag."""

    def __init__(self, path: Path) -> None:
        self.body = path.read_bytes()
        self.gzipped = gzip.compress(self.body, mtime=0)
        self.etag = f'"{hashlib.sha256(self.body).hexdigest()[:24]}"'
        kind = f"{TYPES[path.suffix]}; charset=utf-8"
        self.headers = {"content-type": kind, "etag": self.etag, "vary": "accept-encoding"}
        if path.name in COLLECTOR:
            self.headers |= {name.decode(): value.decode() for name, value in CORS}
            self.headers["cache-control"] = "public, max-age=3600"
        else:
            self.headers["cache-control"] = "no-cache"

    def answer(self, request: Request) -> Response:
        """The file, or 304 for a browser that has it."""
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self.headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.gzipped, headers={**self.headers, "content-encoding": "gzip"})
        return Response(self.body, headers=self.headers)


def routes() -> list[Route]:
    """`/musculus.js` and its siblings, and everything under `/static/`."""
    files = {path.name: File(path) for path in FOLDER.iterdir() if path.suffix in TYPES}

    async def serve(request: Request) -> Response:
        name = request.path_params.get("name") or request.url.path.lstrip("/")
        if name not in files:
            raise HTTPException(404, f"there is no file {name[:64]}")
        return files[name].answer(request)

    return [Route(f"/{name}", serve) for name in COLLECTOR] + [Route("/static/{name:str}", serve)]
