"""What a site's own backend uses: tokens, scores, labels, the stream of verdicts."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.serve.conftest import Server
from tests.serve.test_keys import A, Tenants, frame

from musculus.serve.tokens import SECONDS, Tokens
from musculus.store import open_store


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Server(f"sqlite:///{tmp_path_factory.mktemp('backend')}/store.db", host="0.0.0.0")
    yield Tenants(running)
    running.stop()


def script_click(recording: str, sequence: int = 0) -> bytes:
    """A click no hand made: an impossible event, so a bot."""
    return frame(recording, sequence, kind=["click"] * 40, trusted=[0] * 40)


def token(tenants: Tenants, recording: str, site: str = "a") -> str:
    status, document, headers = tenants.server.ask(
        "POST", f"/v1/token?key={tenants.write[site]}", recording.encode(), {"Origin": "https://shop.example"}
    )
    assert (status, headers["access-control-allow-origin"]) == (200, "*")
    return str(document["token"])


def verify(tenants: Tenants, said: str, site: str = "a") -> dict[str, Any]:
    status, document, _ = tenants.ask("POST", "/v1/verify", tenants.secret[site], {"token": said})
    assert status == 200
    found: dict[str, Any] = document
    return found


def test_a_backend_spends_a_token_once_and_hears_the_verdict(tenants: Tenants) -> None:
    tenants.post("a", script_click("d1" * 16))
    said = token(tenants, "d1" * 16)
    first, again = verify(tenants, said), verify(tenants, said)
    assert (first["valid"], first["allow"], first["verdict"], first["recording"]) == (True, False, "bot", "d1" * 16)
    assert "untrusted" in {reason["name"] for reason in first["reasons"]}
    assert (again["valid"], again["allow"], again["error"], again["verdict"]) == (False, False, "used", "")


def test_a_visit_of_which_nothing_came_is_unsure_and_let_in(tenants: Tenants) -> None:
    found = verify(tenants, token(tenants, "d2" * 16))
    assert (found["valid"], found["allow"], found["verdict"]) == (True, True, "unsure")
    assert found["reasons"][0]["name"] == "no events"


def test_forged_foreign_and_old_tokens_are_worth_nothing(tenants: Tenants, tmp_path: Any) -> None:
    good = token(tenants, A)
    said, _, mark = good.partition(".")
    for wrong in ("", ".", "x.y", said + ".", f"{said}.{mark[:-1]}0" if mark[-1] != "0" else f"{said}.{mark[:-1]}1",
                  f"{said[:-2]}AA.{mark}", "\N{SNOWMAN}." + mark, "a" * 5000):  # fmt: skip
        assert verify(tenants, wrong)["error"] == "forged"
    assert verify(tenants, good, site="b")["error"] == "site"
    assert verify(tenants, good)["valid"]  # only a good answer spends it
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/t.db")) as store:
        tokens = Tokens(store)
        old = tokens.make("a", A)
        real = time.time
        try:
            time.time = lambda: real() + SECONDS + 1
            assert tokens.spend(old, "a") == ("", "expired")
            fresh = tokens.make("a", A)
            assert tokens.spend(fresh, "a") == (A, "")
            time.time = lambda: real() + 4 * SECONDS
            assert tokens.sweep() == 1
            assert tokens.spend(fresh, "a") == ("", "expired")
        finally:
            time.time = real


def test_clocks_may_differ_by_seconds_and_no_more(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/t.db")) as store:
        one, other = Tokens(store), Tokens(store)  # two servers on one store know each other's tokens
        good, old = (A, ""), ("", "expired")
        for ahead, expected in ((4, good), (6, old), (-SECONDS + 1, good), (-SECONDS - 1, old)):
            monkeypatch.setattr(time, "time", lambda ahead=ahead: real() + ahead)
            token = one.make("a", A)
            monkeypatch.setattr(time, "time", real)
            assert other.spend(token, "a") == expected, ahead
            assert other.spend(token, "a")[1] in ("used", "expired")


def test_a_spent_token_stays_spent_as_long_as_it_would_be_good(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/t.db")) as store:
        tokens = Tokens(store)
        monkeypatch.setattr(time, "time", lambda: real() + 4.9)  # the fastest clock makes it
        token = tokens.make("a", A)
        monkeypatch.setattr(time, "time", real)
        assert tokens.spend(token, "a") == (A, "")
        for later in range(0, 2 * SECONDS, 10):
            monkeypatch.setattr(time, "time", lambda later=later: real() + later)
            tokens.sweep()
            assert tokens.spend(token, "a")[1] in ("used", "expired"), later


def test_of_many_that_spend_a_token_at_once_one_succeeds(tenants: Tenants) -> None:
    said = token(tenants, A)
    valid: list[bool] = []
    threads = [threading.Thread(target=lambda: valid.append(verify(tenants, said)["valid"])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(valid) == [False] * 7 + [True]


def test_in_shadow_everybody_is_let_in_and_the_verdict_is_told(tenants: Tenants) -> None:
    tenants.post("a", script_click("d3" * 16))
    said = tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {"shadow": True})
    assert said[1]["shadow"] is True
    found = verify(tenants, token(tenants, "d3" * 16))
    assert (found["allow"], found["shadow"], found["verdict"]) == (True, True, "bot")
    assert tenants.ask("PUT", "/v1/settings", tenants.secret["a"], {"shadow": True})[0] == 403
    tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {})
    assert verify(tenants, token(tenants, "d3" * 16))["allow"] is False


def test_a_frame_is_scored_and_nothing_of_it_is_kept(tenants: Tenants) -> None:
    before = tenants.ask("GET", "/readyz", tenants.admin)[1]["store"]
    status, found, _ = tenants.server.ask(
        "POST", "/v1/score", script_click("d4" * 16), {"Authorization": f"Bearer {tenants.secret['a']}"}
    )
    assert (status, found["verdict"], found["recording"]) == (200, "bot", "d4" * 16)
    assert tenants.ask("GET", "/readyz", tenants.admin)[1]["store"] == before
    assert tenants.ask("GET", f"/v1/recordings/{'d4' * 16}", tenants.secret["a"])[0] == 404
    headers = {"Authorization": f"Bearer {tenants.secret['a']}"}
    assert tenants.server.ask("POST", "/v1/score", b"musc nonsense", headers)[0] == 400
    assert tenants.server.ask("POST", "/v1/score", bytes(2 << 20), headers)[0] == 413
    assert tenants.server.ask("POST", "/v1/score", script_click("d4" * 16))[0] == 401


def test_labels_keep_their_history_and_go_with_the_recording(tenants: Tenants) -> None:
    tenants.post("a", frame("d5" * 16))
    there = f"/v1/recordings/{'d5' * 16}"
    for label in ("human", "bot"):
        assert tenants.ask("POST", f"{there}/labels", tenants.secret["a"], {"label": label, "note": "seen"})[0] == 201
    said = tenants.ask("GET", f"{there}/labels", tenants.secret["a"])[1]["labels"]
    assert [one["label"] for one in said] == ["human", "bot"]
    assert said[0]["by"] == tenants.secret["a"].split("_")[2]
    assert tenants.ask("GET", there, tenants.secret["a"])[1]["label"]["label"] == "bot"
    assert tenants.ask("POST", f"{there}/labels", tenants.secret["a"], {"label": "alien"})[0] == 422
    assert tenants.ask("POST", f"{there}/labels", tenants.secret["b"], {"label": "bot"})[0] == 404
    tenants.ask("DELETE", there, tenants.secret["a"])
    assert tenants.ask("GET", f"{there}/labels", tenants.secret["a"])[0] == 404


def test_new_verdicts_of_ones_own_site_are_streamed(tenants: Tenants) -> None:
    line = tenants.server.connect()
    line.request("GET", "/v1/verdicts/stream", headers={"Authorization": f"Bearer {tenants.secret['a']}"})
    answer = line.getresponse()
    assert answer.getheader("content-type", "").startswith("text/event-stream")
    assert answer.readline().startswith(b":")
    tenants.post("b", script_click("d6" * 16))
    tenants.post("a", script_click("d7" * 16))
    told = b""
    while b"d7" * 16 not in told:
        told = answer.readline()
    document = json.loads(told.removeprefix(b"data: "))
    assert (document["recording"], document["verdict"]) == ("d7" * 16, "bot")
    line.close()
    answer.close()
    assert tenants.ask("GET", "/v1/verdicts/stream")[0] == 401
