"""A real server in a process of its own, and batches to send to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musculus.wire import Batch, encode

SOURCE = Path(__file__).resolve().parents[2] / "src"
SERVE = "import sys, json; from musculus.serve.run import serve; serve(port=0, **json.loads(sys.argv[1]))"
ORIGIN = 1_700_000_000_000.0


class Server:
    """`musculus.serve.run.serve` as a process; `lines` is what it printed when it came up."""

    def __init__(self, store: str, **options: Any) -> None:
        self.store = store
        command = [sys.executable, "-c", SERVE, json.dumps({"store": store, **options})]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment, text=True)
        assert self.process.stdout
        self.lines = [self.process.stdout.readline() for _ in range(3)]
        if not self.lines[0]:
            raise RuntimeError(self.process.communicate()[1])
        self.port = int(self.lines[0].split(":")[2].split("/")[0])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """One request on a connection of its own: status, the JSON (or text) of the answer, headers in lower case."""
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            content = answer.read()
            found = {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()
        is_json = found.get("content-type", "").startswith("application/json")
        return answer.status, json.loads(content) if is_json else content.decode(errors="replace"), found

    def post(self, body: bytes, **headers: str) -> tuple[int, Any]:
        status, document, _ = self.ask("POST", "/v1/ingest", body, headers)
        return status, document

    def raw(self, request: bytes) -> bytes:
        """Bytes on a socket, and all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as line:
            line.sendall(request)
            found = b""
            while part := line.recv(65536):
                found += part
        return found

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        """End the process; what it wrote to standard error."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.communicate(timeout=30)[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests of a file; each test uses recordings of its own."""
    running = Server(f"sqlite:///{tmp_path_factory.mktemp('server')}/store.db")
    yield running
    running.stop()


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers on one fresh store; whatever still runs at the end is stopped."""
    started: list[Server] = []

    def start(**options: Any) -> Server:
        started.append(Server(f"sqlite:///{tmp_path}/store.db", **options))
        return started[-1]

    yield start
    for one in started:
        one.stop(signal.SIGKILL)


def walk(recording: str, sequence: int = 0, n: int = 40, **changes: Any) -> Batch:
    """A batch of a pointer that wanders over the page as a browser would describe it."""
    rng = np.random.default_rng([int(recording[:8], 16), sequence])
    t = np.round(sequence * 5000 + np.cumsum(rng.uniform(7, 9, n)), 1)
    x, y = np.cumsum(rng.integers(-9, 10, (2, n)), axis=1) / 8 + 400
    given = {"view": recording[:16], "source": ["pointer"] * n, "trusted": [1] * n, "detail": [0] * n} | changes
    return Batch.of(t, x, y, recording=recording, sequence=sequence, time_origin=ORIGIN, **given)


def frame(recording: str, sequence: int = 0, n: int = 40, **changes: Any) -> bytes:
    """`walk` as a binary frame."""
    return encode(walk(recording, sequence, n, **changes))
