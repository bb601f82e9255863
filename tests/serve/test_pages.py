"""The pages over HTTP: what they show, what they escape, what they forbid, how they are cached."""

from __future__ import annotations

import gzip
import http.client
import re
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace
from tests.serve.conftest import Server, frame, walk

from musculus.wire import encode


class References(HTMLParser):
    """Every address a page loads something from, and every script written into it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe"):
            self.loaded += [given["src"] or ""] if "src" in given else []
        if tag == "link":
            self.loaded.append(given["href"] or "")
        written_in = (tag == "script" and "src" not in given) or tag == "style"
        if written_in or any(name.startswith("on") or name == "style" for name in given):
            self.inline.append(tag)


@pytest.fixture
def recording(server: Server) -> str:
    server.post(frame("e1" * 16))
    server.ask("GET", f"/v1/recordings/{'e1' * 16}/verdict")
    return "e1" * 16


def pages(recording: str) -> list[str]:
    return ["/", "/demo", f"/recordings/{recording}"]


def test_no_page_loads_anything_from_elsewhere_or_runs_a_script_written_into_it(server: Server, recording: str) -> None:
    for path in pages(recording):
        status, html, headers = server.ask("GET", path)
        found = References(html)
        assert status == 200
        assert found.loaded
        assert all(re.fullmatch(r"/[\w./-]+", address) for address in found.loaded), (path, found.loaded)
        assert found.inline == []
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy


def test_everything_a_page_refers_to_is_there(server: Server, recording: str) -> None:
    for path in pages(recording):
        for address in References(server.ask("GET", path)[1]).loaded:
            assert server.ask("GET", address)[0] == 200, address


def test_the_list_shows_a_visit_with_its_verdict_and_reason(server: Server, recording: str) -> None:
    html = server.ask("GET", "/")[1]
    assert f'href="/recordings/{recording}"' in html
    row = html[html.index(recording) :]
    assert re.search(r'<span class="verdict \w+">(human|bot|unsure)</span>', row)


def test_a_visit_says_with_which_mouse_its_events_show_it_was_recorded(server: Server, recording: str) -> None:
    html = server.ask("GET", f"/recordings/{recording}")[1]
    told = re.search(r'<p class="quiet" id="mouse">(.*?)</p>', html)
    assert told is not None
    assert re.search(r"Recorded, as its events show, with \d[\d.,]* events a second", told[1])
    assert "a grain of" in told[1]


def test_the_rows_alone_can_be_had_for_the_live_list(server: Server, recording: str) -> None:
    rows = server.ask("GET", "/?part=rows")[1]
    assert recording in rows
    assert "<html" not in rows


def test_long_lists_have_a_way_to_older_visits_and_each_is_on_one_page_only(server: Server) -> None:
    for k in range(7):
        server.post(frame(f"e2{k:030x}"))
    seen: list[str] = []
    path: str | None = "/?limit=3"
    while path:
        html = server.ask("GET", path)[1]
        seen += re.findall(r'href="/recordings/(\w+)"', html)
        older = re.search(r'<a href="(\?[^"]*before[^"]*)"', html)
        path = f"/{older[1].replace('&amp;', '&')}" if older else None
    assert len(seen) == len(set(seen))
    assert {f"e2{k:030x}" for k in range(7)} <= set(seen)


def test_what_a_page_calls_itself_can_not_become_markup(server: Server) -> None:
    batch = walk("e3" * 16)
    evil = replace(batch.context, address='/"><script>alert(1)</script>', targets=())
    server.post(encode(walk("e3" * 16, context=evil)))
    _, drawing, headers = server.ask("GET", f"/v1/recordings/{'e3' * 16}/drawing")
    assert headers["content-type"] == "application/json"
    assert headers["x-content-type-options"] == "nosniff"
    assert drawing["pages"][0]["address"] == evil.address  # the page's script sets it as text
    for path in ("/", f"/recordings/{'e3' * 16}"):
        assert "<script>alert" not in server.ask("GET", path)[1]


NOWHERE = ["/recordings/%3Cscript%3E", "/v1/recordings/%3Cscript%3E/verdict", "/static/..%2Frun.py", "/x"]


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_a_plain_404(server: Server, path: str) -> None:
    status, document, headers = server.ask("GET", path)
    assert status == 404
    assert headers["content-type"] == "application/json"
    assert set(document) == {"error", "detail"}


def test_a_drawing_holds_the_path_and_the_clicks(server: Server) -> None:
    kinds = ["move", "move", "down", "up", "click"]
    server.post(frame("e4" * 16, n=5, kind=kinds))
    document = server.ask("GET", f"/v1/recordings/{'e4' * 16}/drawing")[1]
    [page] = document["pages"]
    assert (page["width"], page["height"], page["address"]) == (1280, 720, "/")
    assert len(page["path"]["t"]) == len(page["path"]["x"]) == len(page["rows"]) == 4
    assert [(mark["row"], mark["kind"], mark["trusted"]) for mark in page["marks"]] == [(4, "click", 1)]


def test_the_collector_is_cached_and_may_be_used_by_other_origins(server: Server) -> None:
    status, script, headers = server.ask("GET", "/musculus.js")
    assert status == 200
    assert "max-age" in headers["cache-control"]
    assert headers["access-control-allow-origin"] == "*"
    again = server.ask("GET", "/musculus.js", headers={"If-None-Match": headers["etag"]})
    assert again[:2] == (304, "")
    connection = server.connect()
    connection.request("GET", "/musculus.js", headers={"Accept-Encoding": "gzip"})
    answer: http.client.HTTPResponse = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(body).decode() == script


def test_the_server_says_what_to_paste_and_the_script_is_there(server: Server) -> None:
    assert server.lines[0] == f"demo page     {server.origin}/demo\n"
    assert server.lines[1] == f"session list  {server.origin}/\n"
    tag = References(server.lines[2])
    assert tag.loaded == [f"{server.origin}/musculus.js"]


def test_health_and_readiness(server: Server, recording: str) -> None:
    assert server.ask("GET", "/healthz")[:2] == (200, {"status": "ok"})
    status, document, _ = server.ask("GET", "/readyz")
    assert (status, document["status"]) == (200, "ok")
    assert document["store"]["recordings"] >= 1
    assert document["ingest"]["acked"] >= 1
