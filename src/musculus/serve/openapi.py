"""`/openapi.json`: every route for machines, made of the routes' own docstrings and structs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus import __version__
from musculus.serve.admin import EndKey, NewKey
from musculus.serve.alarm import Alarmed
from musculus.serve.api import Json
from musculus.serve.backend import Label, Labelled, Token, Verified
from musculus.serve.consent import Agreed, Asked, Wording
from musculus.serve.people import Enrol, Enrolled, Forgotten
from musculus.serve.sites import Settings
from musculus.serve.verdict import Verdict
from musculus.serve.webhooks import NewHook

FRAME: Final = "application/octet-stream"
KEY: Final = {"key": {"type": "http", "scheme": "bearer", "description": "mk_secret_... or mk_admin_..."}}
WRITE: Final = {"write": {"type": "apiKey", "in": "query", "name": "key", "description": "mk_write_..."}}
BOTH: Final[list[dict[str, list[str]]]] = [{"key": []}, {"write": []}]


class Error(msgspec.Struct):
    """What every refusal says."""

    error: str
    detail: str


class Acked(msgspec.Struct):
    """The batch is on the disk."""

    acked: int


class Ended(msgspec.Struct):
    """A recording was deleted, with so many batches."""

    recording: str
    batches: int


class Page(msgspec.Struct):
    """A page of the list; `next` holds the parameters of the next one."""

    recordings: list[dict[str, Any]]
    next: dict[str, Any] | None


class Signed(msgspec.Struct):
    """A token, good once and for so many seconds."""

    token: str
    expires_in: int


class History(msgspec.Struct):
    """Everything said of a visit."""

    recording: str
    labels: list[Labelled]


@dataclass(frozen=True)
class About:
    """What the code of a route does not say: body, answer, status, who may, the query."""

    answer: Any = None
    status: int = 200
    body: Any = None
    security: Any = None
    query: tuple[str, ...] = ("site",)
    kind: str = "application/json"


NUMBERS: Final = ("since", "until", "min_events", "before", "limit")
MEASURES: Final = ("site", "cut", "verdict", "since", "until", "min_events")
ABOUT: Final[dict[tuple[str, str], About]] = {
    ("POST", "/v1/ingest"): About(Acked, 202, FRAME, [{"write": []}, {}], ()),
    ("GET", "/v1/recordings"): About(Page, query=("site", "verdict", "before_recording", *NUMBERS)),
    ("GET", "/v1/recordings/{recording}/verdict"): About(Verdict),
    ("DELETE", "/v1/recordings/{recording}"): About(Ended, security=BOTH),
    ("GET", "/v1/recordings/{recording}/labels"): About(History),
    ("GET", "/v1/recordings/{recording}/events"): About(str, kind=FRAME),
    ("POST", "/v1/recordings/{recording}/labels"): About(Labelled, 201, Label),
    ("POST", "/v1/token"): About(Signed, 200, "text/plain", [{"write": []}, {}], ()),
    ("POST", "/v1/verify"): About(Verified, 200, Token),
    ("POST", "/v1/score"): About(Verdict, 200, FRAME),
    ("GET", "/v1/settings"): About(Settings),
    ("PUT", "/v1/settings"): About(Settings, 200, Settings),
    ("GET", "/v1/consent"): About(Asked, security=BOTH),
    ("POST", "/v1/consent"): About(Agreed, 200, "text/plain", [{"write": []}, {}], ()),
    ("PUT", "/v1/consent"): About(Asked, 200, Wording),
    ("POST", "/v1/keys"): About(dict[str, Any], 201, NewKey),
    ("DELETE", "/v1/keys/{key}"): About(dict[str, Any], 200, EndKey),
    ("POST", "/v1/webhooks"): About(dict[str, Any], 201, NewHook),
    ("GET", "/v1/verdicts/stream"): About(str, kind="text/event-stream"),
    ("POST", "/v1/people/{person}/enrol"): About(Enrolled, 201, Enrol),
    ("GET", "/v1/people/{person}"): About(Enrolled),
    ("DELETE", "/v1/people/{person}"): About(Forgotten, query=("site", "recordings")),
    ("GET", "/v1/people/{person}/alarm"): About(Alarmed, query=("site", "recording")),
    ("GET", "/v1/export/measures.csv"): About(str, query=MEASURES, kind="text/csv"),
    ("GET", "/v1/export/measures.parquet"): About(str, query=MEASURES, kind="application/vnd.apache.parquet"),
    ("GET", "/v1/export/sessions.csv"): About(str, kind="text/csv"),
    ("GET", "/v1/export/sessions.parquet"): About(str, kind="application/vnd.apache.parquet"),
    ("GET", "/healthz"): About(security=[], query=()),
    ("GET", "/readyz"): About(security=[], query=()),
    ("GET", "/metrics"): About(str, kind="text/plain", query=()),
}
INGEST: Final = "Take one batch, binary frame or columnar JSON; answered when it is on the disk."


def routes(others: list[Route]) -> list[Route]:
    """`/openapi.json`, about the other routes."""

    @cache
    def made() -> bytes:
        return msgspec.json.encode(document(others))

    async def openapi(request: Request) -> Response:
        """What the server answers to, as this document."""
        return Json(made())

    return [Route("/openapi.json", openapi)]


def document(routes: list[Route]) -> dict[str, Any]:
    """The OpenAPI 3.1 document of some routes; pages and files for browsers are left out."""
    shown = {("POST", "/v1/ingest"): INGEST}
    for route in routes:
        path = route.path.replace(":str}", "}")
        if path.startswith("/v1/") or path in ("/healthz", "/readyz", "/metrics"):
            summary = " ".join((route.endpoint.__doc__ or "").split("\n\n")[0].split())
            shown |= {(method, path): summary for method in route.methods or () if method not in ("HEAD", "OPTIONS")}
    structs = {kind for about in ABOUT.values() for kind in (about.answer, about.body) if _is_struct(kind)}
    refs = "#/components/schemas/{name}"
    _, components = msgspec.json.schema_components(sorted(structs | {Error}, key=str), ref_template=refs)
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), summary in sorted(shown.items()):
        about = ABOUT.get((method, path), About())
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, summary, about)
    return {
        "openapi": "3.1.0",
        "info": {"title": "musculus", "version": __version__, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": KEY | WRITE},
        "security": [{"key": []}],
    }


def _operation(method: str, path: str, summary: str, about: About) -> dict[str, Any]:
    first = summary.split(". ", maxsplit=1)[0].rstrip(".")
    refused = {"description": "refused", "content": {"application/json": {"schema": _schema(Error)}}}
    fine: dict[str, Any] = {"description": "done"}
    if about.answer is not None:
        fine["content"] = {about.kind: {"schema": _schema(about.answer)}}
    elif path.startswith("/v1/") or path.endswith("z"):
        fine["content"] = {"application/json": {"schema": {"type": "object"}}}
    operation: dict[str, Any] = {
        "operationId": f"{method.lower()}{''.join(p.strip('{}').title() for p in path.split('/'))}",
        "summary": first,
        "description": summary,
        "parameters": _parameters(path, about.query),
        "responses": {str(about.status): fine, "4XX": refused, "503": refused},
    }
    if about.body is not None:
        kind = about.body if isinstance(about.body, str) else "application/json"
        schema = {"type": "string"} if isinstance(about.body, str) else _schema(about.body)
        operation["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
    if about.security is not None:
        operation["security"] = about.security
    return operation


def _parameters(path: str, query: tuple[str, ...]) -> list[dict[str, Any]]:
    inside = [part.strip("{}") for part in path.split("/") if part.startswith("{")]
    found = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in inside]
    for name in query:
        kind = "integer" if name in NUMBERS else "string"
        found.append({"name": name, "in": "query", "required": False, "schema": {"type": kind}})
    return found


def _schema(kind: Any) -> dict[str, Any]:
    if _is_struct(kind):
        return {"$ref": f"#/components/schemas/{kind.__name__}"}
    return {"type": "string"} if kind is str else {"type": "object"}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
