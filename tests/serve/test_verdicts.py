"""Verdicts: what the rules and the detector say together, and how the server keeps them current."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.serve.conftest import ORIGIN, Server, frame

from musculus.errors import BundleError
from musculus.events import Events
from musculus.score import Scorer
from musculus.serve.verdicts import judge, load_detector
from musculus.tasks import bot
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
    said = judge(visit(["move", "move", "click"], trusted=[1, 1, 0], detail=[0, 0, 0]), None)
    assert said.verdict == "bot"
    reason = said.reasons[0]
    assert (reason.name, reason.events, reason.weight) == ("untrusted", (2, 2), -1.0)
    assert "made by a script" in reason.sentence


def reaches(seed: int, wobble: float = 1.0, trusted: int = 1) -> Events:
    """Twelve reaches over a page at 60 Hz, minimum jerk and a little wobble; without it, ruler lines at one speed."""
    rng = np.random.default_rng(seed)
    targets = rng.uniform(100, 900, (13, 2))
    t, way = [], []
    for k in range(12):
        u = np.linspace(0, 1, rng.integers(25, 50))
        share = 10 * u**3 - 15 * u**4 + 6 * u**5 if wobble else u
        way.append(targets[k] + np.outer(share, targets[k + 1] - targets[k]) + rng.normal(0, wobble, (len(u), 2)))
        t.append((t[-1][-1] + 700 if t else 0.0) + 16.7 * np.arange(len(u)))
    x, y = np.round(np.concatenate(way)).T
    flags = [1] * (len(x) - 1) + [trusted]
    return Events.of(np.round(np.concatenate(t), 1), x, y, recording=f"{seed:032x}", trusted=flags)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    """A real detector, trained here on forty visits of reaches."""
    models = pytest.importorskip("musculus.models")
    names = ["winslow_speed", "winslow_motion_length", "winslow_motion_time", "winslow_speed_variance"]
    people = bot.rows(Events.concat([reaches(k) for k in range(40)]), names).values
    model = models.fit_model(models.make_model("histogram_nb"), people, np.ones(len(people), int))
    low, high = np.quantile(models.row_scores(model, people), [0.01, 0.1])
    path = tmp_path_factory.mktemp("model") / "bot.musculus"
    how = {"rows": {"strokes": 8}}
    models.save(model, path, features=names, rows=people, thresholds=(float(low), float(high)), more=how)
    found = load_detector(path)
    assert found is not None
    return found


def test_a_few_moves_are_too_few_for_the_detector_and_it_says_so(detector: Scorer) -> None:
    said = judge(visit(["move"] * 5), detector)
    assert (said.verdict, said.score, said.probability) == ("unsure", None, None)
    assert [reason.name for reason in said.reasons] == ["too few strokes"]


def test_the_detector_tells_reaches_from_ruler_lines_with_reasons_and_their_rows(detector: Scorer) -> None:
    person, machine = judge(reaches(3), detector), judge(reaches(3, wobble=0.0), detector)
    assert (person.verdict, machine.verdict) == ("human", "bot")
    assert person.score is not None
    assert machine.score is not None
    assert person.score > machine.score
    assert 0 <= float(machine.probability or 0) < float(person.probability or 0) <= 1
    assert machine.reasons[0].weight < 0
    for said in (person, machine):
        assert said.model.startswith("HistogramNB-")
        assert said.strokes == 12
        assert all(0 <= reason.events[0] <= reason.events[1] < said.events for reason in said.reasons)


def test_one_impossible_event_outweighs_any_movement_and_comes_first(detector: Scorer) -> None:
    said = judge(reaches(3, trusted=0), detector)
    assert said.verdict == "bot"
    assert [reason.name for reason in said.reasons[:1]] == ["untrusted"]
    assert said.score == judge(reaches(3), detector).score


def test_a_damaged_detector_is_refused_and_a_missing_one_is_none(tmp_path: Path) -> None:
    assert load_detector(tmp_path / "none.musculus") is None
    (tmp_path / "bad.musculus").write_bytes(b"not a model")
    with pytest.raises(BundleError):
        load_detector(tmp_path / "bad.musculus")


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
