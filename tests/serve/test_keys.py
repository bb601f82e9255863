"""Keys and tenants: nothing is open but the demo on loopback, and one site never sees another."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace as with_changes
from tests.serve.conftest import Server, walk
from tests.tasks.people import visit

from musculus.serve.access import COOKIE
from musculus.serve.app import Application
from musculus.store import open_store
from musculus.wire import encode

A, B = "a1" * 16, "b2" * 16  # recordings of the two sites


def frame(recording: str, sequence: int = 0, site: str = "", **more: Any) -> bytes:
    """A frame that names no site: the key says it."""
    batch = walk(recording, sequence, **more)
    return encode(replace(batch, context=with_changes(batch.context, site=site)))


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


class Tenants:
    """A server with two sites, each with a write key, a secret key and a visit; and the first start's admin key."""

    def __init__(self, server: Server) -> None:
        self.server = server
        assert server.process.stdout
        self.admin = server.process.stdout.readline().split()[2]
        self.write = {site: self.make("write", site) for site in "ab"}
        self.secret = {site: self.make("secret", site) for site in "ab"}
        self.admin_of_a = self.make("admin", "a")
        for site, recording in zip("ab", (A, B), strict=True):
            assert self.post(site, frame(recording, n=200))[0] == 202

    def make(self, kind: str, site: str = "", **more: Any) -> str:
        status, made, _ = self.ask("POST", "/v1/keys", self.admin, {"kind": kind, "site": site, **more})
        assert status == 201, made
        return str(made["key"])

    def ask(self, method: str, path: str, key: str = "", body: Any = None, **headers: str) -> tuple[int, Any, Any]:
        data = None if body is None else json.dumps(body).encode()
        return self.server.ask(method, path, data, {**(bearer(key) if key else {}), **headers})

    def post(self, site: str, body: bytes, key: str | None = None, **headers: str) -> tuple[int, Any]:
        where = f"/v1/ingest?{urlencode({'key': key or self.write[site]})}"
        status, document, _ = self.server.ask("POST", where, body, headers)
        return status, document


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Server(f"sqlite:///{tmp_path_factory.mktemp('tenants')}/store.db", host="0.0.0.0")
    yield Tenants(running)
    running.stop()


def test_the_first_start_tells_an_admin_key_and_the_second_does_not(launch: Callable[..., Server]) -> None:
    first = launch()
    assert first.process.stdout
    assert "mk_admin_" in first.process.stdout.readline()
    first.stop()
    again = launch()
    assert again.process.stdout
    assert again.ask("GET", "/healthz")[0] == 200
    again.stop()
    assert again.process.stdout.closed or again.process.stdout.read() == ""


def test_keys_are_kept_as_hashes_only(tenants: Tenants) -> None:
    files = Path(tenants.server.store.removeprefix("sqlite:///")).parent.iterdir()
    kept = b"".join(path.read_bytes() for path in files)
    for key in (tenants.admin, *tenants.write.values(), *tenants.secret.values()):
        assert key.rpartition("_")[0].split("_")[2].encode() in kept  # its number
        assert key.split("_", 3)[3].encode() not in kept


def test_nothing_is_written_or_read_without_a_key(tenants: Tenants) -> None:
    assert tenants.server.post(frame("c3" * 16))[0] == 401
    for path in ("/v1/recordings", f"/v1/recordings/{A}", f"/v1/recordings/{A}/verdict", "/v1/keys"):
        status, document, headers = tenants.ask("GET", path)
        assert (status, document["error"], headers["www-authenticate"]) == (401, "key", "Bearer")
    assert tenants.ask("DELETE", f"/v1/recordings/{A}")[0] == 401
    assert tenants.ask("GET", "/readyz")[1] == {"status": "ok"}


def test_a_write_key_only_writes_and_only_for_its_site(tenants: Tenants) -> None:
    assert tenants.post("a", frame("c4" * 16, site="b"))[0] == 403
    assert tenants.post("a", frame("c4" * 16, site="a"))[0] == 202
    assert tenants.ask("GET", "/v1/recordings", tenants.write["a"])[0] == 403
    assert tenants.post("a", frame("c5" * 16), key=tenants.secret["a"])[0] == 403
    for wrong in ("x", tenants.write["a"][:-1] + "!", tenants.write["a"].replace("write", "secret")):
        assert tenants.post("a", frame("c5" * 16), key=wrong)[0] in (401, 429)


