"""What the ingest takes, and what it says to everything else; the server goes on through all of it."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.serve.conftest import Server, frame, walk

from musculus.store import open_store
from musculus.store.base import Query
from musculus.wire import MAX_BYTES, decode, encode_json

FRAME = frame("aa" * 16)


@pytest.fixture(autouse=True)
def goes_on(server: Server) -> Iterator[None]:
    """After whatever a test sent, the server still takes a batch."""
    yield
    assert server.post(frame("ff" * 16)) == (202, {"acked": 0})


def sealed(changed: bytes) -> bytes:
    """A frame whose checksum is right, whatever else is wrong with it."""
    return changed[:-4] + struct.pack("<I", zlib.crc32(changed[:-4]))


def test_a_frame_is_acknowledged_and_can_be_read_from_the_store(server: Server) -> None:
    sent = frame("a1" * 16, 3)
    assert server.post(sent) == (202, {"acked": 3})
    store = open_store(server.store, readonly=True)
    [row] = store.batches("demo", "a1" * 16)
    store.close()
    assert row.frame == sent
    assert (row.view, row.sequence, row.events, row.origin) == ("a1" * 8, 3, 40, walk("a1" * 16, 3).time_origin)


def test_columnar_json_is_stored_as_the_frame_it_equals(server: Server) -> None:
    batch = walk("a2" * 16)
    assert server.post(encode_json(batch), **{"content-type": "application/json"}) == (202, {"acked": 0})
    assert server.post(frame("a2" * 16)) == (202, {"acked": 0})  # the same batch in the other form: known already
    store = open_store(server.store, readonly=True)
    [row] = store.batches("demo", "a2" * 16)
    store.close()
    assert decode(row.frame) == batch


@pytest.mark.parametrize("kind", ["text/plain;charset=UTF-8", "application/octet-stream", "application/json"])
def test_the_first_bytes_decide_what_a_body_is_because_beacons_say_text(server: Server, kind: str) -> None:
    assert server.post(frame("a3" * 16), **{"content-type": kind})[0] == 202
    assert server.post(encode_json(walk("a3" * 16, 1)), **{"content-type": kind})[0] == 202


def test_the_same_batch_again_is_acknowledged_and_kept_once(server: Server) -> None:
    for _ in range(3):
        assert server.post(frame("a4" * 16)) == (202, {"acked": 0})
    store = open_store(server.store, readonly=True)
    assert len(store.batches("demo", "a4" * 16)) == 1
    store.close()


def test_other_bytes_under_one_sequence_are_a_conflict(server: Server) -> None:
    server.post(frame("a5" * 16, n=40))
    status, document = server.post(frame("a5" * 16, n=41))
    assert (status, document["error"]) == (409, "conflict")
    assert "batch 0" in document["detail"]


WRONG = {
    "empty": (b"", "cut short"),
    "truncated": (FRAME[:-20], "bytes"),
    "cut in the header": (FRAME[:30], "cut short"),
    "wrong checksum": (FRAME[:-1] + bytes([FRAME[-1] ^ 1]), "checksum"),
    "lying length": (sealed(FRAME[:8] + struct.pack("<I", len(FRAME) + 7) + FRAME[12:]), "bytes"),
    "lying count": (sealed(FRAME[:6] + struct.pack("<H", 60_000) + FRAME[8:]), "frame ends"),
    "newer version": (sealed(FRAME[:4] + b"\x09" + FRAME[5:]), "version 9"),
    "time origin that is no number": (sealed(FRAME[:40] + struct.pack("<d", float("nan")) + FRAME[48:]), "time origin"),
    "not a frame": (b"GIF89a" + b"\0" * 100, "not a frame"),
    "unknown kind": (encode_json(walk("ab" * 16)).replace(b'"move"', b'"teleport"', 1), "teleport"),
    "text where numbers belong": (b'{"version":1,"recording":"x","columns":{"t":["n/a"]}}', "recording"),
    "JSON cut short": (b'{"version": 1, ', "truncated"),
    "deep JSON": (b'{"a":' * 30_000, "read"),
    "a billion pixels": (encode_json(walk("ab" * 16)).replace(b'"x":[', b'"x":[1e9,', 1), "columns"),
}


@pytest.mark.parametrize(("body", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_frame_gets_400_with_the_reason(server: Server, body: bytes, reason: str) -> None:
    status, document = server.post(body)
    assert (status, document["error"]) == (400, "frame")
    assert reason in document["detail"]


def test_random_changes_to_a_frame_never_give_anything_but_a_clear_answer(server: Server) -> None:
    rng = random.Random(5)
    connection = server.connect()
    for _ in range(300):
        body = bytearray(frame("ac" * 16))
        for _ in range(rng.randint(1, 6)):
            body[rng.randrange(len(body))] = rng.randrange(256)
        changed = bytes(body) if rng.random() < 0.3 else sealed(bytes(body))
        connection.request("POST", "/v1/ingest", changed)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        assert answer.status in (202, 400, 403, 409), document
        assert answer.status == 202 or document["detail"]
    connection.close()


def test_a_batch_of_another_site_is_refused(server: Server) -> None:
    other = walk("ad" * 16)
    body = encode_json(walk("ad" * 16, context=replace(other.context, site="<script>")))
    status, document = server.post(body)
    assert (status, document["error"]) == (403, "site")


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_read(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 413")


def test_a_body_of_100_megabytes_gets_413_and_costs_no_memory(server: Server) -> None:
    before = memory(server)
    status, document = server.post(bytes(100 << 20))
    assert (status, document["error"]) == (413, "too_large")
    assert memory(server) - before < 20e6


def test_a_chunked_body_is_refused_as_soon_as_it_is_too_long(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(MAX_BYTES // 65536 + 1):
            line.sendall(b"10000\r\n" + bytes(65536) + b"\r\n")
        assert line.recv(65536).startswith(b"HTTP/1.1 413")  # the last chunk was never sent


def test_a_chunked_frame_is_taken(server: Server) -> None:
    body = frame("ae" * 16)
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:]))
    head = b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert server.raw(head + chunks + b"0\r\n\r\n").startswith(b"HTTP/1.1 202")


def test_compressed_bodies_are_refused_so_that_there_are_no_bombs(server: Server) -> None:
    status, document = server.post(zlib.compress(bytes(50 << 20)), **{"content-encoding": "gzip"})
    assert (status, document["error"]) == (415, "encoding")


@pytest.mark.parametrize(
    "head",
    [
        b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET",
        b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
        b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 4e2\r\n\r\n",
        b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["two framings", "two lengths", "negative length", "no length", "endless chunk", "TLS"],
)
def test_ambiguous_requests_are_refused_and_the_connection_closed(server: Server, head: bytes) -> None:
    assert server.raw(head).startswith(b"HTTP/1.1 400")


def test_a_head_without_end_is_cut_off(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(b"POST /v1/ingest HTTP/1.1\r\n")
        found = b""
        try:
            for k in range(2000):
                line.sendall(b"X-%d: %b\r\n" % (k, b"y" * 1000))
            found = line.recv(65536)
        except ConnectionError:
            found = b"HTTP/1.1 431"  # it hung up while we were still talking
        assert found.startswith(b"HTTP/1.1 431")


def test_only_post_is_understood(server: Server) -> None:
    status, document, _ = server.ask("GET", "/v1/ingest")
    assert (status, document["error"]) == (405, "method")


def test_pages_of_other_origins_may_send_and_read_the_answer_even_of_an_error(server: Server) -> None:
    status, _, headers = server.ask("OPTIONS", "/v1/ingest", headers={"Origin": "https://shop.example"})
    assert (status, headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in headers["access-control-allow-methods"]
    _, _, headers = server.ask("POST", "/v1/ingest", b"nonsense", {"Origin": "https://shop.example"})
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-expose-headers"] == "retry-after"


def test_poison_is_kept_apart_with_its_reason(launch: Callable[..., Server]) -> None:
    server = launch()
    poison = sealed(FRAME[:6] + struct.pack("<H", 60_000) + FRAME[8:])
    server.post(poison)
    server.post(b"rubbish")
    server.stop()
    store = open_store(server.store, readonly=True)
    letters = store.letters()
    store.close()
    assert [(n.frame, n.recording) for n in letters] == [(b"rubbish", None), (poison, "aa" * 16)]
    assert "not a frame" in letters[0].reason or "cut short" in letters[0].reason


def test_slow_clients_do_not_hold_up_the_others(server: Server) -> None:
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(200)]
    for k, line in enumerate(lines):
        if k % 2:
            line.sendall(b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Le")
        else:
            line.sendall(b"POST /v1/ingest HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + bytes(200_000))
    outcomes = [server.post(frame("af" * 16, k))[0] for k in range(20)]
    for line in lines:
        line.close()
    assert outcomes == [202] * 20


def test_many_clients_at_once_are_all_acknowledged(server: Server) -> None:
    outcomes: list[int] = []

    def send(number: int) -> None:
        outcomes.extend(server.post(frame(f"b{number:x}" * 16, k))[0] for k in range(25))

    threads = [threading.Thread(target=send, args=(k,)) for k in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [202] * 400
    store = open_store(server.store, readonly=True)
    assert all(row.batches == 25 for row in store.recordings(Query(limit=200)) if row.recording.startswith("b"))
    store.check()
    store.close()


def memory(server: Server) -> int:
    """The server's resident memory in bytes, its peak so far."""
    status = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
