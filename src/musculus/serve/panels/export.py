"""The session list that is shown, as CSV or Parquet: `/v1/export/sessions.csv` with the page's own query."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.read.formulas import guard
from musculus.serve.panels import sessions
from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

COLUMNS: Final = (
    "recording", "first", "last", "events", "duration", "verdict", "probability", "why", "label", "device",
    "rate", "clock", "mouse", "screen", "pages",
)  # fmt: skip


def routes(app: Application) -> list[Route]:
    """The two files."""

    async def as_csv(request: Request) -> Response:
        """The session list as CSV, with the filters of its page; `first` and `last` in ms since 1970."""
        return _file(_csv(await _rows(app, request)), "text/csv", "sessions.csv")

    async def as_parquet(request: Request) -> Response:
        """The session list as Parquet, with the filters of its page; `first` and `last` in ms since 1970."""
        rows = await _rows(app, request)
        said = await app.worker.ask("panel", panel="export", rows=rows)
        return _file(msgspec.json.decode(said, type=bytes), "application/vnd.apache.parquet", "sessions.parquet")

    where = "/v1/export/sessions"
    return [Route(f"{where}.csv", as_csv), Route(f"{where}.parquet", as_parquet)]


async def _rows(app: Application, request: Request) -> list[dict[str, Any]]:
    site = app.gate.reader(request.scope).of(request.query_params.get("site"), app.site)
    said = await sessions.data(app, site, request.query_params, whole=True)
    return [{**{name: row[name] for name in COLUMNS}, "pages": " ".join(row["pages"])} for row in said["rows"]]


def _csv(rows: list[dict[str, Any]]) -> bytes:
    """Rows as CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: guard(v) if isinstance(v, str) else v for k, v in row.items()})
    return out.getvalue().encode()


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


def read(store: Store, site: str, asked: dict[str, Any]) -> bytes:
    """In the worker: rows as Parquet."""
    import polars as pl

    whole, numbers = ("first", "last", "events"), ("duration", "probability", "rate", "clock")
    kinds = {name: pl.Int64 if name in whole else pl.Float64 if name in numbers else pl.String for name in COLUMNS}
    out = io.BytesIO()
    pl.DataFrame(asked["rows"], schema=kinds).write_parquet(out)
    return out.getvalue()
