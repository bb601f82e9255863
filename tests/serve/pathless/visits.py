"""A visit with positions that nothing else has, as batches, and a search for them in files."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from msgspec.structs import replace
from tests.serve.conftest import ORIGIN, Server, walk

from musculus.events import Events
from musculus.serve.sites import Settings
from musculus.store import open_store
from musculus.store.base import BatchRow
from musculus.store.recording import events_of
from musculus.wire import Batch, encode
from musculus.wire.frame import HEADER

Floats = npt.NDArray[np.float64]
LENGTHS = (60, 45, 90, 30, 5, 70, 39, 12, 80, 55)  # samples of the strokes


def positions(seed: int = 5, lengths: Sequence[int] = LENGTHS) -> tuple[Floats, Floats, Floats]:
    """Times (ms) and positions (eighths of a px) of curved strokes with rests between, far from round numbers."""
    rng = np.random.default_rng(seed)
    t, x, y = [3.7], [1733.875], [947.625]
    for n in lengths:
        goal, bow = rng.uniform(-260, 260, 2), rng.uniform(-90, 90)
        along = goal / math.hypot(*goal)
        begin = x[-1], y[-1]
        for u in np.linspace(0, 1, n + 1)[1:]:
            pace, aside = 10 * u**3 - 15 * u**4 + 6 * u**5, bow * math.sin(math.pi * u) + rng.normal(0, 0.4)
            t.append(t[-1] + rng.uniform(6, 11))
            x.append(begin[0] + goal[0] * pace - along[1] * aside)
            y.append(begin[1] + goal[1] * pace + along[0] * aside)
        t[-1] += 800.0
    return np.round(t, 1), np.round(np.array(x) * 8) / 8, np.round(np.array(y) * 8) / 8


def batches(
    recording: str, size: int = 70, seed: int = 5, lengths: Sequence[int] = LENGTHS
) -> list[Batch]:
    """The visit as a browser would send it."""
    t, x, y = positions(seed, lengths)
    context = replace(walk(recording).context, address="/canary")
    found = []
    for k, a in enumerate(range(0, len(t), size)):
        rows = slice(a, a + size)
        n = len(t[rows])
        more: dict[str, Any] = {"source": ["pointer"] * n, "trusted": [1] * n, "pointer": ["mouse"] * n}
        found.append(
            Batch.of(
                t[rows], x[rows], y[rows], recording=recording, view=recording[:16], sequence=k, time_origin=ORIGIN,
                context=context, **more,
            )
        )  # fmt: skip
    return found


def events(recording: str, sent: Iterable[Batch]) -> Events:
    """The events of batches, as a store that keeps them gives them."""
    return events_of([BatchRow("", recording, b.view, b.sequence, b.time_origin, 0, b.n, encode(b)) for b in sent])


def keep(url: str, what: str = "measures", site: str = "demo") -> str:
    """Set what a site keeps, in a store that no server has open; its URL."""
    store = open_store(url)
    Settings(keep=what).write(store, site)  # type: ignore[arg-type]
    store.close()
    return url


def measures(server: Server, recording: str) -> list[dict[str, Any]]:
    """The parts that are kept of a recording."""
    status, document, _ = server.ask("GET", f"/v1/recordings/{recording}/measures")
    assert status == 200, document
    found: list[dict[str, Any]] = document["parts"]
    return found


def admin(server: Server) -> dict[str, str]:
    """The headers of the admin whose key the first start told."""
    assert server.process.stdout
    return {"Authorization": f"Bearer {server.process.stdout.readline().split()[2]}"}


def switch(server: Server, headers: dict[str, str], what: str) -> None:
    """Set what a site keeps, through the server."""
    status, said, _ = server.ask("PUT", "/v1/settings", json.dumps({"keep": what}).encode(), headers)
    assert (status, said["keep"]) == (200, what)


def traces(sent: Iterable[Batch]) -> Iterator[tuple[str, bytes]]:
    """Bytes by which a frame or its positions would be known in any file, with words for them."""
    for batch in sent:
        frame = encode(batch)
        body = frame[HEADER.size + len(_context(frame)) : -4]
        for at in range(0, len(body) - 12, 24):
            piece = body[at : at + 12]
            if len(set(piece)) > 6:
                yield "a piece of a frame", piece
                yield "a piece of a frame in base64", base64.b64encode(body[at : at + 18])[4:20]
        for name in "xy":
            yield from _written(name, batch.columns[name][10:18])


def _context(frame: bytes) -> bytes:
    header = HEADER.unpack_from(frame)
    return frame[HEADER.size : HEADER.size + header[10]]


def _written(name: str, values: Floats) -> Iterator[tuple[str, bytes]]:
    """Eight positions in every way somebody might have written them."""
    units = np.round(values * 8).astype(np.int64)
    steps = np.diff(units)
    for kind in ("<f8", ">f8", "<f4", ">f4"):
        yield f"{name} as {kind}", values[:4].astype(kind).tobytes()
    for kind in ("<i2", ">i2", "<i4", ">i4", "<i8"):
        yield f"{name} as {kind} of eighths", units[:4].astype(kind).tobytes()
        yield f"{name} as {kind} of whole px", np.floor(values[:6]).astype(kind).tobytes()
    yield f"{name} as steps of two bytes", steps.astype("<i2").tobytes()
    if np.abs(steps).max() < 128 and len(set(steps.tolist())) > 3:
        yield f"{name} as steps of a byte", steps.astype("i1").tobytes()
        yield f"{name} as zigzag varints", bytes(_varints(steps.tolist()))
    for value in values[:3].tolist():
        if value % 1:
            yield f"{name} as text", f"{value}".encode()


def _varints(values: list[int]) -> Iterator[int]:
    for value in values:
        left = value << 1 if value >= 0 else (-value << 1) - 1
        while left > 127:
            yield left & 127 | 128
            left >>= 7
        yield left


def found_in(folder: Path, sent: Iterable[Batch]) -> set[str]:
    """What of the batches lies anywhere in the files of a folder, in words."""
    patterns = sorted(set(traces(sent)))
    assert len(patterns) > 50
    return _found(folder, patterns)


def positions_in(folder: Path, **tracks: Floats) -> set[str]:
    """What of some positions lies in the files of a folder, in words."""
    pieces = [_written(name, track[at : at + 8]) for name, track in tracks.items() for at in range(20, 180, 20)]
    return _found(folder, sorted({pattern for piece in pieces for pattern in piece}))


def _found(folder: Path, patterns: list[tuple[str, bytes]]) -> set[str]:
    found = set()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        found |= {f"{path.name}: {what}" for what, pattern in patterns if pattern in content}
    return found


