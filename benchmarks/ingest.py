"""What a durable batch of 1,000 events costs the server: processor time, the decoder's share, memory under load.

    python benchmarks/ingest.py --batches 4000 --clients 16

The load comes from this process over keep-alive connections with frames made beforehand, under a write key unless
`--open`, and from an address for each connection, since the server slows down a single one; the server's user and
system time and its memory are read from /proc. `--overload` keeps so many connections busy that the queue is always
full.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from musculus.serve.keys import Keyring
from musculus.store import open_store
from musculus.wire import Batch, decode, encode

SERVE = """import json, sys
from musculus.serve.run import serve
serve(port=0, store=sys.argv[1], **json.loads(sys.argv[2]))"""
EVENTS = 1000
SAME = {  # what every event of an ordinary mouse says
    "trusted": 1,
    "primary": 1,
    "fractional": 0,
    "pointer_id": 1,
    "buttons": 0,
    "source": "pointer",
    "pointer": "mouse",
}


def frames(count: int, clients: int) -> list[bytes]:
    """`count` different frames of 1,000 moves at 125 Hz, whole pixels and the flags a browser gives."""
    made = []
    for k in range(count):
        rng = np.random.default_rng(k)
        recording, sequence = f"{k % clients:032x}", k // clients
        t = np.round(sequence * 8000 + np.cumsum(rng.uniform(7.8, 8.2, EVENTS)), 1)
        x, y = 600 + np.cumsum(rng.integers(-6, 7, (2, EVENTS)), axis=1)
        columns = {name: [value] * EVENTS for name, value in SAME.items()}
        ids = {"recording": recording, "view": recording[:16], "sequence": sequence, "time_origin": 1.7e12}
        made.append(encode(Batch.of(t, x, y, **ids, **columns)))
    return made


def write_key(url: str) -> str:
    """A write key for the site `demo` of a new store."""
    store = open_store(url)
    _, text = Keyring(store).make("write", "demo")
    store.close()
    return text


async def send(number: int, port: int, path: str, work: asyncio.Queue[bytes], answers: Counter[int]) -> None:
    """One connection: send frames until there are none left; a refused one is counted and dropped."""
    here = (f"127.0.1.{number % 250 + 1}", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=here)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: ".encode()
    while True:
        try:
            frame = work.get_nowait()
        except asyncio.QueueEmpty:
            break
        writer.write(head + b"%d\r\n\r\n" % len(frame) + frame)
        said = await reader.readuntil(b"\r\n\r\n")
        answers[int(said[9:12])] += 1
        length = next(int(line.split(b":")[1]) for line in said.split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(length)
    writer.close()


def usage(pid: int) -> tuple[float, float]:
    """Seconds of processor time (user and system) and megabytes resident (peak) of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    status = Path(f"/proc/{pid}/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return ticks / os.sysconf("SC_CLK_TCK"), peak / 1024


def decode_seconds(made: list[bytes]) -> float:
    """Seconds of processor time to decode one frame."""
    begun = time.process_time()
    for frame in made[:500]:
        decode(frame)
    return (time.process_time() - begun) / min(len(made), 500)


async def load(port: int, path: str, made: list[bytes], clients: int) -> Counter[int]:
    """Send all frames over so many connections."""
    work: asyncio.Queue[bytes] = asyncio.Queue()
    for frame in made:
        work.put_nowait(frame)
    answers: Counter[int] = Counter()
    await asyncio.gather(*(send(k, port, path, work, answers) for k in range(clients)))
    return answers


def main() -> None:
    """Run the load and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=4000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--overload", action="store_true", help="256 connections, a queue of 32: most are refused")
    parser.add_argument("--open", action="store_true", help="no key: the demo's way in, on loopback only")
    options = parser.parse_args()
    clients = 256 if options.overload else options.clients
    limits = {"queue": 32} if options.overload else {}
    made = frames(options.batches, clients)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/store.db"
        path = "/v1/ingest" if options.open else f"/v1/ingest?key={write_key(url)}"
        command = [sys.executable, "-c", SERVE, url, json.dumps(limits)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # no shell, our own words
        assert server.stdout
        port = int(server.stdout.readline().split(":")[2].split("/")[0])
        asyncio.run(load(port, path, made[:100], clients))  # warm
        (before, _), begun = usage(server.pid), time.perf_counter()
        answers = asyncio.run(load(port, path, made[100:], clients))
        seconds, (after, peak) = time.perf_counter() - begun, usage(server.pid)
        server.terminate()
        server.wait()
    kept = answers[202]
    figures = {
        "clients": clients,
        "key": not options.open,
        "answers": dict(answers),
        "bytes_per_event": round(sum(map(len, made)) / len(made) / EVENTS, 2),
        "cpu_us_per_durable_batch": round((after - before) / kept * 1e6, 1),
        "decode_us": round(decode_seconds(made) * 1e6, 1),
        "batches_per_second": round(kept / seconds),
        "peak_rss_mb": round(peak, 1),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
