"""Verdicts: what the rules and the detector say together, and how the server keeps them current."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.serve.conftest import ORIGIN, Server, frame

from musculus.events import Events
from musculus.serve.verdicts import SHIPPED, judge, load_detector
from musculus.wire import Batch, encode


def visit(kinds: list[str], **more: Any) -> Events:
    n = len(kinds)
    return Events.of([100.0 * k for k in range(n)], [5.0 * k for k in range(n)], [0.0] * n, kinds, **more)


def test_a_visit_without_input_is_unsure_and_says_why() -> None:
    said = judge(visit(["show", "scroll", "resize", "hide"]), None)
    assert (said.verdict, said.score, said.probability) == ("unsure", None, None)
    assert [reason.name for reason in said.reasons] == ["no events"]


def test_without_a_detector_an_ordinary_visit_is_unsure_and_says_why() -> None:
    said = judge(visit(["move"] * 5), None)
    assert (said.verdict, said.model) == ("unsure", "rules")
    assert [reason.name for reason in said.reasons] == ["no detector"]


def test_an_impossible_event_makes_a_bot_of_any_visit_with_the_rows_it_rests_on() -> None:
    said = judge(visit(["move", "move", "click"], trusted=[1, 1, 0], detail=[0, 0, 0]), load_detector())
    assert said.verdict == "bot"
    reason = said.reasons[0]
    assert (reason.name, reason.events, reason.weight) == ("untrusted", (2, 2), -1.0)
    assert "made by a script" in reason.sentence


def test_a_few_moves_are_too_few_for_the_detector_and_it_says_so() -> None:
    detector = load_detector()
    if detector is None:
        pytest.skip(f"there is no detector at {SHIPPED}")
    said = judge(visit(["move"] * 5), detector)
    assert (said.verdict, said.score) == ("unsure", None)
    assert [reason.name for reason in said.reasons] == ["too few strokes"]


def script_click(recording: str, sequence: int) -> bytes:
    """A batch in which a script clicks without a pointer."""
    batch = Batch.of(
        [sequence * 1000.0], [0], [0], ["click"], recording=recording, sequence=sequence, time_origin=ORIGIN,
        trusted=[0], detail=[0], source=["mouse"],
    )  # fmt: skip
    return encode(batch)


def test_the_route_gives_the_verdict_of_the_contract(server: Server) -> None:
    server.post(script_click("d1" * 16, 0))
    status, document, _ = server.ask("GET", f"/v1/recordings/{'d1' * 16}/verdict")
    assert status == 200
    assert list(document) == ["recording", "verdict", "score", "probability", "reasons", "events", "strokes", "model"]
    assert (document["recording"], document["verdict"]) == ("d1" * 16, "bot")
    assert (document["events"], document["strokes"]) == (1, 0)
    assert list(document["reasons"][0]) == ["name", "sentence", "weight", "events"]
    assert document["reasons"][0]["events"] == [0, 0]


def test_an_unknown_recording_is_404(server: Server) -> None:
    status, document, _ = server.ask("GET", f"/v1/recordings/{'00' * 16}/verdict")
    assert (status, document["error"]) == (404, "not_found")


def test_a_verdict_follows_its_recording_within_two_seconds(server: Server) -> None:
    server.post(frame("d2" * 16))
    where = f"/v1/recordings/{'d2' * 16}/verdict"
    assert server.ask("GET", where)[1]["verdict"] == "unsure"
    server.post(script_click("d2" * 16, 1))
    for _ in range(10_000):  # answers are kept for two seconds, then computed anew
        document = server.ask("GET", where)[1]
        if document["events"] == 41:
            break
    assert (document["events"], document["verdict"]) == (41, "bot")


def test_verdicts_outlive_the_server(launch: Callable[..., Server]) -> None:
    first = launch()
    first.post(script_click("d3" * 16, 0))
    before = first.ask("GET", f"/v1/recordings/{'d3' * 16}/verdict")[1]
    first.stop()
    second = launch()
    assert second.ask("GET", f"/v1/recordings/{'d3' * 16}/verdict")[1] == before


def test_the_list_can_be_asked_for_bots_only(server: Server) -> None:
    server.post(script_click("d4" * 16, 0))
    server.ask("GET", f"/v1/recordings/{'d4' * 16}/verdict")
    listed = server.ask("GET", "/v1/recordings?verdict=bot&limit=200")[1]["recordings"]
    assert "d4" * 16 in [row["recording"] for row in listed]
    assert {row["verdict"]["verdict"] for row in listed} == {"bot"}


def test_what_never_came_is_told_recording_by_recording(server: Server) -> None:
    for sequence in (0, 3):
        server.post(frame("d7" * 16, sequence))
    document = server.ask("GET", f"/v1/recordings/{'d7' * 16}")[1]
    assert document["gaps"] == [{"view": "d7" * 8, "first": 1, "last": 2}]
    assert (document["batches"], document["events"]) == (2, 80)


def test_a_server_of_another_site_does_not_show_the_visits_of_this_one(launch: Callable[..., Server]) -> None:
    first = launch()
    first.post(frame("d8" * 16))
    first.stop()
    second = launch(site="shop")
    assert second.ask("GET", "/v1/recordings")[1]["recordings"] == []
    assert second.ask("GET", f"/v1/recordings/{'d8' * 16}/verdict")[0] == 404


def test_forgetting_a_visit_deletes_it_and_keeps_what_is_still_on_its_way_out(server: Server) -> None:
    server.post(script_click("d5" * 16, 0))
    where = f"/v1/recordings/{'d5' * 16}"
    server.ask("GET", f"{where}/verdict")
    status, document, headers = server.ask("DELETE", where, headers={"Origin": "https://shop.example"})
    assert (status, document["batches"], headers["access-control-allow-origin"]) == (200, 1, "*")
    assert server.post(script_click("d5" * 16, 1))[0] == 410
    assert server.ask("GET", f"{where}/verdict")[0] == 404
    assert "d5" * 16 not in json.dumps(server.ask("GET", "/v1/recordings?limit=200")[1])


def test_a_browser_on_another_origin_may_ask_to_be_forgotten(server: Server) -> None:
    status, _, headers = server.ask("OPTIONS", f"/v1/recordings/{'d6' * 16}", headers={"Origin": "https://shop.example"})
    assert (status, headers["access-control-allow-methods"]) == (204, "DELETE")


@pytest.mark.parametrize("query", ["limit=many", "since=yesterday", "before=x"])
def test_a_query_that_is_no_number_is_a_clear_400(server: Server, query: str) -> None:
    status, document, _ = server.ask("GET", f"/v1/recordings?{query}")
    assert status == 400
    assert "not a number" in document["detail"]
