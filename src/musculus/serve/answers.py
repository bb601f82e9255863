"""Answers of the ingest as ASGI messages: small JSON, readable from a page on any origin."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

import msgspec

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]

CORS: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
    # a page that isolates itself (COEP) may still load from us
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_JSON: Final[Header] = (b"content-type", b"application/json")
_PREFLIGHT: Final[tuple[Header, ...]] = (
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"86400"),
)


class Refusal(Exception):
    """A request that gets an error answer; `wait` is Retry-After in seconds."""

    def __init__(self, status: int, error: str, detail: str, *, wait: int | None = None) -> None:
        super().__init__(detail)
        self.status, self.error, self.detail, self.wait = status, error, detail, wait


async def answer(send: Send, status: int, document: object, extra: Iterable[Header] = ()) -> None:
    """Send `document` as JSON."""
    body = msgspec.json.encode(document)
    headers = [_JSON, (b"content-length", b"%d" % len(body)), *CORS, *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, refusal: Refusal) -> None:
    """Send a refusal as `{"error", "detail"}`."""
    extra = [] if refusal.wait is None else [(b"retry-after", b"%d" % refusal.wait)]
    await answer(send, refusal.status, {"error": refusal.error, "detail": refusal.detail}, extra)


async def preflight(send: Send, methods: bytes) -> None:
    """Tell a browser that pages of other origins may use `methods` here."""
    headers = [*CORS, *_PREFLIGHT, (b"access-control-allow-methods", methods)]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
