"""Visitors that send batches to several servers as the collector does, and ask for a verdict when they have done.

A batch without an answer is sent again, byte for byte, to the next server; of some the answer is thrown away, as a
network does. Whatever was sent is remembered by its digest.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, Protocol

import numpy as np
from recordings import simulated

from musculus.wire import Batch, encode
from musculus.wire.frame import CRC, HEADER

EVENTS, BATCHES = 50, 4  # of a batch; of a visit
OWN: Final = 30_000  # visits that move in a way of their own; the next ones move like the first, under other ids
AGAIN: Final = (0, 408, 429, *range(500, 600))  # what the collector sends again after; 0 is no answer at all
UNHEARD: Final = 50  # of so many answers about one is thrown away
DIGEST: Final = 16
SCATTER: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd: times this, no two of 2^128 numbers become one
SAME: Final = {  # what every event of an ordinary mouse says
    "trusted": 1, "primary": 1, "fractional": 0, "pointer_id": 1, "buttons": 0, "source": "pointer", "pointer": "mouse",
}  # fmt: skip


class Listening(Protocol):
    """A server on this machine."""

    port: int


class Frames:
    """The frames of visit 0, 1, 2, ...; a stored batch says by its id which one it is of."""

    def __init__(self) -> None:
        self._made: dict[int, list[bytes]] = {}

    def of(self, visit: int) -> list[bytes]:
        """The visit's batches, in order."""
        own = visit % OWN
        if own not in self._made:
            self._made[own] = frames(own)
        return [renamed(frame, visit) for frame in self._made[own]]


def frames(seed: int) -> list[bytes]:
    """One visit's batches: strokes with tremor and rests at 125 Hz, and the flags that a browser gives."""
    events = simulated(EVENTS * BATCHES, seed=seed)
    columns = {name: [value] * EVENTS for name, value in SAME.items()}
    made = []
    for k in range(BATCHES):
        t, x, y = (np.asarray(events.columns[c][k * EVENTS : (k + 1) * EVENTS]) for c in ("t", "x", "y"))
        ids = {"recording": name_of(seed), "view": name_of(seed)[16:], "sequence": k, "time_origin": 1.7e12}
        made.append(encode(Batch.of(t, x, y, **ids, **columns)))
    return made


def renamed(frame: bytes, visit: int) -> bytes:
    """The same events under the ids of another visit.

    >>> renamed(frames(0)[1], 7) == renamed(renamed(frames(0)[1], 3), 7), renamed(frames(2)[0], 2) == frames(2)[0]
    (True, True)
    """
    head = list(HEADER.unpack_from(frame))
    head[6:8] = bytes.fromhex(name_of(visit)), bytes.fromhex(name_of(visit)[16:])
    whole = HEADER.pack(*head) + frame[HEADER.size : -CRC.size]
    return whole + CRC.pack(zlib.crc32(whole))


def name_of(visit: int) -> str:
    """The id of a visit's recording: scattered as random ones are, since an index costs less where ids come in order.

    >>> [number_of(name_of(k)) for k in (0, 1, 99_999, 1 << 64)] == [0, 1, 99_999, 1 << 64]
    True
    """
    return f"{visit * SCATTER % (1 << 128):032x}"


def number_of(recording: str) -> int:
    """The number of the visit whose recording this is."""
    return int(recording, 16) * pow(SCATTER, -1, 1 << 128) % (1 << 128)


