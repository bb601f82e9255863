"""What goes wrong: told to people as a page, to programs as JSON, to strangers without secrets; and readiness."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import Postgres
from tests.serve import conftest
from tests.serve.conftest import SOURCE, Server
from tests.serve.test_keys import A, Tenants, all_routes, bearer, frame

from musculus.errors import StoreError
from musculus.serve.app import Application, _every
from musculus.serve.headers import POLICY
from musculus.serve.keys import REMEMBERED, Keyring
from musculus.serve.limits import KNOWN, Limits
from musculus.store import open_store

HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Tenants(Server(f"sqlite:///{tmp_path_factory.mktemp('trouble')}/store.db", host="0.0.0.0"))
    yield running
    running.server.stop()


def page(tenants: Tenants, path: str, key: str = "") -> tuple[int, str, Any]:
    return tenants.server.ask("GET", path, None, {**HTML, **(bearer(key) if key else {})})


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"/recordings/{'00' * 16}", 404, "There is no recording"),
        ("/nowhere", 404, "There is nothing here"),
        ("/?verdict=alien", 400, "one of human, bot, unsure"),
        ("/?site=b", 404, "There is no such site"),
        ("/health", 403, "Sign in with another key"),
        (f"/v1/recordings/{'00' * 16}", 404, "It may have been deleted"),
        ("/static/nothing.css", 404, "There is no file"),
    ],
)
def test_a_browser_gets_a_page_with_the_next_step_and_a_program_json(
    tenants: Tenants, path: str, status: int, words: str
) -> None:
    found, html, headers = page(tenants, path, tenants.secret["a"])
    assert (found, headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in html
    assert re.search(r'<a href="/[^"]*">', html.split("<main")[1])
    assert headers["content-security-policy"] == POLICY
    found, document, headers = tenants.ask("GET", path, tenants.secret["a"])
    assert (found, set(document)) == (status, {"error", "detail"})
    assert headers["cache-control"] == "no-store"


def test_who_is_nobody_is_led_to_the_sign_in_and_at_an_address_for_machines_told_so(tenants: Tenants) -> None:
    assert page(tenants, "/maps?site=a")[2]["location"] == "/login?to=%2Fmaps%3Fsite%3Da"
    status, html, headers = page(tenants, "/v1/recordings?site=a")
    assert (status, headers["www-authenticate"]) == (401, "Bearer")
    assert "/login?to=%2Fv1%2Frecordings%3Fsite%3Da" in html


def test_no_link_of_such_a_page_leads_elsewhere(tenants: Tenants) -> None:
    host = "elsewhere.example"
    for path in (f"//{host}/", f"/%2F/{host}", f"//{host}/v1/recordings", f"/\\{host}"):
        for key in ("", tenants.secret["a"]):
            _, html, headers = page(tenants, path, key)
            assert not re.search(r'href="(//|/\\|https?:)', html), path
            assert not headers.get("location", "").startswith(("//", "http"))


def test_every_html_answer_of_every_route_has_a_strict_policy(tenants: Tenants) -> None:
    seen = 0
    for key in ("", tenants.secret["a"], tenants.admin):
        for method, path in all_routes():
            filled = re.sub(r"\{\w+:str\}", A, path)
            if method == "DELETE" or filled.startswith("/v1/keys"):
                continue
            status, _, headers = tenants.server.ask(method, filled, None, {**HTML, **(bearer(key) if key else {})})
            assert status < 500, (method, filled)
            assert headers["content-security-policy"] == POLICY, (method, filled)
            assert headers["x-content-type-options"] == "nosniff"
            seen += headers.get("content-type", "").startswith("text/html")
            cookie = headers.get("set-cookie", "").lower()
            assert not cookie or ("httponly" in cookie and "samesite=strict" in cookie)
    assert seen > 30
    assert "unsafe" not in POLICY


def test_no_template_and_no_style_needs_more_than_the_policy_allows() -> None:
    for path in (SOURCE / "musculus/serve/templates").rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:|<script(?![^>]*\ssrc=)", text), path.name
        text = re.sub(r"charts\.\w+ \| safe", "", text)  # numbers drawn by `charts`, which escapes the words
        assert not re.search(r"\|\s*safe\b|autoescape false", text), path.name


def test_the_store_s_place_is_told_to_the_owner_only(launch: Callable[..., Server]) -> None:
    tenants = Tenants(launch(host="0.0.0.0"))
    store = Path(tenants.server.store.removeprefix("sqlite:///"))
    assert tenants.ask("GET", "/readyz")[:2] == (200, {"status": "ok"})
    assert tenants.ask("GET", "/readyz", tenants.admin)[1]["store"]["recordings"] == 2
    store.rename(store.with_name("away.db"))
    ready(tenants, 503)
    for key in ("", tenants.secret["a"]):
        status, said, headers = tenants.ask("GET", "/readyz", key)
        assert (status, said["detail"], headers["retry-after"]) == (503, "it can't take batches now", "5")
    assert "was moved, deleted or replaced" in tenants.ask("GET", "/readyz", tenants.admin)[1]["detail"]
    status, said = tenants.post("a", frame("c1" * 16))
    assert (status, said["error"]) == (503, "store")  # not acknowledged: it would be lost
    status, said, _ = tenants.ask("GET", "/v1/recordings", tenants.secret["a"])
    assert (status, said["error"]) == (503, "store")
    assert str(store) not in said["detail"]
    assert str(store) in tenants.ask("GET", "/v1/recordings", tenants.admin)[1]["detail"]
    status, html, _ = page(tenants, "/", tenants.secret["a"])
    assert status == 503
    assert "try again" in html
    assert str(store) not in html
    store.with_name("away.db").rename(store)
    ready(tenants, 200)
    assert tenants.post("a", frame("c1" * 16))[0] == 202


def test_a_database_that_is_away_is_not_ready_and_comes_back_by_itself(postgres: Postgres) -> None:
    url = postgres.database()
    name = url.split("/")[3].split("?")[0]
    elsewhere = url.replace(f"/{name}?", "/postgres?")
    server = Server(url, host="0.0.0.0")
    try:
        tenants = Tenants(server)
        postgres.sql(elsewhere, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgres.sql(elsewhere, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        ready(tenants, 503)
        status, said = tenants.post("a", frame("c2" * 16))
        assert (status, said["error"]) == (503, "store")
        assert name not in str(tenants.ask("GET", "/readyz", tenants.secret["a"]))
        assert tenants.ask("GET", "/healthz")[0] == 200  # the process is well: nobody needs to restart it
        postgres.sql(elsewhere, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        ready(tenants, 200)
        assert tenants.post("a", frame("c2" * 16))[0] == 202
    finally:
        server.stop()


def ready(tenants: Tenants, expected: int) -> None:
    """Ask until the answer that is remembered for a second has passed."""
    for _ in range(20_000):
        if tenants.ask("GET", "/readyz")[0] == expected:
            return
    raise AssertionError(f"it was never {expected}")


def test_a_store_whose_folder_is_gone_refuses_and_breaks_nothing(launch: Callable[..., Server], tmp_path: Path) -> None:
    tenants = Tenants(launch(host="0.0.0.0"))
    tmp_path.rename(tmp_path.with_name("elsewhere"))
    try:
        ready(tenants, 503)
        answers = {tenants.post("a", frame("c3" * 16))[1].get("error") for _ in range(50)}
        assert answers <= {"store"}
        for path in ("/metrics", "/health", "/"):
            assert tenants.ask("GET", path, tenants.admin)[0] == 503
    finally:
        tmp_path.with_name("elsewhere").rename(tmp_path)
    ready(tenants, 200)
    assert tenants.post("a", frame("c3" * 16))[0] == 202
    assert "Traceback" not in tenants.server.stop()


def test_a_disk_that_is_nearly_full_is_not_ready(launch: Callable[..., Server]) -> None:
    status, said, _ = launch(reserve=1 << 60).ask("GET", "/readyz")
    assert (status, said["status"]) == (503, "no")
    assert "are left on the disk" in said["detail"]


def test_what_is_of_all_sites_is_not_for_the_admin_of_one(tenants: Tenants) -> None:
    mine = tenants.make("admin", "a")
    for path in ("/metrics", "/health", "/v1/panels/health"):
        assert tenants.ask("GET", path, mine)[0] == 403
        assert tenants.ask("GET", path, tenants.admin)[0] == 200
    assert set(tenants.ask("GET", "/readyz", mine)[1]) == {"status"}


def test_numbers_beyond_reason_are_422(tenants: Tenants) -> None:
    number = tenants.write["a"].split("_")[2]
    for hours in (1e308, -1, 1e7):
        assert tenants.ask("DELETE", f"/v1/keys/{number}", tenants.admin, {"hours": hours})[0] == 422
    for more in ({"rate": 1e-320}, {"rate": -1}, {"days": 1e300}):
        assert tenants.ask("POST", "/v1/keys", tenants.admin, {"kind": "write", "site": "a", **more})[0] == 422
    for days in (0, -1, 1e300):
        assert tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {"retention_days": days})[0] == 422


def test_a_pace_of_less_than_one_in_four_seconds_still_lets_one_in() -> None:
    limits = Limits()
    assert limits.wait("key", "slow", 0.1) == 0
    assert limits.wait("key", "slow", 0.1) > 5


def test_many_addresses_push_no_key_out_of_its_limit() -> None:
    limits = Limits()
    while not limits.wait("key", "one", 1.0):
        pass
    for k in range(KNOWN + 10):
        limits.wait("address", str(k), 500.0)
    assert limits.wait("key", "one", 1.0) > 0
    assert len(limits._buckets["address"]) == KNOWN


def test_keys_that_ended_long_ago_are_forgotten_but_one_keeps_the_site_from_being_a_demo(tmp_path: Path) -> None:
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/store.db")) as store:
        keys = Keyring(store)
        made = [keys.make("write", "demo")[0] for _ in range(3)]
        lasting = keys.make("secret", "demo")[0]
        for key in made:
            keys.expire(key.id)
        assert keys.sweep() == 0
        assert keys.sweep(int(time.time() * 1000) + REMEMBERED + 10) == 2
        assert keys.has_writers("demo")
        assert keys.get(lasting.id) is not None


IMPATIENT = "import musculus.serve.protocol as p; p.HEAD_SECONDS, p.BODY_SECONDS = 0.5, 1.0; "


def test_a_head_or_a_body_that_drips_is_cut_off_on_a_connection_in_use_too(
    launch: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conftest, "SERVE", IMPATIENT + conftest.SERVE)
    server = launch()
    for rest in (b"GET /healthz HT", b"POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\ncontent-length: 100\r\n\r\nmusc"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            found = b""
            while not found.endswith(b"}"):
                found += line.recv(65536)
            line.sendall(rest)
            assert line.recv(65536) == b""  # closed, where it would have waited for ever
    assert server.ask("GET", "/healthz")[0] == 200
    assert "Traceback" not in server.stop()


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_fault_of_ours_is_told_without_its_insides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    app = Application(store, "", "demo", loopback=True)

    def broken(scope: Any) -> Any:
        raise RuntimeError("the inside of /srv/musculus")

    monkeypatch.setattr(app.gate, "reader", broken)
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/v1/recordings", "query_string": b"", "http_version": "1.1",
             "headers": [(b"accept", accept.encode())], "client": ("127.0.0.1", 1), "scheme": "http",
             "server": ("127.0.0.1", 80), "root_path": ""}  # fmt: skip
    with pytest.raises(RuntimeError):  # for the log
        asyncio.run(app._safe(scope, receive, send))
    headers, body = dict(sent[0]["headers"]), sent[1]["body"].decode()
    assert sent[0]["status"] == 500
    assert headers[b"content-security-policy"] == POLICY.encode()
    assert "/srv" not in body
    assert ("Something broke" in body) if accept == "text/html" else ('"error":"server"' in body)
    store.close()


def test_a_fault_in_what_is_repeated_does_not_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)
        raise (StoreError("away"), ValueError("a document of a newer version"))[len(done) % 2]

    async def story() -> None:
        task = asyncio.create_task(_every(0.0, work))
        while len(done) < 5:
            await asyncio.sleep(0)
        task.cancel()

    asyncio.run(story())