def all_routes() -> list[tuple[str, str]]:
    """Every route of the server, with its methods."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/x.db")
        app = Application(store, "", "demo", loopback=True)
        known = ("GET", "DELETE", "POST", "PUT", "PATCH")
        found = [(m, r.path) for r in app._rest.routes for m in sorted(r.methods or ()) if m in known]
        found.remove(("GET", "/v1/verdicts/stream"))  # it has no end: test_backend listens to it
        store.close()
    return found


PERSON, NOTE, PLACE = "person-of-b", "note of b", "https://b.example/hook"


@pytest.fixture(scope="module")
def hook(tenants: Tenants) -> str:
    """The number of a webhook of site b, which also has a person, a label and words of its own."""
    from tests.serve.test_people import enrol, send

    assert enrol(tenants, PERSON, [send(tenants, visit(3, k), "b") for k in range(2)], "b")[0] == 201
    label = {"label": "bot", "note": NOTE}
    assert tenants.ask("POST", f"/v1/recordings/{B}/labels", tenants.secret["b"], label)[0] == 201
    status, made, _ = tenants.ask("POST", "/v1/webhooks?site=b", tenants.admin, {"url": PLACE})
    assert status == 201
    return str(made["id"])


@pytest.mark.parametrize(("method", "path"), all_routes())
def test_one_tenant_never_sees_another_on_any_route(tenants: Tenants, hook: str, method: str, path: str) -> None:
    names = {"recording": B, "key": tenants.write["b"].split("_")[2], "hook": hook, "person": PERSON}
    filled = re.sub(r"\{(\w+):str\}", lambda found: names.get(found[1], "x"), path)
    questions = ("", "?site=b", f"?site=a&recording={B}")
    bodies = (None,) if method == "GET" else (None, {"recording": B, "site": "b"})
    for key, query, body in itertools.product((tenants.secret["a"], tenants.admin_of_a), questions, bodies):
        status, document, _ = tenants.ask(method, filled + query, key, body)
        said = json.dumps(document) if not isinstance(document, str) else document
        nothing = (f"there is no recording {B}", f'"recording": "{B}", "batches": 0', f"nobody is enrolled as {PERSON}")
        for echo in (filled, *nothing):
            said = said.replace(echo, "")
        assert not [one for one in (B, hook, PERSON, NOTE, PLACE) if one in said], (status, said)
        assert "mk_write_" not in said.replace("mk_write_...", "") or path == "/demo"
        assert status < 500, (status, said)
    theirs = tenants.secret["b"]
    assert tenants.ask("GET", f"/v1/recordings/{B}", theirs)[1]["label"]["note"] == NOTE  # everything is still there
    assert len(tenants.ask("GET", f"/v1/people/{PERSON}", theirs)[1]["recordings"]) == 2
    assert [one["id"] for one in tenants.ask("GET", "/v1/webhooks?site=b", tenants.admin)[1]["webhooks"]] == [hook]


def test_what_is_another_tenants_is_as_if_it_were_not_there(tenants: Tenants) -> None:
    nothing = tenants.ask("GET", f"/v1/recordings/{'ff' * 16}", tenants.secret["a"])
    other = tenants.ask("GET", f"/v1/recordings/{B}", tenants.secret["a"])
    assert (nothing[0], other[0]) == (404, 404)
    assert nothing[1]["detail"].replace("ff" * 16, "") == other[1]["detail"].replace(B, "")
    seen = [row["recording"] for row in tenants.ask("GET", "/v1/recordings", tenants.secret["a"])[1]["recordings"]]
    assert A in seen
    assert B not in seen
    both = tenants.ask("GET", "/v1/recordings?site=b", tenants.admin)[1]["recordings"]
    assert B in [row["recording"] for row in both]
    assert A not in [row["recording"] for row in both]


def test_a_key_is_for_the_pages_of_its_origins(tenants: Tenants) -> None:
    key = tenants.make("write", "a", origins=["https://shop.example"])
    assert tenants.post("a", frame("c6" * 16), key, Origin="https://shop.example")[0] == 202
    assert tenants.post("a", frame("c6" * 16, 1), key, Origin="https://elsewhere.example")[1]["error"] == "origin"
    assert tenants.post("a", frame("c6" * 16, 1), key)[1]["error"] == "origin"


def test_a_key_that_writes_too_fast_is_told_when_to_come_again(tenants: Tenants) -> None:
    key = tenants.make("write", "a", rate=1)
    answers = [tenants.server.ask("POST", f"/v1/ingest?key={key}", frame("c7" * 16, k)) for k in range(8)]
    assert [status for status, _, _ in answers[:4]] == [202] * 4
    status, document, headers = answers[-1]
    assert (status, document["error"]) == (429, "rate")
    assert int(headers["retry-after"]) >= 1


def test_a_key_is_replaced_while_the_old_one_still_works_and_then_ends(tenants: Tenants) -> None:
    old = tenants.make("write", "a")
    number = old.split("_")[2]
    new = tenants.make("write", "a")
    assert tenants.ask("DELETE", f"/v1/keys/{number}", tenants.admin, {"hours": 1})[0] == 200
    assert tenants.post("a", frame("c8" * 16, 0), old)[0] == 202
    assert tenants.post("a", frame("c8" * 16, 1), new)[0] == 202
    assert tenants.ask("DELETE", f"/v1/keys/{number}", tenants.admin)[0] == 200
    assert tenants.post("a", frame("c8" * 16, 2), old)[0] == 401
    assert tenants.ask("DELETE", f"/v1/keys/{number}", tenants.secret["a"])[0] == 403


def test_an_admin_of_one_site_makes_no_keys_for_another(tenants: Tenants) -> None:
    mine = tenants.make("admin", "a")
    assert tenants.ask("POST", "/v1/keys", mine, {"kind": "write", "site": "b"})[0] == 403
    assert tenants.ask("POST", "/v1/keys", mine, {"kind": "admin"})[0] == 403
    listed = tenants.ask("GET", "/v1/keys", mine)[1]["keys"]
    assert {key["site"] for key in listed} == {"a"}
    assert "digest" not in json.dumps(listed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "master"},
        {"kind": "write"},
        {"kind": "write", "site": "../x"},
        {"kind": "write", "site": "a", "days": -1},
        {"kind": "write", "site": "a", "rate": 0},
        {"kind": "write", "site": "a", "origins": ["shop.example"]},
        {"kind": "write", "more": 1},
        [1],
    ],
)
def test_a_wrong_wish_for_a_key_is_422_with_the_reason(tenants: Tenants, wrong: Any) -> None:
    status, document, _ = tenants.ask("POST", "/v1/keys", tenants.admin, wrong)
    assert (status, document["error"]) == (422, "request")
    assert document["detail"]


def sign_in(tenants: Tenants, key: str, to: str = "/") -> http.client.HTTPResponse:
    connection = tenants.server.connect()
    form = urlencode({"key": key, "to": to})
    connection.request("POST", "/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_never_get(tenants: Tenants) -> None:
    page = tenants.ask("GET", f"/recordings/{A}?site=a", Accept="text/html")
    assert (page[0], page[2]["location"]) == (303, f"/login?to=%2Frecordings%2F{A}%3Fsite%3Da")
    answer = sign_in(tenants, tenants.secret["a"], f"/recordings/{A}")
    assert (answer.status, answer.getheader("location")) == (303, f"/recordings/{A}")
    given = answer.getheader("set-cookie") or ""
    assert "httponly" in given.lower()
    assert "samesite=strict" in given.lower()
    cookie = given.split(";")[0]
    assert tenants.ask("GET", "/", Cookie=cookie)[0] == 200
    assert B not in tenants.ask("GET", "/", Cookie=cookie)[1]
    assert sign_in(tenants, tenants.secret["a"], "//elsewhere.example").getheader("location") == "/"
    assert sign_in(tenants, tenants.write["a"]).status == 403
    forged = cookie[:-5] + ("00000" if not cookie.endswith("00000") else "11111")
    assert tenants.ask("GET", "/v1/recordings", Cookie=forged)[0] == 401
    assert tenants.ask("GET", "/v1/recordings", Cookie=f"{COOKIE}=.")[0] == 401


def test_another_sites_page_can_not_use_the_cookie_to_change_anything(tenants: Tenants) -> None:
    key = tenants.make("secret", "a")
    cookie = (sign_in(tenants, key).getheader("set-cookie") or "").split(";")[0]
    tenants.post("a", frame("c9" * 16))
    there = f"/v1/recordings/{'c9' * 16}"
    fetched = [{"Sec-Fetch-Site": kind} for kind in ("cross-site", "same-site")]
    for said in (*fetched, {"Origin": "https://elsewhere.example"}):
        assert tenants.ask("DELETE", there, Cookie=cookie, **said)[1]["error"] == "origin"
    number = key.split("_")[2]
    tenants.ask("DELETE", f"/v1/keys/{number}", tenants.admin)
    assert tenants.ask("GET", there, Cookie=cookie)[0] == 401  # a revoked key's cookie is worth nothing
    assert tenants.ask("GET", there, tenants.secret["a"])[0] == 200


def test_a_visitor_can_be_forgotten_with_the_key_of_the_page(tenants: Tenants) -> None:
    tenants.post("a", frame("ca" * 16))
    there = f"/v1/recordings/{'ca' * 16}"
    assert tenants.ask("DELETE", f"{there}?key={tenants.write['b']}")[1]["batches"] == 0
    assert tenants.ask("DELETE", f"{there}?key={tenants.write['a']}")[1]["batches"] == 1


def test_the_demo_is_open_on_loopback_only_to_this_machine_and_by_its_name(launch: Callable[..., Server]) -> None:
    server = launch()
    server.post(frame("cb" * 16))
    there = f"/v1/recordings/{'cb' * 16}"
    assert server.ask("GET", there)[0] == 200
    assert server.ask("GET", there, headers={"Host": "rebound.example"})[0] == 401
    assert server.ask("GET", there, headers={"X-Forwarded-For": "203.0.113.9"})[0] == 401
    assert server.ask("GET", "/v1/keys")[0] == 403
    assert server.ask("GET", f"{there}?site=other")[0] == 404
    assert server.process.stdout
    admin = server.process.stdout.readline().split()[2]
    body = json.dumps({"kind": "write", "site": "demo"}).encode()
    assert server.ask("POST", "/v1/keys", body, bearer(admin))[0] == 201
    assert server.post(frame("cb" * 16, 1))[0] == 401  # a site with a key is a demo no more
    assert server.ask("GET", there)[0] == 401
    status, page, _ = server.ask("GET", "/demo", headers=bearer(admin))
    assert status == 200
    assert 'data-key="mk_write_' in page
