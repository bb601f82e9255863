"""Webhooks: signed, carried until taken, by one of several servers; no storm on a dead host, no way inside."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import Postgres
from tests.serve.conftest import Server, walk
from tests.serve.test_backend import script_click
from tests.serve.test_keys import Tenants, frame

from musculus.serve import courier, deliveries, posting
from musculus.serve.deliveries import DELIVERY, TOLD, TRYING, Deliveries
from musculus.serve.posting import Answer, is_outside, place_of, post
from musculus.serve.verdict import Verdict as Document
from musculus.store import open_store
from musculus.store.base import BatchRow, Query, Record, Recording, Store, Verdict
from musculus.wire import encode

JSON = json.dumps


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Server(f"sqlite:///{tmp_path_factory.mktemp('hooks')}/store.db", host="0.0.0.0")
    yield Tenants(running)
    running.stop()


class Receiver:
    """A server of the site's own; refuses the first `refuse` deliveries."""

    def __init__(self, refuse: int) -> None:
        got = self.got = []
        left = [refuse]

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got.append((dict(self.headers), body))
                left[0] -= 1
                self.send_response(500 if left[0] >= 0 else 204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def wait(self, n: int) -> None:
        end = time.monotonic() + 60
        while len(self.got) < n and time.monotonic() < end:
            time.sleep(0.05)
        assert len(self.got) >= n


@pytest.fixture
def receiver() -> Iterator[Callable[[int], Receiver]]:
    made: list[Receiver] = []

    def make(refuse: int) -> Receiver:
        made.append(Receiver(refuse))
        return made[-1]

    yield make
    for one in made:
        one.server.shutdown()
        one.server.server_close()


def waiting(tenants: Tenants, deliveries: int) -> Any:
    """The webhooks of site a, as soon as so many deliveries wait."""
    end = time.monotonic() + 30
    while True:
        listed = tenants.ask("GET", "/v1/webhooks?site=a", tenants.admin)[1]
        if listed["waiting"] == deliveries or time.monotonic() > end:
            assert listed["waiting"] == deliveries
            return listed
        time.sleep(0.1)


def test_a_verdict_is_posted_signed_and_again_until_it_is_taken(
    tenants: Tenants, receiver: Callable[[int], Receiver]
) -> None:
    there, dead = receiver(1), "http://127.0.0.1:9/hook"
    status, hook, _ = tenants.ask("POST", "/v1/webhooks?site=a", tenants.admin, {"url": there.url})
    assert status == 201
    assert tenants.ask("POST", "/v1/webhooks?site=a", tenants.admin, {"url": dead})[0] == 201
    tenants.post("a", frame("d8" * 16))  # no bot: nobody wants to hear of it
    tenants.post("b", script_click("d9" * 16))
    tenants.post("a", script_click("da" * 16))
    there.wait(2)
    (_, refused), (headers, taken) = there.got[:2]
    assert refused == taken
    said = json.loads(taken)
    assert (said["recording"], said["site"], said["verdict"]) == ("da" * 16, "a", "bot")
    at, mark = (part.split("=")[1] for part in headers["Musculus-Signature"].split(","))
    assert mark == hmac.digest(hook["secret"].encode(), f"{at}.".encode() + taken, "sha256").hex()
    assert abs(int(at) - time.time()) < 60
    listed = waiting(tenants, 1)  # the dead host's
    assert hook["secret"] not in json.dumps(listed)
    last = {one["url"]: one["last"] for one in listed["webhooks"]}
    assert last[there.url] == "it answered 204"
    assert last[dead].startswith("it can't be reached")
    for one in listed["webhooks"]:
        assert tenants.ask("DELETE", f"/v1/webhooks/{one['id']}?site=a", tenants.admin)[0] == 200
    assert tenants.ask("DELETE", f"/v1/webhooks/{hook['id']}?site=a", tenants.admin)[0] == 404
    waiting(tenants, 0)


def test_what_was_not_written_down_when_a_server_was_killed_is_told_after_it_and_once(
    launch: Callable[..., Server], receiver: Callable[[int], Receiver]
) -> None:
    there, first = receiver(0), launch()
    assert first.process.stdout
    admin = {"Authorization": f"Bearer {first.process.stdout.readline().split()[2]}"}
    assert first.ask("POST", "/v1/webhooks", JSON({"url": there.url}).encode(), admin)[0] == 201
    first.post(script_click("db" * 16))
    first.ask("GET", f"/v1/recordings/{'db' * 16}/verdict")
    first.process.kill()  # a moment after the verdict
    first.process.wait()
    second = launch()
    there.wait(1)
    second.post(script_click("db" * 16, 1))
    second.post(script_click("dc" * 16))
    there.wait(2)
    told = [json.loads(body)["recording"] for _, body in there.got]
    assert told == ["db" * 16, "dc" * 16]


BAD = [
    "ftp://shop.example/", "file:///etc/passwd", "https://", "https://me:pw@shop.example/", "http://[", "/hook", "",
    "http://a:70000/", "http://a/ \r\nx: y", "http://sh\N{LATIN SMALL LETTER O WITH STROKE}p.example/", "http://a:0/",
    "http://" + "a" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("url", BAD)
def test_a_webhook_goes_to_a_web_server(tenants: Tenants, url: str) -> None:
    assert tenants.ask("POST", "/v1/webhooks?site=a", tenants.admin, {"url": url})[0] == 422


def test_only_an_admin_of_all_sites_makes_hooks_into_the_own_network(tenants: Tenants) -> None:
    mine = tenants.make("admin", "a")
    for key, inside in ((mine, False), (tenants.admin, True)):
        url = {"url": "http://127.0.0.1:9/hook"}
        assert tenants.ask("POST", "/v1/webhooks?site=a", key, {**url, "inside": True})[0] == 422
        status, made, _ = tenants.ask("POST", "/v1/webhooks?site=a", key, url)
        assert (status, made["inside"]) == (201, inside)
        tenants.ask("DELETE", f"/v1/webhooks/{made['id']}?site=a", tenants.admin)


def test_a_site_has_twenty_webhooks_at_most(tenants: Tenants) -> None:
    url = {"url": "https://shop.example/hook"}
    made = [tenants.ask("POST", "/v1/webhooks?site=b", tenants.admin, url) for _ in range(21)]
    assert [status for status, _, _ in made] == [201] * 20 + [422]
    for _, said, _ in made[:20]:
        tenants.ask("DELETE", f"/v1/webhooks/{said['id']}?site=b", tenants.admin)


# the post itself


@contextlib.asynccontextmanager
async def host(answer: bytes | None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A host that answers each request with these bytes, None for never; its URL and what it got."""
    got: list[bytes] = []
    lines: list[asyncio.StreamWriter] = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.append(writer)
        got.append(await reader.readuntil(b"\r\n\r\n"))
        if answer is not None:
            writer.write(answer)
            writer.write_eof()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook?a=1", got
    finally:
        server.close()
        for line in lines:
            line.transport.abort()


def posted(answer: bytes | None, *, inside: bool = True) -> tuple[Answer, list[bytes]]:
    async def story() -> tuple[Answer, list[bytes]]:
        async with host(answer) as (url, got):
            return await post(url, "secret", "{}", inside=inside), got

    return asyncio.run(story())


def test_a_post_is_a_plain_request_with_its_signature_and_length() -> None:
    answer, [head] = posted(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert answer.is_taken
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /hook?a=1 HTTP/1.1"
    assert "Content-Length: 2" in lines
    assert any(line.startswith("Musculus-Signature: t=") for line in lines)


@pytest.mark.parametrize(
    ("said", "is_down", "words"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", False, "redirects are not followed"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", False, "it answered 404"),
        (b"HTTP/1.1 429 Slow Down\r\n\r\n", True, "429"),
        (b"HTTP/1.1 503 Busy\r\n\r\n", True, "503"),
        (b"SSH-2.0-OpenSSH\r\n", True, "not HTTP"),
        (b"H" * 100_000, True, "can't be reached"),
        (b"", True, "not HTTP"),
    ],
)
def test_whatever_a_host_answers_is_told_in_words(said: bytes, is_down: bool, words: str) -> None:
    answer, got = posted(said)
    assert (answer.is_taken, answer.is_down, len(got)) == (False, is_down, 1)
    assert words in answer.words


def test_a_hundred_continue_is_not_the_answer() -> None:
    assert posted(b"HTTP/1.1 100 Continue\r\nx: y\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")[0].is_taken


def test_a_host_that_never_answers_is_left_after_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "SECONDS", 0.2)
    answer, _ = posted(None)
    assert (answer.is_down, answer.words) == (True, "it didn't answer in 0.2 s")


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::", "255.255.255.255",
    "::10.0.0.1", "::ffff:0:10.0.0.1", "fec0::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_way_of_writing_an_inside_address_is_outside(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_hook_of_one_site_never_reaches_into_the_network(name: str) -> None:
    async def story() -> None:
        async with host(b"HTTP/1.1 200 OK\r\n\r\n") as (url, got):
            answer = await post(url.replace("127.0.0.1", name), "secret", "{}", inside=False)
            assert (answer.status, got) == (None, [])
            assert "inside this network" in answer.words

    asyncio.run(story())


def test_a_name_is_looked_up_once_so_it_can_not_point_elsewhere_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def rebinding(name: str, port: int, **_: Any) -> list[Any]:
        asked.append(name)
        address = "127.0.0.1" if len(asked) > 1 else "192.0.2.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async def story() -> Answer:
        async with host(b"HTTP/1.1 200 OK\r\n\r\n") as (url, _):
            monkeypatch.setattr(posting, "SECONDS", 0.2)
            monkeypatch.setattr(posting, "is_outside", lambda address: address == "192.0.2.1")
            monkeypatch.setattr(socket, "getaddrinfo", rebinding)
            return await post(url.replace("127.0.0.1", "rebound.example"), "secret", "{}", inside=False)

    assert asyncio.run(story()).status is None
    assert asked == ["rebound.example"]


def test_a_name_that_is_none_and_a_port_nobody_listens_at_are_no_storm_of_errors() -> None:
    for url in ("http://" + "a" * 64 + ".example/", "http://127.0.0.1:9/", "https://127.0.0.1:9/"):
        answer = asyncio.run(post(url, "secret", "{}", inside=True))
        assert answer.is_down
        assert "secret" not in answer.words
    assert place_of("http://127.0.0.1:9/") is not None


# what is written down and tried, on the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/store.db")
    yield opened
    opened.close()


def judged(store: Store, recording: str, label: str = "bot", sequence: int = 0) -> Recording:
    """A visit in the store with its verdict."""
    b = walk(recording, sequence)
    store.append([BatchRow("a", recording, b.view, sequence, float(b.time_origin), 1, b.n, encode(b))])
    said = {"recording": recording, "verdict": label, "score": None, "probability": None, "reasons": [], "events": 40}
    document = json.dumps({**said, "strokes": 0, "model": "rules"}).encode()
    store.put_verdict(Verdict("a", recording, sequence + 1, "rules", label, int(time.time() * 1000) + 5, document))
    return store.recordings(Query(site="a", recording=recording))[0]


def test_of_several_servers_one_writes_a_verdict_down_and_one_makes_each_try(store: Store) -> None:
    one, other = Deliveries(store), Deliveries(store)
    row = judged(store, "e1" * 16)
    assert [one.write_down("hook", row), other.write_down("hook", row)] == [True, False]
    [(record, delivery)] = one.waiting("a")
    assert [one.claim(record, delivery), other.claim(record, delivery)] == [True, False]
    [(again, later)] = one.waiting("a")
    assert (later.tries, later.due > delivery.due, later.body) == (1, True, delivery.body)
    one.settle(again, later, Answer(200))
    assert one.waiting("a") == []
    store.expire_records(TRYING, 1 << 60)
    assert not other.claim(again, later)  # taken meanwhile: a list read before that brings nothing back
    assert not other.write_down("hook", row)
    assert one.write_down("hook", judged(store, "e1" * 16, "unsure", 1))
    assert other.write_down("hook", judged(store, "e1" * 16, "bot", 2))
    ids = [json.loads(d.body)["id"] for _, d in one.waiting("a")]
    assert len(set(ids)) == 2


def test_a_try_whose_server_died_is_made_by_another_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Deliveries(store)
    one.write_down("hook", judged(store, "e2" * 16))
    [(record, delivery)] = one.waiting("a")
    monkeypatch.setattr(store, "records", lambda *_, **__: [])  # it was killed between the two writings
    assert not one.claim(record, delivery)
    monkeypatch.undo()
    assert not one.claim(record, delivery)
    monkeypatch.setattr(deliveries, "CLAIM", -1)
    one.sweep(lambda _: True)
    assert one.claim(record, delivery)


def test_what_an_older_version_wrote_down_is_carried_and_not_swept_away(store: Store) -> None:
    one, now = Deliveries(store), int(time.time() * 1000)
    judged(store, "e7" * 16)
    document = json.dumps({"hook": "hook", "body": "{}", "tries": 1, "due": now}).encode()
    store.put_record(Record(DELIVERY, "a", "5f" * 8, now, document, "e7" * 16))
    one.sweep(lambda record: deliveries.hook_of(record) == "hook")
    [(record, delivery)] = one.waiting("a")
    assert one.claim(record, delivery)
    one.forget("a", "hook")
    assert one.waiting("a") == []


def test_what_is_refused_is_dropped_after_twelve_tries_and_what_is_down_after_a_day(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Deliveries(store)
    one.write_down("hook", judged(store, "e3" * 16))
    for said in (Answer(404), Answer(None)):
        one.write_down("other", judged(store, "e4" * 16))
        [(record, delivery), *_] = [w for w in one.waiting("a") if w[1].hook == "hook"]
        for tries in range(deliveries.TRIES - 1):
            one.settle(record, type(delivery)("hook", delivery.body, tries, 0), said)
        assert len(one.waiting("a")) == 2
    one.settle(record, type(delivery)("hook", delivery.body, 11, 0), Answer(404))
    assert [d.hook for _, d in one.waiting("a")] == ["other"]
    monkeypatch.setattr(deliveries, "LIFE", -1)
    one.sweep(lambda _: True)
    assert one.waiting("a") == []


def test_what_a_hook_was_told_goes_with_the_visit_and_with_the_hook(store: Store) -> None:
    one = Deliveries(store)
    for recording in ("e5" * 16, "e6" * 16):
        for hook in ("hook", "other"):
            one.write_down(hook, judged(store, recording))
    store.erase("a", "e5" * 16)
    assert [(len(store.records(kind)), {r.recording for r in store.records(kind)}) for kind in (DELIVERY, TOLD)] == [
        (2, {"e6" * 16}), (2, {"e6" * 16}),
    ]  # fmt: skip
    one.forget("a", "hook")
    assert [r.name.partition("-")[0] for kind in (DELIVERY, TOLD) for r in store.records(kind)] == ["other"] * 2
    one.sweep(lambda _: False)
    assert store.records(DELIVERY) == []


def test_a_dead_host_gets_one_knock_at_a_time_and_no_other_hook_waits_for_it(
    launch: Callable[..., Server], receiver: Callable[[int], Receiver]
) -> None:
    server, well = launch(), receiver(0)
    assert server.process.stdout
    admin = {"Authorization": f"Bearer {server.process.stdout.readline().split()[2]}"}
    knocks = []

    def deaf(hole: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = hole.accept()
                knocks.append(line)  # it listens, and says nothing

    with socket.create_server(("127.0.0.1", 0)) as hole:
        threading.Thread(target=deaf, args=(hole,), daemon=True).start()
        for url in (f"http://127.0.0.1:{hole.getsockname()[1]}/", well.url):
            assert server.ask("POST", "/v1/webhooks", JSON({"url": url}).encode(), admin)[0] == 201
        for k in range(30):
            assert server.post(script_click(f"{k:032x}"))[0] == 202
        well.wait(30)
        assert len(knocks) <= 2  # it is asked one thing, and has ten seconds for it
    for line in knocks:
        line.close()
    assert len({json.loads(body)["id"] for _, body in well.got}) == len(well.got) == 30


def test_two_servers_on_one_database_tell_each_verdict_once(
    postgres: Postgres, receiver: Callable[[int], Receiver]
) -> None:
    url, well = postgres.database(), receiver(0)
    servers = [Server(url), Server(url)]
    try:
        assert servers[0].process.stdout
        admin = {"Authorization": f"Bearer {servers[0].process.stdout.readline().split()[2]}"}
        assert servers[0].ask("POST", "/v1/webhooks", JSON({"url": well.url}).encode(), admin)[0] == 201
        for last in (10, 11):  # the eleventh comes when both have had time for the ten
            for k in range(len(well.got), last):
                assert servers[k % 2].post(script_click(f"{k + 1:032x}"))[0] == 202
            well.wait(last)
        told = [json.loads(body) for _, body in well.got]
        assert sorted(one["recording"] for one in told) == [f"{k:032x}" for k in range(1, 12)]
        with contextlib.closing(open_store(url, readonly=True)) as store:
            assert len(store.records(TOLD)) == 11
    finally:
        for server in servers:
            server.stop()


def test_memory_for_verdicts_is_bounded_and_a_queue_too_long_is_cut(store: Store) -> None:
    assert courier.KNOWN >= courier.MOST
    one = courier.Courier.__new__(courier.Courier)
    one._queued = courier.Counter({"hook": courier.MOST})
    hook = courier.Known(courier.Hook("http://a/", ("bot",), ""), 0)
    row = judged(store, "e7" * 16)
    assert not one._is_for("hook", hook, row)
    assert one._is_for("other", hook, row)
    assert not one._is_for("other", hook._replace(made=1 << 60), row)  # a verdict from before the hook


def test_the_document_that_is_posted_is_the_verdict_with_id_site_and_time(store: Store) -> None:
    Deliveries(store).write_down("hook", judged(store, "e8" * 16))
    [(_, delivery)] = Deliveries(store).waiting("a")
    assert list(json.loads(delivery.body)) == ["id", "site", "made", *Document.__struct_fields__]
