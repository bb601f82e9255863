"""What a site's own backend asks: verify a token, score a frame, say what a visit really was."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from musculus.errors import FrameError
from musculus.serve.admin import asked
from musculus.serve.answers import CORS, Refusal
from musculus.serve.api import Json, body_of, unknown
from musculus.serve.desk import NAME
from musculus.serve.sites import Settings
from musculus.serve.tokens import SECONDS, Tokens
from musculus.serve.verdict import Reason
from musculus.serve.verdict import Verdict as Document
from musculus.store.base import Record, Store
from musculus.wire import MAX_BYTES, decode, decode_json, encode

if TYPE_CHECKING:
    from musculus.serve.app import Application

LABEL: Final = "label"
SCORES: Final = 32  # frames held for `POST /v1/score` at a time, a mebibyte each at most


class Token(msgspec.Struct, forbid_unknown_fields=True):
    """`POST /v1/verify`: the token the page handed over."""

    token: str


class Verified(msgspec.Struct):
    """The answer to it. `allow` is what to do: false only for a valid token of a bot while the site isn't in shadow."""

    valid: bool
    allow: bool
    shadow: bool = False
    error: str = ""
    recording: str = ""
    verdict: str = ""
    score: float | None = None
    probability: float | None = None
    reasons: list[Reason] = []


class Label(msgspec.Struct, forbid_unknown_fields=True):
    """What a visit really was, as somebody found out."""

    label: Literal["human", "bot"]
    note: str = ""


class Labelled(msgspec.Struct, frozen=True):
    """A label as it is kept: `by` is the number of the key, `at` ms since 1970."""

    label: str
    note: str
    by: str
    at: int


def routes(app: Application) -> list[Route]:
    """Verify, token, score, labels."""
    backend = app.backend
    labels = "/v1/recordings/{recording:str}/labels"
    return [
        Route("/v1/token", backend.token, methods=["POST"]),
        Route("/v1/verify", backend.verify, methods=["POST"]),
        Route("/v1/score", backend.score, methods=["POST"]),
        Route(labels, backend.labels),
        Route(labels, backend.label, methods=["POST"]),
    ]


class Backend:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app, self.tokens = app, Tokens(app.store)
        self._scoring = 0

    async def token(self, request: Request) -> Response:
        """For the page: a token about its own visit. It says nothing of what we think of it."""
        site = self._app.gate.writer(request.scope)
        recording = (await body_of(request, 64)).decode("latin-1").strip()
        if not NAME.fullmatch(recording):
            raise Refusal(422, "request", "send the recording's 32 hexadecimal digits as the body")
        token = self.tokens.make(site, recording)
        headers = {name.decode(): value.decode() for name, value in CORS}
        return Json({"token": token, "expires_in": SECONDS}, headers=headers)

    async def verify(self, request: Request) -> Response:
        """For the backend: spend a token, and hear the verdict on its visit."""
        access = self._app.gate.reader(request.scope)
        site = access.of(request.query_params.get("site"), self._app.site)
        wanted: Token = await asked(request, Token)
        recording, error = await asyncio.to_thread(self.tokens.spend, wanted.token, site)
        if error:
            return Json(Verified(False, False, error=error))
        shadow = (await asyncio.to_thread(Settings.read, self._app.store, site)).shadow
        row = await self._app.desk.find(site, recording)
        if row is None or row.verdict is None:
            reason = Reason("no events", "nothing came from this visit: the script was kept from sending", 0.0, (0, 0))
            return Json(Verified(True, True, shadow, "", recording, "unsure", None, None, [reason]))
        said = msgspec.json.decode(row.verdict.document, type=Document)
        allow = shadow or said.verdict != "bot"
        found = (said.verdict, said.score, said.probability, said.reasons)
        return Json(Verified(True, allow, shadow, "", recording, *found))

    async def score(self, request: Request) -> Response:
        """The verdict on one batch, binary frame or columnar JSON, of which nothing is kept."""
        self._app.gate.reader(request.scope)
        if self._scoring >= SCORES:
            raise Refusal(503, "busy", f"{SCORES} frames are being scored already", wait=1)
        self._scoring += 1
        try:
            return await self._scored(request)
        finally:
            self._scoring -= 1

    async def _scored(self, request: Request) -> Response:
        body = await body_of(request, MAX_BYTES)
        try:
            frame = encode(decode_json(body)) if body.startswith(b"{") else body
            decode(frame)
        except FrameError as error:
            raise Refusal(400, "frame", str(error)) from error
        return Json(await self._app.worker.ask("score", frame=frame))

    async def labels(self, request: Request) -> Response:
        """Everything anybody said of a visit, oldest first."""
        site, recording = await self._known(request)
        said = await asyncio.to_thread(history, self._app.store, site, recording)
        return Json({"recording": recording, "labels": said})

    async def label(self, request: Request) -> Response:
        """Say what a visit was; what was said before stays in the history. No model learns from it by itself."""
        site, recording = await self._known(request)
        access = self._app.gate.reader(request.scope)
        wanted: Label = await asked(request, Label)
        now = int(time.time() * 1000)
        kept = Labelled(wanted.label, wanted.note[:500], access.key, now)
        name = f"{recording}-{now:013d}-{secrets.token_hex(4)}"
        record = Record(LABEL, site, name, now, msgspec.json.encode(kept), recording)
        if not await asyncio.to_thread(self._app.store.put_record, record):
            raise unknown(request)  # erased a moment ago
        return Json(kept, 201)

    async def _known(self, request: Request) -> tuple[str, str]:
        """The site and recording of a request; 404 where it isn't there."""
        access = self._app.gate.reader(request.scope)
        site = access.of(request.query_params.get("site"), self._app.site)
        row = await self._app.desk.row(site, request.path_params["recording"])
        if row is None:
            raise unknown(request)
        return site, row.recording


def history(store: Store, site: str, recording: str) -> list[Labelled]:
    """The labels of a visit, oldest first; the last one counts."""
    kept = store.records(LABEL, site, recording=recording)
    return [msgspec.json.decode(record.document, type=Labelled) for record in kept]
