"""Two server processes on one PostgreSQL under load, one of them killed and started again: every acknowledged batch is
there once, verdicts are the same whichever process is asked, and fresh soon after the acknowledgement.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from musculus.store import open_store
from musculus.store.postgres_tables import SCHEMA
from musculus.wire import Batch, encode
from proofs import Finding
from proofs.metered import SOURCE

KILLS, SENDERS, EVENTS, BATCHES = 20, 8, 200, 25
FRESH = 2.0  # s
SERVE = """
import sys
from musculus.serve.run import serve
serve(port=int(sys.argv[1]), store=sys.stdin.readline().strip())
"""


class One:
    """A server process, started again on the port it had."""

    def __init__(self, url: str) -> None:
        self._url, self.port = url, 0
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        given = {**os.environ, "PYTHONPATH": str(SOURCE)}
        line = [sys.executable, "-c", SERVE, str(self.port)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(line, stdin=pipe, stdout=pipe, env=given, text=True)  # noqa: S603  # a list
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(self._url + "\n")
        self.process.stdin.flush()
        self.port = int(self.process.stdout.readline().split(":")[2].split("/")[0])

    def kill(self) -> None:
        """Kill it, wait until it is gone, and let go of its pipes."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, Any]:
        """Status and JSON; OSError or HTTPException while it is down."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            line.request(method, path, body)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            line.close()


class Load:
    """Senders that each send visits of `batches` batches, to the two servers in turn, until acknowledged."""

    def __init__(self, servers: list[One], events: int, batches: int) -> None:
        self._servers, self._events, self._batches = servers, events, batches
        self._numbers, self._stop = count(1), threading.Event()
        self.sent: dict[tuple[str, int], bytes] = {}
        self.again = 0
        self._threads = [threading.Thread(target=self._visits) for _ in range(SENDERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let everybody finish the visit they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _visits(self) -> None:
        while not self._stop.is_set():
            recording = f"{next(self._numbers):032x}"
            for sequence in range(self._batches):
                body = frame(recording, sequence, self._events)
                for attempt in count(int(recording, 16) + sequence):
                    if self._taken(attempt, body):
                        break
                self.sent[recording, sequence] = body

    def _taken(self, attempt: int, body: bytes) -> bool:
        try:
            status, _ = self._servers[attempt % 2].ask("POST", "/v1/ingest", body)
        except (OSError, http.client.HTTPException, ValueError):
            status = 0
        if status != 202:
            self.again += 1
            time.sleep(0.02)
        return status == 202


def frame(recording: str, sequence: int, n: int) -> bytes:
    """A batch of a pointer that wanders."""
    rng = np.random.default_rng([int(recording[-8:], 16), sequence])
    t = np.round(sequence * 20.0 * n + np.cumsum(rng.uniform(7, 9, n)), 1)
    x, y = np.cumsum(rng.integers(-9, 10, (2, n)), axis=1) / 8 + 400
    more = {"view": recording[16:], "source": ["pointer"] * n, "trusted": [1] * n, "detail": [0] * n}
    return encode(Batch.of(t, x, y, recording=recording, sequence=sequence, time_origin=1.7e12, **more))


def prove(small: bool) -> list[Finding]:
    """On a PostgreSQL of its own."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.postgres import binaries, running

    if binaries() is None:
        return [Finding("PostgreSQL", "no server here: apt-get install postgresql")]
    with running() as postgres:
        url = postgres.database()
        return on(url, lambda: postgres.sql(url, f"DELETE FROM {SCHEMA}.verdict"), small=small)  # noqa: S608  # ours


def on(url: str, forget: Callable[[], object], *, small: bool) -> list[Finding]:
    """The findings on this empty database."""
    with two(url) as servers:
        load = Load(servers, EVENTS, 4 if small else BATCHES)
        for k in range(1 if small else KILLS):
            enough = len(load.sent) + SENDERS * 4
            while len(load.sent) < enough:
                time.sleep(0.01)
            servers[k % 2].kill()
            servers[k % 2].start()
        load.stop()
        found = [kept(url, load)]
        visits = sorted({recording for recording, _ in load.sent})[-(3 if small else 40) :]
        found.append(same(servers, visits, forget))
        found.append(fresh(servers, 1 if small else 40, judged=not small))
    return found


@contextmanager
def two(url: str) -> Iterator[list[One]]:
    """Two servers, killed at the end."""
    servers = [One(url)]
    try:
        servers.append(One(url))
        yield servers
    finally:
        for one in servers:
            one.kill()


def kept(url: str, load: Load) -> Finding:
    """Every acknowledged batch is there, once, byte for byte, and nothing else is."""
    store = open_store(url, readonly=True)
    try:
        there = [
            ((row.recording, row.sequence), row.frame)
            for recording in {recording for recording, _ in load.sent}
            for row in store.batches("demo", recording)
        ]
        store.check()
        total = store.counts().batches
    finally:
        store.close()
    lost = sum(dict(there).get(key) != body for key, body in load.sent.items())
    twice = len(there) - len(dict(there)) + total - len(there)
    said = f"acknowledged {len(load.sent)} ({len(load.sent) * EVENTS:,} events), sent again {load.again}"
    held = not lost and not twice and len(there) == len(load.sent)
    return Finding("kept", f"{said}: lost {lost}, duplicated {twice}", "lost 0, duplicated 0", held)


def same(servers: list[One], visits: list[str], forget: Callable[[], object]) -> Finding:
    """Both servers say the same of visits that both took batches of. Each computes: `forget` drops what is stored."""
    said = []
    for one in servers:
        forget()
        said.append([one.ask("GET", f"/v1/recordings/{visit}/verdict") for visit in visits])
    equal = sum(a == b and a[0] == 200 for a, b in zip(*said, strict=True))
    return Finding("verdicts by either server", f"{equal} of {len(visits)} the same", "all", equal == len(visits))


def fresh(servers: list[One], visits: int, *, judged: bool) -> Finding:
    """After a batch was acknowledged by the one, how long until the other's verdict counts its events."""
    waits = []
    for k in range(visits):
        recording = f"{k:08x}{'f' * 24}"
        for sequence in range(3):
            assert servers[sequence % 2].ask("POST", "/v1/ingest", frame(recording, sequence, EVENTS))[0] == 202
            begun, wanted = time.monotonic(), EVENTS * (sequence + 1)
            other = servers[(sequence + 1) % 2]
            while other.ask("GET", f"/v1/recordings/{recording}/verdict")[1]["events"] != wanted:
                time.sleep(0.02)
            waits.append(time.monotonic() - begun)
    slowest, middle = max(waits), float(np.median(waits))
    said = f"{middle:.2f} s in the middle, {slowest:.2f} s at most, of {len(waits)}"
    words = f"{FRESH:g} s, and what the computation itself takes"
    held = float(np.quantile(waits, 0.95)) <= FRESH + 0.3 if judged else None
    return Finding("a verdict that counts the newest batch, by the other server", said, words, held)
