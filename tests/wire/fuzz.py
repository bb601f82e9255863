"""Frames damaged on purpose: `PYTHONPATH=src python tests/wire/fuzz.py 1000000 [seed]`.

Takes the golden frames and documents apart, lies in every field, mends the checksum so that the lie is read, and
expects a batch that holds what it promises or a FrameError, nothing else, and never more than 10 ms of CPU.
"""

from __future__ import annotations

import gc
import random
import re
import struct
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from musculus.errors import FrameError
from musculus.events import SCHEMA
from musculus.wire import Batch, decode, decode_json, encode

GOLDEN = Path(__file__).parents[1] / "golden"
FRAMES = [path.read_bytes() for path in sorted(GOLDEN.glob("*.bin"))]
DOCUMENTS = [path.read_bytes() for path in sorted(GOLDEN.glob("*.json"))]
SLOWEST = 0.010  # seconds of CPU

NUMBERS = [0, 1, 2, 3, 127, 128, 255, 32766, 32767, 32768, 32769, 65535, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63]
TEXTS = [b"null", b"NaN", b"1e999", b"-1", b"1e9", b'"n/a"', b"{}", b"[" * 40, b"[" * 3000, b"1" * 400, b'"\\ud800"',
         b'"\xff"', b"true", b"9007199254740993", b'"drag"', b"[[1]]", b'{"a":1}', b"", b",", b"1e-999",
         b'"?q=1"']  # fmt: skip


def flip(r: random.Random, data: bytearray) -> None:
    """Some bits anywhere."""
    for _ in range(r.choice((1, 1, 2, 8))):
        data[r.randrange(len(data))] ^= 1 << r.randrange(8)


def number(r: random.Random, data: bytearray) -> None:
    """An extreme number somewhere, most often in the header."""
    form = r.choice("BHIQ")
    size = struct.calcsize(form)
    end = min(len(data), r.choice((64, 64, len(data)))) - size
    if end > 0:
        struct.pack_into("<" + form, data, r.randrange(end), r.choice(NUMBERS) % 2 ** (8 * size))


def cut(r: random.Random, data: bytearray) -> None:
    """A piece missing, at the end or in the middle."""
    start = r.randrange(len(data))
    del data[start : start + r.choice((1, 2, 3, 8, len(data)))]


def swell(r: random.Random, data: bytearray) -> None:
    """A piece too much: of zeros, of ones, or of itself."""
    start = r.randrange(len(data))
    piece = r.choice((bytes(9), b"\xff" * 40, bytes(data[start : start + 64]), bytes(3000)))
    data[start:start] = piece


def splice(r: random.Random, data: bytearray) -> None:
    """The tail of another frame."""
    other = r.choice(FRAMES)
    data[r.randrange(len(data)) :] = other[r.randrange(len(other)) :]


def text(r: random.Random, data: bytearray) -> None:
    """Something else where a value stood in JSON."""
    marks = [i for i, byte in enumerate(data) if byte in b",:["] or [0]
    start = r.choice(marks) + 1
    ends = [i for i in marks if i > start] or [len(data)]
    data[start : ends[0]] = r.choice(TEXTS)


def damaged_frame(r: random.Random) -> bytes:
    """A frame with one to three lies, its checksum and mostly its length mended."""
    data = bytearray(r.choice(FRAMES))
    if r.random() < 0.2:  # the context, with its size told rightly
        size = struct.unpack_from("<H", data, 52)[0]
        context = data[56 : 56 + size]
        text(r, context)
        struct.pack_into("<H", data, 52, len(context) % 65536)
        data[56 : 56 + size] = context
    for _ in range(r.choice((0, 1, 1, 2, 3))):
        r.choice((flip, number, cut, swell, splice))(r, data)
        data = data or bytearray(1)
    if r.random() < 0.95 and len(data) >= 60:
        if r.random() < 0.9:
            struct.pack_into("<I", data, 8, len(data))
        data[-4:] = zlib.crc32(data[:-4]).to_bytes(4, "little")
    return bytes(data)


def damaged_document(r: random.Random) -> bytes:
    """A JSON document with one to three lies."""
    data = bytearray(r.choice(DOCUMENTS))
    for _ in range(r.choice((1, 1, 2, 3))):
        r.choice((text, text, text, flip, cut, swell))(r, data)
        data = data or bytearray(1)
    return bytes(data)


def check(batch: Batch) -> None:
    """What every batch promises to whoever reads it."""
    n = batch.n
    for name, values in batch.columns.items():
        column = SCHEMA[name]
        assert values.shape == (n,), name
        assert values.dtype == np.dtype(column.dtype), name
        if column.kind == "number":
            assert not np.isinf(values).any(), name
        if column.words:
            assert values.max(initial=0) < len(column.words), name
    assert np.isfinite(batch.columns["t"]).all()
    assert (batch.columns["kind"] >= 0).all()
    assert batch.columns.get("target", np.zeros(0)).max(initial=-1) < len(batch.targets)
    assert all(isinstance(name, str) for name in batch.targets)
    assert "?" not in batch.context.address
    assert 0 <= batch.time_origin <= 1e13


@dataclass
class Report:
    """What became of the damaged frames."""

    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0

    def one(self, decoder: Callable[[bytes], Batch], data: bytes) -> None:
        began = time.thread_time()
        try:
            batch = decoder(data)
        except FrameError as error:
            self.refused[re.sub(r"\S*['\d]\S*", "*", str(error)).split(";")[0][:42]] += 1
            self.slowest = max(self.slowest, time.thread_time() - began)
            return
        self.slowest = max(self.slowest, time.thread_time() - began)
        self.read += 1
        check(batch)
        if decoder is decode:
            assert decode(encode(batch)) == batch


def fuzz(count: int, seed: int = 0) -> Report:
    """Decode `count` damaged frames and documents; any error but FrameError comes out as it is."""
    r = random.Random(seed)
    report = Report()
    gc.collect()
    gc.disable()  # its pauses are nobody's fault here
    try:
        for i in range(count):
            decoder, data = (decode_json, damaged_document(r)) if i % 5 == 4 else (decode, damaged_frame(r))
            try:
                report.one(decoder, data)
            except Exception:
                print(f"seed {seed}, frame {i}: {data!r}", file=sys.stderr)
                raise
    finally:
        gc.enable()
    return report


if __name__ == "__main__":
    result = fuzz(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    for reason, times in result.refused.most_common():
        print(f"{times:9d}  {reason}")
    print(
        f"{result.read} read, {result.refused.total()} refused, the slowest took {result.slowest * 1e3:.2f} ms of CPU"
    )
    sys.exit(result.slowest > SLOWEST)
