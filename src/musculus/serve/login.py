"""Signing in to the pages with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from musculus.serve.access import SIGNED_IN
from musculus.serve.answers import Refusal
from musculus.serve.api import body_of
from musculus.serve.pages import Paper

if TYPE_CHECKING:
    from musculus.serve.app import Application

LONGEST = 4096  # bytes of a form


def routes(app: Application) -> list[Route]:
    """`/login` and `/logout`."""
    login = Login(app)
    return [
        Route("/login", login.form),
        Route("/login", login.enter, methods=["POST"]),
        Route("/logout", login.leave, methods=["POST"]),
    ]


class Login:
    """The handlers, over one application."""

    def __init__(self, app: Application) -> None:
        self._app, self._paper = app, Paper()

    async def form(self, request: Request) -> Response:
        """A field for the key."""
        return self._paper.page("login.html", wrong="", to=local(request.query_params.get("to", "/")))

    async def enter(self, request: Request) -> Response:
        """Take the key, give a cookie; only to our own page, or a visitor might be signed in as somebody else."""
        self._app.gate.own_page(request.scope)
        said = parse_qs((await body_of(request, LONGEST, f"a form has at most {LONGEST} bytes")).decode("latin-1"))
        to = local(said.get("to", ["/"])[0])
        try:
            key = self._app.gate.find(said.get("key", [""])[0].strip(), request.scope)
        except Refusal as refusal:
            page = self._paper.page("login.html", wrong=refusal.detail, to=to)
            page.status_code = refusal.status
            return page
        if key.kind == "write":
            wrong = "this is a write key; sign in with a secret or admin key"
            page = self._paper.page("login.html", wrong=wrong, to=to)
            page.status_code = 403
            return page
        answer = RedirectResponse(to, 303)
        answer.set_cookie(
            self._app.gate.cookie_name(request.scope),
            self._app.gate.cookie(key),
            max_age=SIGNED_IN,
            httponly=True,
            samesite="strict",
            secure=self._app.gate.is_https(request.scope),
        )
        return answer

    async def leave(self, request: Request) -> Response:
        """Forget the cookie."""
        self._app.gate.own_page(request.scope)
        answer = RedirectResponse("/login", 303)
        secure = self._app.gate.is_https(request.scope)
        name = self._app.gate.cookie_name(request.scope)
        answer.delete_cookie(name, secure=secure, httponly=True, samesite="strict")
        return answer


def local(to: str) -> str:
    """Where to go after signing in: a path of ours, never another server.

    >>> local("/recordings/ab?x=1"), local("//elsewhere.example"), local("https://elsewhere.example")
    ('/recordings/ab?x=1', '/', '/')
    """
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else "/"
