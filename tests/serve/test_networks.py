"""Where a request comes from, as far as it can be believed, and what of it is kept: nothing, or a network if asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.serve.conftest import Server
from tests.serve.test_keys import Tenants, bearer, frame

from musculus.errors import UsageError
from musculus.serve.access import Gate
from musculus.serve.answers import Refusal
from musculus.serve.caller import client, is_https, is_same_origin, proxies_of
from musculus.serve.keys import Keyring
from musculus.serve.networks import KIND, MOST, SETTINGS, Networks
from musculus.serve.sites import Settings, with_networks
from musculus.store import open_store
from musculus.store.base import Record

PROXY = proxies_of(["10.0.0.0/8", "fd00::/8"])
HOME, HERE = "203.0.113.77", "127.0.0.1"


def scope(peer: str, *headers: tuple[str, str]) -> dict[str, Any]:
    return {"client": (peer, 1) if peer else None, "headers": [(k.encode(), v.encode()) for k, v in headers]}


@pytest.mark.parametrize(
    ("peer", "said", "expected"),
    [
        (HOME, "198.51.100.1", HOME),  # nobody we know: what it says of others is nothing
        ("10.0.0.1", HOME, HOME),
        ("::ffff:10.0.0.1", HOME, HOME),
        ("10.0.0.1", f"198.51.100.1, {HOME}, 10.0.0.2", HOME),  # the first one may be made up
        ("10.0.0.1", f"{HOME}, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("", HOME, ""),
    ],
)
def test_a_trusted_proxy_is_asked_and_nobody_else(peer: str, said: str, expected: str) -> None:
    headers = [("x-forwarded-for", said)] if said else []
    assert client(scope(peer, *headers), PROXY) == expected
    assert client(scope(peer, *headers)) == peer


def test_several_headers_are_one_list() -> None:
    assert client(scope("10.0.0.1", ("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", HOME)), PROXY) == HOME


def test_only_a_trusted_proxy_says_that_the_browser_speaks_tls() -> None:
    said = ("x-forwarded-proto", "https")
    assert is_https(scope("10.0.0.1", said), PROXY)
    assert not is_https(scope(HOME, said), PROXY)
    assert not is_https(scope("10.0.0.1", said))
    assert is_https({**scope(HOME), "scheme": "https"})


def test_a_page_of_nowhere_is_not_ours() -> None:
    for origin in ("null", "http://[", "https://elsewhere.example"):
        assert not is_same_origin(scope(HERE, ("host", "here.example"), ("origin", origin)))
        assert not is_same_origin(scope(HERE, ("origin", origin)))
    assert is_same_origin(scope(HERE, ("host", "here.example"), ("origin", "https://here.example")))


def test_what_is_no_address_of_a_proxy_is_refused() -> None:
    with pytest.raises(UsageError, match=r"write 127\.0\.0\.1 or 10\.0\.0\.0/8"):
        proxies_of(["nginx"])


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    url = f"sqlite:///{tmp_path_factory.mktemp('networks')}/store.db"
    running = Tenants(Server(url, host="0.0.0.0", proxies=["127.0.0.1"]))
    yield running
    running.server.stop()


def came(tenants: Tenants, recording: str, site: str = "a") -> Any:
    return tenants.ask("GET", f"/v1/recordings/{recording}", tenants.secret[site])[1]["networks"]


def until(holds: Callable[[], bool]) -> None:
    for _ in range(5_000):
        if holds():
            return
    raise AssertionError("it never came to hold")


def test_no_address_is_kept_until_a_site_asks_and_then_a_network_that_goes_with_the_visit(tenants: Tenants) -> None:
    one, two = "e1" * 16, "e2" * 16
    said = {"X-Forwarded-For": HOME}
    tenants.post("a", frame(one), **said)
    assert tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {"networks": True})[1]["networks"] is True
    for sequence, address in enumerate((HOME, "203.0.113.9", "2001:db8:1:2::3")):
        assert tenants.post("a", frame(two, sequence), **{"X-Forwarded-For": address})[0] == 202
    assert tenants.post("b", frame("e3" * 16), **said)[0] == 202
    until(lambda: came(tenants, two) == ["203.0.113.0/24", "2001:db8:1::/48"])
    assert came(tenants, one) == []
    assert came(tenants, "e3" * 16, "b") == []
    assert "203.0.113.0/24" in tenants.ask("GET", f"/recordings/{two}", tenants.secret["a"])[1]
    with_store = open_store(tenants.server.store, readonly=True)
    kept = [record.document.decode() for record in with_store.records(KIND)]
    with_store.close()
    assert kept == ["203.0.113.0/24", "2001:db8:1::/48"]
    tenants.ask("DELETE", f"/v1/recordings/{two}", tenants.secret["a"])
    with_store = open_store(tenants.server.store, readonly=True)
    assert with_store.records(KIND) == []
    with_store.close()


def test_a_site_that_asks_no_more_has_none_any_more(tenants: Tenants) -> None:
    three = "e4" * 16
    tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {"networks": True})
    tenants.post("a", frame(three), **{"X-Forwarded-For": HOME})
    until(lambda: came(tenants, three) == ["203.0.113.0/24"])
    tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {})
    assert came(tenants, three) == []


def test_behind_tls_the_cookie_is_for_tls_and_this_host_only(tenants: Tenants) -> None:
    tls = {"X-Forwarded-Proto": "https"}

    def cookie(headers: dict[str, str]) -> str:
        body = f"key={tenants.secret['a']}".encode()
        return str(tenants.server.ask("POST", "/login", body, headers)[2]["set-cookie"])

    safe, plain = cookie(tls), cookie({})
    assert safe.startswith("__Host-musculus=")
    assert {"secure", "path=/", "httponly", "samesite=strict"} <= set(safe.lower().split("; "))
    assert "domain" not in safe.lower()
    assert "secure" not in plain.lower()
    value = plain.split(";")[0].partition("=")[2]
    for name, headers, status in (
        ("__Host-musculus", tls, 200), ("musculus", tls, 401), ("musculus", {}, 200), ("__Host-musculus", {}, 401)
    ):  # fmt: skip
        asked = {"Cookie": f"{name}={value}", **headers}
        assert tenants.server.ask("GET", "/v1/recordings", None, asked)[0] == status, (name, headers)
    left = tenants.server.ask("POST", "/logout", b"", {"Cookie": safe.split(";")[0], **tls})[2]["set-cookie"]
    assert left.startswith('__Host-musculus=""')
    assert "secure" in left.lower()


def test_a_page_elsewhere_signs_nobody_in_or_out(tenants: Tenants) -> None:
    body = f"key={tenants.secret['a']}".encode()
    for path in ("/login", "/logout"):
        status, said, headers = tenants.server.ask("POST", path, body, {"Sec-Fetch-Site": "cross-site"})
        assert (status, said["error"]) == (403, "origin")
        assert "set-cookie" not in headers


def test_wrong_keys_are_slowed_down_by_the_address_behind_the_proxy(tenants: Tenants) -> None:
    def wrong(address: str) -> int:
        return tenants.server.ask("POST", "/login", b"key=wrong", {"X-Forwarded-For": address})[0]

    assert 429 in [wrong("198.51.100.1") for _ in range(60)]
    assert wrong("198.51.100.2") == 401
    right = tenants.server.ask("GET", "/v1/recordings", None, {**bearer(tenants.secret["a"])})
    assert right[0] == 200  # nobody else waits


def test_who_forgot_to_name_a_proxy_is_told_so_when_all_its_visitors_count_as_one(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musculus.serve.access.BATCHES", 1.0)
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    key = Keyring(store).make("write", "a")[1]
    asked = {"query_string": f"key={key}".encode(), "method": "POST"}
    for proxies, words in (((), "named with --proxy"), (PROXY, "this address writes too fast")):
        gate = Gate(store, "a", loopback=False, proxies=proxies)
        visitor = {**scope("10.0.0.1", ("x-forwarded-for", HOME)), **asked}
        for _ in range(4):
            assert gate.writer(visitor) == "a"
        with pytest.raises(Refusal, match=words) as refused:
            gate.writer(visitor)
        assert refused.value.status == 429
    store.close()


def test_memory_is_bounded_and_a_store_that_is_away_is_asked_again(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("musculus.serve.networks.KNOWN", 10)
    monkeypatch.setattr("musculus.serve.networks.WAITING", 20)
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    one = Networks(store, frozenset("a"))
    for k in range(100):
        for network in range(2 * MOST):
            one.note("a", f"{k:032x}", f"10.0.{network}.1")
    assert (len(one._known), len(one._waiting)) == (10, 20)
    store.close()
    asyncio.run(one.flush())
    assert (len(one._known), len(one._waiting)) == (0, 0)


def test_a_sweep_reads_no_network_of_a_site_that_keeps_them(tmp_path: Any, monkeypatch: Any) -> None:
    store, read = open_store(f"sqlite:///{tmp_path}/store.db"), []
    for site, recording in (("a", "e8" * 16), ("b", "e9" * 16)):
        Settings(networks=site == "a").write(store, site)
        store.put_record(Record(KIND, site, f"{recording}-1-10.0.0.0/24", 1, b"10.0.0.0/24", recording))
    records = store.records
    one = Networks(store, with_networks(store))
    monkeypatch.setattr(store, "records", lambda *asked: read.append(asked) or records(*asked))
    assert one.sweep() == 1
    assert read == [(SETTINGS,), (KIND, "b")]
    assert [record.site for record in records(KIND)] == ["a"]
    store.close()


@pytest.mark.parametrize(
    "headers", [{"Host": "["}, {"Host": "127.0.0.1", "Origin": "http://["}, {"Cookie": "musculus=x.y.z"}]
)
def test_headers_that_make_no_sense_are_refused_and_break_nothing(server: Server, headers: dict[str, str]) -> None:
    body = json.dumps({"label": "bot"}).encode()
    assert server.ask("POST", f"/v1/recordings/{'aa' * 16}/labels", body, headers)[0] < 500
    for path in ("/", "/metrics"):
        assert server.ask("GET", path, headers=headers)[0] < 500
