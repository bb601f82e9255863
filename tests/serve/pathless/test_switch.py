"""A site that begins to keep measures only, and one that ends it, while visits go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import Postgres
from tests.serve.conftest import Server
from tests.serve.pathless.visits import admin, batches, events, found_in, keep, measures, switch

from musculus.serve.verdicts import judge, load_detector
from musculus.store import open_store
from musculus.store.base import Query
from musculus.wire import encode

NAME, LATER, AGAIN = "e1" * 16, "e2" * 16, "e3" * 16
SENT = batches(NAME, seed=21)
Run = Callable[..., Server]


def send(server: Server, sent: Any) -> None:
    for batch in sent:
        assert server.post(encode(batch))[0] == 202


def has_paths(server: Server) -> dict[str, bool]:
    store = open_store(server.store, readonly=True)
    found = {row.recording: row.has_paths for row in store.recordings(Query())}
    store.close()
    return found


def test_a_visit_that_goes_on_when_its_site_keeps_measures_only_leaves_no_path_behind(
    tmp_path: Path, launch: Run
) -> None:
    server = launch()
    headers = admin(server)
    send(server, SENT[:4])
    broken = bytearray(encode(SENT[4]))
    broken[-20] ^= 0xFF
    assert server.post(bytes(broken))[0] == 400
    where = f"/v1/recordings/{NAME}"
    server.ask("GET", f"{where}/verdict")
    assert has_paths(server) == {NAME: True}
    assert found_in(tmp_path, SENT)
    switch(server, headers, "measures")
    assert has_paths(server) == {NAME: False}
    assert found_in(tmp_path, SENT) == set()  # not even in the write-ahead log
    assert not any(NAME.encode() in path.read_bytes() for path in tmp_path.rglob("*.seen"))
    send(server, SENT[:2])  # the browser did not hear of these
    send(server, SENT[4:])
    while (said := server.ask("GET", f"{where}/verdict")[1])["events"] < sum(b.n for b in SENT):
        pass
    whole = judge(events(NAME, SENT), load_detector())
    assert (said["verdict"], said["score"], said["strokes"]) == (whole.verdict, whole.score, whole.strokes)
    assert len(said["reasons"]) == len(whole.reasons)
    [part] = measures(server, NAME)
    assert part["batches"] == len(SENT)
    assert server.ask("GET", "/v1/settings")[1]["keep"] == "measures"
    server.ask("PUT", "/v1/settings", b'{"retention_days": 30}', headers)
    assert server.ask("GET", "/v1/settings")[1]["keep"] == "measures"  # other settings don't bring paths back
    server.stop()
    assert found_in(tmp_path, SENT) == set()


def test_when_paths_are_kept_again_a_visit_that_began_without_ends_without(tmp_path: Path, launch: Run) -> None:
    keep(f"sqlite:///{tmp_path}/store.db")
    server = launch()
    headers = admin(server)
    first, second = batches(LATER, seed=22), batches(AGAIN, seed=23)
    send(server, first[:3])
    switch(server, headers, "paths")
    send(server, first[3:])
    send(server, second)
    assert has_paths(server) == {LATER: False, AGAIN: True}
    switch(server, headers, "measures")
    assert has_paths(server) == {LATER: False, AGAIN: False}
    switch(server, headers, "paths")
    assert server.ask("GET", f"/v1/recordings/{AGAIN}/verdict")[1]["strokes"] == 10
    assert found_in(tmp_path, first) == set()


def test_another_server_hears_of_it_and_what_it_stored_until_then_is_taken_off_the_disk(postgres: Postgres) -> None:
    url = postgres.database()
    servers = [Server(url), Server(url)]
    try:
        headers = admin(servers[0])
        switch(servers[0], headers, "measures")
        send(servers[1], SENT)  # it may not have heard yet
        while has_paths(servers[0]) != {NAME: False}:
            pass
        parts: list[Any] = []
        while sum(part["batches"] for part in parts) < len(SENT):
            parts = measures(servers[0], NAME)
        assert sum(len(part["strokes"]["cut"]) for part in parts) >= 4
    finally:
        for server in servers:
            server.stop()


@pytest.mark.parametrize("body", [b'{"keep": "nothing"}', b'{"keep": null}', b"[]"])
def test_what_is_no_setting_is_refused(launch: Run, body: bytes) -> None:
    server = launch()
    assert server.ask("PUT", "/v1/settings", body, admin(server))[0] == 422


def test_no_file_of_the_database_holds_a_path_where_none_is_kept(postgres: Postgres) -> None:
    """Its own write-ahead log included: the frames never came there."""
    url = keep(postgres.database())
    server = Server(url)
    sent = batches("e4" * 16, seed=24)
    try:
        send(server, sent)
        server.ask("GET", f"/v1/recordings/{'e4' * 16}/verdict")
        assert len(measures(server, "e4" * 16)) == 1
    finally:
        server.stop()
    postgres.sql(url, "CHECKPOINT")
    assert found_in(postgres.folder, sent[2:3]) == set()
