"""Kill the server N times under load, and count what was acknowledged and is missing, or is there twice.

    make torture N=25

Clients send batches over HTTP as the collector does: a batch without an answer is sent again, byte for byte. The
server is killed with SIGKILL after a random number of acknowledgements and started again on the same store. At the end
the store is read: every acknowledged batch must be there once, with its bytes. The last line says how many kills there
were, how many batches were acknowledged, lost and duplicated; the exit code is 1 if any was lost or duplicated.
"""

from __future__ import annotations

import argparse
import http.client
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from musculus.store import open_store
from musculus.store.base import Query
from musculus.wire import Batch, encode

SERVE = "import sys; from musculus.serve.run import serve; serve(port=int(sys.argv[1]), store=sys.argv[2])"
EVENTS = 200


class Server:
    """The server as a process of its own on a fixed port; clients wait on `up` while it is being started again."""

    def __init__(self, store: str) -> None:
        self.store = store
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.up = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it has printed its addresses, which it does when it listens."""
        command = [sys.executable, "-c", SERVE, str(self.port), self.store]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  # no shell, our own words
        assert self.process.stdout
        if not self.process.stdout.readline():
            raise SystemExit("the server did not start")
        self.up.set()

    def stop(self, how: signal.Signals) -> None:
        """End it and wait for its end."""
        assert self.process
        assert self.process.stdout
        self.up.clear()
        self.process.send_signal(how)
        self.process.wait()
        self.process.stdout.close()


class Clients:
    """Threads that send batches for ever, and remember what was acknowledged."""

    def __init__(self, server: Server, number: int) -> None:
        self.server = server
        self.acknowledged: dict[tuple[str, int], bytes] = {}
        self.sent: dict[tuple[str, int], bytes] = {}
        self.refused: Counter[int] = Counter()
        self.more = threading.Condition()
        self.done = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(k,), daemon=True) for k in range(number)]
        for thread in self.threads:
            thread.start()

    def wait_for(self, count: int) -> None:
        """Block until `count` batches are acknowledged in all."""
        with self.more:
            if not self.more.wait_for(lambda: len(self.acknowledged) >= count, timeout=60):
                raise SystemExit("no acknowledgement in 60 s")

    def stop(self) -> None:
        """Let every thread finish the batch it is at."""
        self.done.set()
        self.server.up.set()
        for thread in self.threads:
            thread.join(30)

    def _run(self, number: int) -> None:
        rng = random.Random(number)  # noqa: S311  # reproducible, not secret
        recording, sequence = f"{number:032x}", 0
        while not self.done.is_set():
            frame = _frame(recording, sequence, rng)
            self.sent[recording, sequence] = frame
            if not self._send_until_acknowledged(frame):
                return
            with self.more:
                self.acknowledged[recording, sequence] = frame
                self.more.notify_all()
            sequence += 1

    def _send_until_acknowledged(self, frame: bytes) -> bool:
        connection: http.client.HTTPConnection | None = None
        while not self.done.is_set():
            self.server.up.wait()
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
                connection.request("POST", "/v1/ingest", frame)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                connection = None  # killed: the same bytes again when it is back
                continue
            if answer.status == 202:
                return True
            self.refused[answer.status] += 1
        return False


def _frame(recording: str, sequence: int, rng: random.Random) -> bytes:
    """A batch of a made-up walk of the pointer; no two are alike."""
    x = y = 400.0
    t = sequence * 2000.0
    rows = []
    for _ in range(EVENTS):
        t, x, y = t + rng.randint(70, 90) / 10, x + rng.randint(-80, 80) / 8, y + rng.randint(-80, 80) / 8
        rows.append((t, x, y))
    times, xs, ys = zip(*rows, strict=True)
    batch = Batch.of(times, xs, ys, recording=recording, view=recording[:16], sequence=sequence, time_origin=1.7e12)
    return encode(batch)


def count(store_url: str, clients: Clients) -> tuple[int, int, int]:
    """Of the acknowledged batches, how many are missing, and how many are there twice; and batches nobody sent."""
    store = open_store(store_url)
    found: Counter[bytes] = Counter()
    foreign = 0
    for row in store.recordings(Query(limit=1000)):
        for batch in store.batches(row.site, row.recording):
            found[batch.frame] += 1
            foreign += clients.sent.get((batch.recording, batch.sequence)) != batch.frame
    store.check()
    store.close()
    lost = sum(frame not in found for frame in clients.acknowledged.values())
    return lost, sum(n - 1 for n in found.values()), foreign


def main() -> int:
    """Run the torture; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kills", nargs="?", type=int, default=25)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'torture.db'}"
        server = Server(url)
        server.start()
        clients = Clients(server, options.clients)
        for kill in range(options.kills):
            early = rng.random() < 0.2  # while it still starts and recovers the log
            clients.wait_for(len(clients.acknowledged) + (0 if early else rng.randint(1, 400)))
            server.stop(signal.SIGKILL)
            server.start()
            if sys.stderr.isatty():
                print(f"kill {kill + 1} of {options.kills}", end="\r", file=sys.stderr)
        clients.wait_for(len(clients.acknowledged) + 100)
        clients.stop()
        server.stop(signal.SIGTERM)
        lost, duplicated, foreign = count(url, clients)
        size = (Path(folder) / "torture.db").stat().st_size
    print(f"{options.clients} clients, {EVENTS} events a batch, {size / 1e6:.1f} MB; refused: {dict(clients.refused)}")
    if foreign:
        print(f"{foreign} stored batches are not what was sent")
    print(f"kills {options.kills}, acknowledged {len(clients.acknowledged)}, lost {lost}, duplicated {duplicated}")
    return 1 if lost or duplicated or foreign else 0


if __name__ == "__main__":
    sys.exit(main())
