"""Visits whose frames were not in one memory all the time: killed workers and servers, full memory, several servers."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import Server
from tests.serve.pathless.visits import batches, events, keep, measures

from musculus.cut import cut
from musculus.measures import measure
from musculus.serve import retention
from musculus.serve.pathless.columns import rounded
from musculus.serve.pathless.documents import PART, STROKES
from musculus.serve.sites import Settings
from musculus.serve.verdicts import judge, load_detector
from musculus.store import open_store
from musculus.store.base import BatchRow, stamp
from musculus.wire import Batch, encode

NAME, OTHER = "da" * 16, "db" * 16
SENT = batches(NAME)
Run = Callable[..., Server]


def send(server: Server, sent: list[Batch]) -> None:
    """As a browser does: what is turned away for now is sent again."""
    for batch in sent:
        while (answer := server.post(encode(batch)))[0] == 503:
            assert answer[1]["error"] == "busy"
        assert answer == (202, {"acked": batch.sequence})


def verdict(server: Server, recording: str = NAME) -> Any:
    return server.ask("GET", f"/v1/recordings/{recording}/verdict")[1]


def times(sent: list[Batch]) -> list[float | None]:
    """The times (ms) of the visit's strokes, as they are kept; no two are the same."""
    whole = events(sent[0].recording, sent)
    found = [rounded(v) for v in measure(whole, cut(whole, "stroke"), only=["movement_time"])["movement_time"]]
    assert len(set(found)) == len(found)
    return found


def kept(server: Server, recording: str = NAME) -> list[float | None]:
    """The times that are kept of a visit's strokes, of all its parts."""
    return [v for part in measures(server, recording) for v in part["strokes"].get("movement_time", [])]


