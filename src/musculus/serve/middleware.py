"""For the site's own app: what musculus thinks of the visit that sends a form, before the form is looked at.

`verify` asks for a token; `Musculus` is ASGI middleware that does it for chosen requests. Nothing but the standard
library is imported, so that it can live in any app.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import logging
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from musculus.errors import UsageError

log = logging.getLogger("musculus.middleware")
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
HEADER: Final = "musculus-token"
FORM: Final = b"application/x-www-form-urlencoded"
LONGEST: Final = 1 << 20  # bytes of a form in which a token is looked for
SECONDS: Final = 2.0
NO: Final = b'{"error": "musculus", "detail": "this could not be taken; load the page again and send it once more"}'


@dataclass(frozen=True)
class Visit:
    """What is known of the visit behind a request.

    `asked` is false where there was no token or the server could not be asked; then nothing is known and `allow` says
    what was configured. The rest is the answer of `POST /v1/verify`.
    """

    asked: bool
    allow: bool
    valid: bool = False
    verdict: str = ""
    recording: str = ""
    error: str = ""
    reasons: list[dict[str, Any]] = field(default_factory=list)


def verify(server: str, secret: str, token: str, *, timeout: float = SECONDS) -> Visit:
    """Spend a token; blocks at most `timeout` seconds a step. A server that can't be asked lets everybody in.

    `server` is musculus' address, `secret` a secret key of the site. Raises UsageError for an address that is none.
    """
    try:
        status, said = _post(server, secret, json.dumps({"token": token}).encode(), timeout)
    except (OSError, http.client.HTTPException, ValueError) as error:
        log.warning("musculus can't be asked (%s); the request is let in", type(error).__name__)
        return Visit(asked=False, allow=True, error="unreachable")
    if status != 200 or not isinstance(said, dict):
        log.warning("musculus answered %s; the request is let in", status)
        return Visit(asked=False, allow=True, error=f"answered {status}")
    names = ("valid", "verdict", "recording", "error", "reasons")
    return Visit(asked=True, allow=said.get("allow") is True, **{name: said[name] for name in names if name in said})


class Musculus:
    """ASGI middleware: requests of `methods` below `paths` need a token, in the header `musculus-token` or in the field
    `name` of a form. The result is `scope["musculus"]`, a `Visit`.

    Parameters
    ----------
    app : the site's ASGI app
    server, secret : musculus' address, and a secret key of the site
    paths : what begins so is checked; () for everything
    name : the form's field
    block : answer 403 for what isn't allowed; else the app decides by `scope["musculus"].allow`
    required : whether a request without a token is refused. A bot leaves it out; so does who blocks the script
    timeout : seconds to wait for musculus
    """

    def __init__(
        self,
        app: Any,
        *,
        server: str,
        secret: str,
        paths: Collection[str] = (),
        methods: Collection[str] = ("POST",),
        name: str = "token",
        block: bool = True,
        required: bool = True,
        timeout: float = SECONDS,
    ) -> None:
        _address(server)
        self._app, self._server, self._secret, self._timeout = app, server, secret, timeout
        self._paths, self._methods, self._name = tuple(paths), frozenset(methods), name
        self._block, self._required = block, required

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Check what is to be checked, then pass it on whole."""
        if not self._checks(scope):
            await self._app(scope, receive, send)
            return
        token, receive = await self._token(scope, receive)
        if token:
            visit = await asyncio.to_thread(verify, self._server, self._secret, token, timeout=self._timeout)
        else:
            visit = Visit(asked=False, allow=not self._required, error="no token")
        if self._block and not visit.allow:
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(NO))]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": NO})
            return
        await self._app({**scope, "musculus": visit}, receive, send)

    def _checks(self, scope: Any) -> bool:
        if scope["type"] != "http" or scope["method"] not in self._methods:
            return False
        return not self._paths or scope["path"].startswith(self._paths)

    async def _token(self, scope: Any, receive: Receive) -> tuple[str, Receive]:
        """The token of a request, and a `receive` that gives the app everything from the beginning."""
        headers = dict(scope["headers"])
        said = headers.get(HEADER.encode(), b"").decode("latin-1")
        if said or not headers.get(b"content-type", b"").lower().startswith(FORM):
            return said, receive
        body, more, gone = bytearray(), True, False
        while more and len(body) <= LONGEST:
            message = await receive()
            gone = message["type"] == "http.disconnect"
            more = bool(message.get("more_body"))
            body += message.get("body", b"")
        read: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": more or gone}]
        read += [{"type": "http.disconnect"}] if gone else []

        async def again() -> Message:
            return read.pop(0) if read else await receive()

        return parse_qs(body[:LONGEST].decode("latin-1")).get(self._name, [""])[0], again


def _post(server: str, secret: str, body: bytes, timeout: float) -> tuple[int, Any]:
    kind, place, path = _address(server)
    line = kind(place, timeout=timeout)
    try:
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        line.request("POST", f"{path}/v1/verify", body, headers)
        answer = line.getresponse()
        content = answer.read(LONGEST)
        return answer.status, json.loads(content) if answer.status == 200 else None
    finally:
        line.close()


def _address(server: str) -> tuple[type[http.client.HTTPConnection], str, str]:
    parts = urlsplit(server)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.netloc or "@" in parts.netloc:
        raise UsageError(f"the address of musculus is {server!r}; it looks like https://events.example")
    return kinds[parts.scheme], parts.netloc, parts.path.rstrip("/")