class Visitors:
    """So many visits, `at_once` of them under way at any time; `key` writes, `secret` reads verdicts if there is one.

    Attributes
    ----------
    digests : (visits, BATCHES, DIGEST) bytes of what was sent
    acknowledged : (visits, BATCHES) whether a 202 came
    answers : what was answered (0: nothing), by the phase it came in
    waits : seconds from the last acknowledgement to a verdict on all events, of each visit that asked
    """

    def __init__(
        self, servers: Sequence[Listening], visits: int, key: str, secret: str = "", *, at_once: int = 48
    ) -> None:
        self._servers, self.visits, self._at_once = servers, visits, at_once
        self._path, self._secret = f"/v1/ingest?key={key}", secret
        self._frames, self._next = Frames(), iter(range(visits))
        self.digests = np.zeros((visits, BATCHES, DIGEST), np.uint8)
        self.acknowledged = np.zeros((visits, BATCHES), bool)
        self.answers: dict[str, Counter[int]] = {}
        self.phase = "load"
        self.waits: list[float] = []
        self.unheard = self.done = 0

    def skip(self, visits: int) -> None:
        """Leave the first visits to others."""
        self._next = iter(range(visits, self.visits))

    async def run(self) -> None:
        """Until every visit is over."""
        await asyncio.gather(*(self._one_after_the_other(k) for k in range(self._at_once)))

    async def _one_after_the_other(self, place: int) -> None:
        async with Lines(self._servers, f"127.0.1.{place % 250 + 1}") as lines:
            for visit in self._next:
                last = await self._visit(lines, visit)
                if self._secret:
                    await self._verdict(lines, visit, last + 1)
                self.done += 1

    async def _visit(self, lines: Lines, visit: int) -> int:
        """Send a visit's batches, each by the next server; the one that took the last."""
        to = visit
        for sequence, frame in enumerate(self._frames.of(visit)):
            digest = hashlib.blake2b(frame, digest_size=DIGEST).digest()
            self.digests[visit, sequence] = np.frombuffer(digest, np.uint8)
            to = await self._until_acknowledged(lines, to + 1, frame, unheard=digest[0] % UNHEARD == 0)
            self.acknowledged[visit, sequence] = True
        return to

    async def _until_acknowledged(self, lines: Lines, to: int, frame: bytes, *, unheard: bool) -> int:
        while True:
            status, _ = await lines.ask(to, "POST", self._path, frame)
            self.answers.setdefault(self.phase, Counter())[status] += 1
            if status == 202 and unheard:  # the answer was lost on its way: the same bytes to the other server
                self.unheard, unheard = self.unheard + 1, False
            elif status == 202:
                return to
            elif status not in AGAIN:
                raise RuntimeError(f"batch refused for good: {status}")
            else:
                await asyncio.sleep(0.05)
            to += 1

    async def _verdict(self, lines: Lines, visit: int, to: int) -> None:
        """Ask the server that didn't take the last batch until its verdict counts all events."""
        begun = time.monotonic()
        while True:
            path = f"/v1/recordings/{name_of(visit)}/verdict"
            status, said = await lines.ask(to, "GET", path, secret=self._secret)
            if status == 200 and json.loads(said)["events"] == EVENTS * BATCHES:
                self.waits.append(time.monotonic() - begun)
                return
            if status not in (200, *AGAIN):
                raise RuntimeError(f"no verdict: {status} {said[:200]!r}")
            await asyncio.sleep(0.05)
            to += status != 200


class Lines:
    """One visitor's connections, one to each server, opened anew when they break."""

    def __init__(self, servers: Sequence[Listening], address: str) -> None:
        self._servers, self._address = servers, address
        self._open: dict[int, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def __aenter__(self) -> Lines:
        return self

    async def __aexit__(self, *error: object) -> None:
        for _, writer in self._open.values():
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def ask(self, to: int, method: str, path: str, body: bytes = b"", *, secret: str = "") -> tuple[int, bytes]:
        """Status and body of a server's answer, (0, b"") where none came."""
        at = to % len(self._servers)
        try:
            return await asyncio.wait_for(self._asked(at, method, path, body, secret), 60)
        except (OSError, EOFError, asyncio.LimitOverrunError, TimeoutError):
            if at in self._open:
                self._open.pop(at)[1].close()
            return 0, b""

    async def _asked(self, at: int, method: str, path: str, body: bytes, secret: str) -> tuple[int, bytes]:
        if at not in self._open:
            there = ("127.0.0.1", self._servers[at].port)
            self._open[at] = await asyncio.open_connection(*there, local_addr=(self._address, 0))
        reader, writer = self._open[at]
        who = f"Authorization: Bearer {secret}\r\n" if secret else ""
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\n{who}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
        said = await reader.readexactly(length)
        if b"connection: close" in head:
            self._open.pop(at)[1].close()
        return int(head[9:12]), said
