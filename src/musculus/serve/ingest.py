"""`POST /v1/ingest`: limits, decode, group commit, and only then the answer."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from musculus.errors import FrameError, StoreError
from musculus.serve.access import Gate
from musculus.serve.answers import Receive, Refusal, Send, answer, preflight, refuse
from musculus.serve.commit import GroupCommit
from musculus.serve.pathless.held import Held
from musculus.serve.sites import Keeping
from musculus.store.base import Ack, BatchRow, Letter, Store, StoreFull
from musculus.wire import MAX_BYTES, Batch, decode, decode_json, encode, whose

log = logging.getLogger("musculus.ingest")
NUMBERS: Final = re.compile(r"[0-9][0-9.e+-]*")

SMALL: Final = 65536  # what a browser sends at most; larger bodies share a budget, or they'd eat the memory
LARGE_BUDGET: Final = 32 << 20  # bytes of such bodies held at any time
BODY_SECONDS: Final = 10.0  # a body must be here by then
QUEUE: Final = 1024  # batches waiting for the disk
RESERVE: Final = 64 << 20  # bytes of disk left alone, so that erasing and checkpoints still have room


class Ingest:
    """One raw ASGI callable: between socket and store there is nothing but this file and the wire format.

    Parameters
    ----------
    store : an open store
    gate : knows whose batches are taken
    keeping : knows the sites that keep measures only
    held : takes the frames of those
    queue, reserve, body_seconds : the limits above
    """

    def __init__(
        self,
        store: Store,
        gate: Gate,
        keeping: Keeping,
        held: Held,
        *,
        queue: float = QUEUE,
        reserve: float = RESERVE,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self.commit = GroupCommit(store, held)
        self._gate, self._keeping, self._held = gate, keeping, held
        self.counts: dict[str, int] = {}
        self._store, self._queue, self._reserve, self._body_seconds = store, queue, reserve, body_seconds
        self._large = 0
        self._space_known_until = 0.0
        self._space = True

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Take one request; anything wrong with it is told to its sender and ends here."""
        if scope["method"] == "OPTIONS":
            await preflight(send, b"POST")
            return
        try:
            sequence = await self._take(scope, receive)
        except Refusal as refusal:
            self._count(refusal.error)
            await refuse(send, refusal)
        else:
            self._count("acked")
            await answer(send, 202, {"acked": sequence})

    async def _take(self, scope: Mapping[str, Any], receive: Receive) -> int:
        site = self._admit(scope)
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await self._read(receive)
        except TimeoutError:
            raise Refusal(408, "timeout", f"the body was not here after {self._body_seconds:g} s") from None
        row = self._row(body, site)
        held = self._is_held(site, row.recording)
        if held and self._held.is_full:
            raise Refusal(503, "busy", "too many visits at once; nothing is lost if you send again", wait=5)
        try:
            ack = await self.commit.keep(row, held=held)
        except StoreFull as error:
            self._space_known_until = 0.0  # look again at the next request
            raise Refusal(507, "disk_full", str(error), wait=60) from error
        except StoreError as error:
            raise Refusal(503, "store", "the store can't take batches now; see the server's log", wait=5) from error
        _accept(ack, row)
        self._gate.note(scope, row.site, row.recording)
        return row.sequence

    def _admit(self, scope: Mapping[str, Any]) -> str:
        """Everything that can be refused before a byte of the body is read; the site it may be for."""
        if scope["method"] != "POST":
            raise Refusal(405, "method", f"{scope['method']} is not understood here; POST a batch")
        for name, value in scope["headers"]:
            if name == b"content-length" and int(value) > MAX_BYTES:
                raise Refusal(413, "too_large", f"the body has {int(value)} bytes, at most {MAX_BYTES} are taken")
            if name == b"content-encoding" and value.lower() != b"identity":
                raise Refusal(415, "encoding", "compressed bodies are not taken; send the frame as it is")
        if self.commit.in_flight >= self._queue:
            raise Refusal(503, "busy", f"{self._queue} batches are waiting for the disk; send again later", wait=2)
        if not self._has_space():
            raise Refusal(507, "disk_full", "the disk is nearly full; nothing is lost if you send again", wait=60)
        return self._gate.writer(scope)

    async def _read(self, receive: Receive) -> bytes:
        """The whole body; refuses it as soon as it is too long."""
        parts: list[bytes] = []
        size = held = 0
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "hung_up", "the connection ended before the body did")
                parts.append(message["body"])
                size += len(message["body"])
                if size > MAX_BYTES:
                    raise Refusal(413, "too_large", f"the body has more than the {MAX_BYTES} bytes that are taken")
                if not message["more_body"]:
                    return b"".join(parts)
                if size - held > SMALL:
                    held += self._hold(size - held)
        finally:
            self._large -= held

    def _hold(self, more: int) -> int:
        """Count bytes of a large body; the last 64 KiB of each are free, so ordinary clients never come here."""
        if self._large + more > LARGE_BUDGET:
            raise Refusal(503, "busy", "too many large bodies at once; send smaller batches, or later", wait=2)
        self._large += more
        return more

    def _row(self, body: bytes, site: str) -> BatchRow:
        """The body, decoded to the last event, as the row to store; JSON is stored as the frame it equals."""
        try:
            batch, frame = _decoded(body)
        except FrameError as error:
            self.commit.bury(partial(self._letter, _now(), str(error), body, site))
            raise Refusal(400, "frame", str(error)) from error
        if batch.site not in ("", site):  # a script tag without data-site means the site of its key
            raise Refusal(403, "site", f"batches of site {site!r} are taken here, not of {batch.site!r}")
        b = batch
        return BatchRow(site, b.recording, b.view, b.sequence, float(b.time_origin), _now(), b.n, frame)

    def _is_held(self, site: str, recording: str | None) -> bool:
        """Whether frames go into memory only; a visit that began so goes on so, whatever its site keeps now."""
        return self._keeping.measures(site) or bool(recording and self._held.get(site, recording))

    def _letter(self, at: int, reason: str, body: bytes, site: str) -> Letter:
        """A poison frame as it is kept: where paths are not, its error without numbers, and nothing of its bytes."""
        recording = whose(body)  # so that deleting a visit reaches its broken frames too
        if self._is_held(site, recording):
            return Letter(at, NUMBERS.sub("#", reason), b"", recording)
        return Letter(at, reason, body, recording)

    def _has_space(self) -> bool:
        now = time.monotonic()
        if now >= self._space_known_until:
            try:
                self._space = self._store.free() >= self._reserve
            except StoreError as error:
                raise Refusal(503, "store", "the store can't take batches now; see the server's log", wait=5) from error
            self._space_known_until = now + 1.0
        return self._space

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def _decoded(body: bytes) -> tuple[Batch, bytes]:
    if body.startswith(b"{"):
        batch = decode_json(body)
        return batch, encode(batch)
    return decode(body), body


def _accept(ack: Ack, row: BatchRow) -> None:
    if ack is Ack.CONFLICT:
        detail = f"other bytes were acknowledged as batch {row.sequence} of page view {row.view}"
        raise Refusal(409, "conflict", detail)
    if ack is Ack.ERASED:
        raise Refusal(410, "erased", "this recording was deleted on request; stop sending")


def _now() -> int:
    return int(time.time() * 1000)
