"""uvicorn's HTTP protocol with ends: of a request's head, in bytes and seconds, and of streams at the server's stop."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES: Final = 32768
HEAD_SECONDS: Final = 10.0  # from its first byte, or from the connection where it is the first
BODY_SECONDS: Final = 30.0  # from the end of the head; the ingest is stricter
_TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class LimitedProtocol(HttpToolsProtocol):
    """Closes a connection that sends a head without end, or takes for ever over a head or a body."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock for the first head."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._in_head = True
        self._deadline = self.loop.call_later(HEAD_SECONDS, transport.close)

    def _close_after(self, seconds: float) -> None:
        self._deadline.cancel()
        self._deadline = self.loop.call_later(seconds, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Let answers under way finish, but not one that tells no length: a stream of events would go on for ever."""
        super().shutdown()
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        if cycle and cycle.response_started and cycle.chunked_encoding:
            self.transport.close()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head = True
        self._close_after(HEAD_SECONDS)  # on a connection in use too

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._in_head = False
        self._head_bytes = 0
        self._close_after(BODY_SECONDS)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The body is whole: what the answer takes is the server's time."""
        self._deadline.cancel()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and count what it has eaten of a head that isn't whole yet."""
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.transport.write(_TOO_LARGE)
                self.transport.close()
