"""What a refused or failed request is told: browsers a page with the next step, programs `{"error", "detail"}`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from musculus.errors import MusculusError
from musculus.serve.answers import CORS, Refusal
from musculus.serve.api import Json
from musculus.serve.login import local
from musculus.serve.pages import Paper

if TYPE_CHECKING:
    from musculus.serve.access import Gate

log = logging.getLogger("musculus")

NAMES: Final = {404: "not_found", 405: "method"}
TITLES: Final = {
    400: "That can't be asked", 401: "Who is asking?", 403: "Not with this key", 404: "There is nothing here",
    405: "Not in this way", 429: "Too fast", 500: "Something broke", 503: "Not now",
}  # fmt: skip
NOT_NOW: Final = "the store, or the process that computes, can't answer now; the server's log says why"


class Trouble:
    """The handlers of everything that goes wrong behind the ingest."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._page = gate, Paper().page

    async def refused(self, request: Request, error: Exception) -> Response:
        """A refusal; a browser without a key is led to the sign-in page."""
        assert isinstance(error, Refusal)
        if error.status == 401 and _is_browser(request) and not request.url.path.startswith("/v1/"):
            return RedirectResponse(f"/login?{urlencode({'to': _place(request)})}", 303)
        headers = {name.decode(): value.decode() for name, value in CORS}  # pages elsewhere ask for tokens, and forget
        if error.wait is not None:
            headers["retry-after"] = str(error.wait)
        if error.status == 401:
            headers["www-authenticate"] = "Bearer"
        return self._told(request, error.status, error.error, error.detail, headers)

    async def failed(self, request: Request, error: Exception) -> Response:
        """A question that can't be answered, or a store that can't; where the store lies is for its owner alone."""
        if isinstance(error, HTTPException):
            return self._told(request, error.status_code, NAMES.get(error.status_code, "request"), error.detail)
        assert isinstance(error, MusculusError)
        log.error("a request could not be answered: %s", error)
        detail = str(error) if self._is_owner(request) else NOT_NOW
        return self._told(request, 503, "store", detail, {"retry-after": "5"})

    async def broke(self, request: Request, error: Exception) -> Response:
        """A fault of ours; what it was stands in the log."""
        return self._told(request, 500, "server", "this is a fault of the server; its log says more")

    def _told(
        self, request: Request, status: int, error: str, detail: str, headers: dict[str, str] | None = None
    ) -> Response:
        if not _is_browser(request):
            return Json({"error": error, "detail": detail}, status, headers)
        title = TITLES.get(status, "That can't be done")
        page = self._page("trouble.html", status=status, title=title, detail=detail, again=_place(request))
        page.status_code = status
        page.headers.update(headers or {})
        return page

    def _is_owner(self, request: Request) -> bool:
        try:
            return self._gate.reader(request.scope).is_owner
        except Refusal:
            return False


def _is_browser(request: Request) -> bool:
    """Whether somebody looks at the answer: scripts and programs don't ask for HTML."""
    return "text/html" in request.headers.get("accept", "")


def _place(request: Request) -> str:
    """What was asked for, as a link of this server; a path may begin like the address of another one."""
    return local(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
