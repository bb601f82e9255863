"""What a visitor or a note holds never becomes a script or a formula; keys are replaced under load without a loss."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec.structs import replace as with_changes
from tests.serve.conftest import SOURCE, Server, walk
from tests.serve.test_keys import Tenants, frame

from musculus.wire import encode

XSS = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`"
RAW = ("<script>alert", "<img src=x")
FORMULA = "=HYPERLINK(A1)"
VISIT, SHEET = "f1" * 16, "f2" * 16


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Tenants(Server(f"sqlite:///{tmp_path_factory.mktemp('hostile')}/store.db", host="0.0.0.0"))
    yield running
    running.server.stop()


def hostile(recording: str, address: str, target: str) -> bytes:
    batch = walk(recording, target=[0] * 40)
    return encode(replace(batch, context=with_changes(batch.context, site="", address=address, targets=(target,))))


def test_an_address_an_element_and_a_note_are_text_on_every_page(tenants: Tenants) -> None:
    assert tenants.post("a", hostile(VISIT, f"/{XSS}", XSS))[0] == 202
    there = f"/v1/recordings/{VISIT}"
    assert tenants.ask("POST", f"{there}/labels", tenants.secret["a"], {"label": "bot", "note": XSS})[0] == 201
    assert tenants.ask("POST", "/v1/keys", tenants.admin, {"kind": "write", "site": "a", "note": XSS})[0] == 201
    tenants.ask("GET", f"{there}/verdict", tenants.secret["a"])
    for path in ("/", f"/recordings/{VISIT}", f"/{XSS}", f"/recordings/{XSS}"):
        asked = path.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20").replace('"', "%22")
        _, page, headers = tenants.ask("GET", asked, tenants.secret["a"], Accept="text/html")
        if headers.get("content-type", "").startswith("text/html"):
            assert not [raw for raw in RAW if raw in page], path
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"


def test_what_holds_visitors_text_is_never_served_as_a_page(tenants: Tenants) -> None:
    there = f"/v1/recordings/{VISIT}"
    for path in (there, f"{there}/labels", f"{there}/drawing", f"{there}/verdict", "/v1/recordings"):
        status, _, headers = tenants.ask("GET", path, tenants.secret["a"])
        assert (status, headers["content-type"]) == (200, "application/json")
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["'; alert(1)//", XSS, "a b"])
def test_a_site_with_a_script_for_a_name_can_not_be(tenants: Tenants, name: str) -> None:
    assert tenants.ask("POST", "/v1/keys", tenants.admin, {"kind": "write", "site": name})[0] == 422


def test_no_cell_of_the_session_list_as_csv_begins_a_formula(tenants: Tenants) -> None:
    tenants.post("a", hostile(SHEET, FORMULA, "@SUM(A1)"))
    note = {"label": "bot", "note": "+1+cmd|' /C calc'!A0"}
    tenants.ask("POST", f"/v1/recordings/{SHEET}/labels", tenants.secret["a"], note)
    status, text, _ = tenants.ask("GET", "/v1/export/sessions.csv", tenants.secret["a"])
    assert status == 200
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any(FORMULA in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


def test_keys_are_replaced_under_load_and_no_batch_is_refused_in_the_overlap(tenants: Tenants) -> None:
    """Some pages have the newest key, others were loaded before and go on with the one that is ending."""
    keys, ended, refused, taken = [tenants.make("write", "a")], threading.Event(), [], []

    def send(visitor: int) -> None:
        sequence, behind = 0, visitor % 2
        while not ended.is_set() or sequence < 5:
            key = keys[max(len(keys) - 1 - behind, 0)]
            said = tenants.post("a", frame(f"{visitor:032x}", sequence), key)
            (taken if said[0] == 202 else refused).append((said, behind))
            sequence += 1

    senders = [threading.Thread(target=send, args=(k,)) for k in range(1, 5)]
    for sender in senders:
        sender.start()
    for _ in range(8):
        old, new = keys[-1], tenants.make("write", "a")
        number = old.split("_")[2]
        assert tenants.ask("DELETE", f"/v1/keys/{number}", tenants.admin, {"hours": 1})[0] == 200
        keys.append(new)
    ended.set()
    for sender in senders:
        sender.join()
    assert refused == []
    assert len([1 for _, behind in taken if behind]) >= 10
    assert len([1 for _, behind in taken if not behind]) >= 10
    for text in keys[:-1]:
        tenants.ask("DELETE", f"/v1/keys/{text.split('_')[2]}", tenants.admin)
        assert tenants.post("a", frame("f3" * 16), text)[0] == 401
    assert tenants.post("a", frame("f3" * 16), keys[-1])[0] == 202


def test_every_signature_and_every_hash_is_compared_in_constant_time() -> None:
    """Nothing secret meets `==`: the comparisons are those of hmac, and no others are near a digest or a signature."""
    files = [SOURCE / "musculus/serve" / f"{name}.py" for name in ("access", "keys", "tokens")]
    for path in files:
        text = path.read_text()
        assert "hmac.compare_digest(" in text, path.name
        plain = r"(digest|signature|_sign\([^)]*\)|secret)\s*[!=]=|[!=]=\s*(self\._sign|_digest)"
        assert not re.search(plain, text), path.name