def documents(server: Server) -> tuple[int, int]:
    """How many documents of parts and of strokes the store holds."""
    store = open_store(server.store, readonly=True)
    counted = len(store.records(PART)), len(store.records(STROKES))
    store.close()
    return counted


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server of a site that keeps measures only; each test sends visits of its own."""
    running = Server(keep(f"sqlite:///{tmp_path_factory.mktemp('quiet')}/store.db"))
    yield running
    running.stop()


def children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_worker_that_is_killed_costs_nothing(quiet: Server) -> None:
    sent = batches("d1" * 16, seed=11)
    send(quiet, sent[:4])
    assert verdict(quiet, "d1" * 16)["events"] == sum(b.n for b in sent[:4])
    [worker] = children(quiet.process.pid)
    os.kill(worker, signal.SIGKILL)
    send(quiet, sent[4:])
    while (said := verdict(quiet, "d1" * 16)).get("events", 0) < sum(b.n for b in sent):
        pass  # one that was asked for while the process was gone is made a moment later
    expected = judge(events("d1" * 16, sent), load_detector())
    assert (said["verdict"], said["score"], said["strokes"]) == (expected.verdict, expected.score, expected.strokes)
    assert kept(quiet, "d1" * 16) == times(sent)


def test_a_server_that_is_killed_keeps_what_had_closed_and_goes_on_with_what_comes(url: str, run: Run) -> None:
    keep(url)
    first = run()
    send(first, SENT[:4])
    before = verdict(first)
    had = kept(first)
    assert len(had) == before["strokes"] - 1  # the last one was in the hand
    first.stop(signal.SIGKILL)
    second = run()
    assert verdict(second) == before
    send(second, SENT[:4])  # the browser hadn't heard of these
    assert kept(second) == had
    send(second, SENT[4:])
    while (said := verdict(second)) == before:
        pass  # for a second and a half it is new enough
    assert len(measures(second, NAME)) == 2
    assert said["events"] == sum(b.n for b in SENT)
    assert "judged in 2 parts" in said["reasons"][-1]["sentence"]
    after = kept(second)[len(had) :]
    # the stroke in the hand of the first server, and the one that the second one came into, are lost
    assert after == times(SENT)[-len(after) :]
    assert 1 <= len(times(SENT)) - len(had) - len(after) <= 3


def test_a_visit_that_nobody_measured_has_a_page_that_says_so(tmp_path: Path, launch: Run) -> None:
    store = open_store(keep(f"sqlite:///{tmp_path}/store.db"))
    b, now = SENT[0], int(time.time() * 1000)
    store.append([BatchRow("demo", NAME, b.view, b.sequence, b.time_origin, now, b.n, stamp(encode(b)))])
    store.close()  # it was killed before it looked at the visit
    status, html, _ = launch().ask("GET", f"/recordings/{NAME}")
    assert status == 200
    assert "no server has measured it yet" in html


def test_a_server_that_is_told_to_stop_writes_what_it_has_until_its_site_wants_it_no_more(
    tmp_path: Path, launch: Run
) -> None:
    url = keep(f"sqlite:///{tmp_path}/store.db")
    first = launch()
    send(first, SENT)
    first.stop()
    second = launch()
    [part] = measures(second, NAME)
    assert part["closed"]
    assert kept(second) == times(SENT)
    assert verdict(second)["strokes"] == 10
    second.stop()
    store = open_store(url)
    Settings(keep="measures", retention_days=3).write(store, "demo")
    last = store.records(PART)[0].made
    assert retention.sweep(store, last + 2 * retention.DAY) == 0
    assert retention.sweep(store, last + 4 * retention.DAY) == 1
    assert not store.records(PART)
    store.close()


def test_memory_is_bounded_by_closing_the_visits_heard_of_longest_ago(tmp_path: Path, launch: Run) -> None:
    keep(f"sqlite:///{tmp_path}/store.db")
    size = sum(len(encode(b)) + 500 for b in SENT)
    server = launch(memory=2 * size + size // 2)
    visits = [batches(f"{k:02x}" * 16, seed=k) for k in range(6)]
    for sent in visits:
        send(server, sent)
    closed: list[bool] = []
    while closed != [True, True, True, True, False, False]:
        found = [server.ask("GET", f"/v1/recordings/{sent[0].recording}/measures")[1]["parts"] for sent in visits]
        closed = [bool(parts) and parts[0]["closed"] for parts in found]
    for sent in visits:
        while verdict(server, sent[0].recording)["strokes"] < 10:
            pass
        assert kept(server, sent[0].recording) == times(sent)
    status, said = server.post(encode(visits[0][-1]))
    assert (status, said) == (202, {"acked": visits[0][-1].sequence})  # known, though its frame is gone
    assert len(measures(server, visits[0][0].recording)) == 1


def test_memory_that_is_full_turns_batches_away_until_there_is_room(tmp_path: Path, launch: Run) -> None:
    keep(f"sqlite:///{tmp_path}/store.db")
    server = launch(memory=len(encode(SENT[0])))  # less than a batch takes with its row
    answers = [server.post(encode(batch)) for batch in SENT]
    assert {said["error"] for status, said in answers if status != 202} == {"busy"}
    send(server, SENT)
    assert server.ask("GET", f"/v1/recordings/{NAME}")[1]["batches"] == len(SENT)


def test_a_visit_spread_over_two_servers_has_no_half_stroke_and_none_twice(postgres: Any) -> None:
    url = keep(postgres.database())
    sent = batches(NAME, size=40)
    servers = [Server(url), Server(url)]
    try:
        for k, batch in enumerate(sent):
            assert servers[k % 5 > 1].post(encode(batch))[0] == 202
            assert servers[k % 2].post(encode(batch))[0] == 202  # and again to any
        for server in servers:
            server.stop()
        servers.append(Server(url))
        parts = measures(servers[-1], NAME)
        assert len(parts) == 2
        assert sum(part["batches"] for part in parts) == len(sent)
        found, true = kept(servers[-1]), times(sent)
        assert len(found) >= 2
        assert len(set(found)) == len(found)
        assert set(found) <= set(true)
        assert verdict(servers[-1])["events"] == sum(b.n for b in sent)
    finally:
        for server in servers:
            server.stop(signal.SIGKILL)


def test_a_late_batch_takes_its_place_and_no_stroke_is_there_twice(quiet: Server) -> None:
    name = "d2" * 16
    sent = batches(name, size=40, seed=12)
    send(quiet, [b for b in sent if b.sequence != 3])
    verdict(quiet, name)
    assert set(kept(quiet, name)) < set(times(sent))
    send(quiet, sent[3:4])
    while kept(quiet, name) != times(sent):
        verdict(quiet, name)
    [part] = measures(quiet, name)
    assert part["strokes"]["cut"] == list(range(10))


def test_a_deleted_visit_leaves_no_measures_and_does_not_come_back(url: str, run: Run) -> None:
    keep(url)
    server = run()
    for name in (NAME, OTHER):
        send(server, batches(name)[:5])
        verdict(server, name)
    assert documents(server)[0] == 2
    assert server.ask("DELETE", f"/v1/recordings/{NAME}")[1]["batches"] == 5
    assert server.ask("GET", f"/v1/recordings/{NAME}/measures")[0] == 404
    assert server.post(encode(SENT[5]))[0] == 410
    store = open_store(server.store, readonly=True)
    assert {record.recording for record in store.records(PART)} == {OTHER}
    server.stop()
    assert {record.recording for kind in (PART, STROKES, "facts") for record in store.records(kind)} == {OTHER}
    store.close()


def test_nobody_can_be_enrolled_with_a_visit_whose_path_is_not_kept(quiet: Server) -> None:
    name = "d3" * 16
    send(quiet, batches(name)[:5])
    asked = json.dumps({"recordings": [name]}).encode()
    status, said, _ = quiet.ask("POST", "/v1/people/somebody/enrol", asked)
    assert (status, said["error"]) == (422, "no_paths")
    assert "measures only are kept" in said["detail"]
    store = open_store(quiet.store, readonly=True)
    assert not store.records("moves")
    assert not store.records("person")
    store.close()


@pytest.mark.parametrize("path", ["/v1/export/measures.csv?cut=mouse", "/v1/export/measures.parquet?since=soon"])
def test_what_no_table_can_be_made_of_is_a_clear_400(quiet: Server, path: str) -> None:
    assert quiet.ask("GET", path)[0] == 400
