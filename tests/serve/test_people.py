"""Enrol a person over HTTP, ask whether it is still them, forget them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as with_changes
from tests.serve.conftest import ORIGIN, Server
from tests.serve.test_keys import Tenants
from tests.tasks.people import visit

from musculus.devices import Mouse, Page, record
from musculus.events import KIND, Events
from musculus.serve.alarm import MOVES, PERSON
from musculus.store import open_store
from musculus.wire import Batch, encode

KINDS = {number: name for name, number in KIND.items()}


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    running = Server(f"sqlite:///{tmp_path_factory.mktemp('people')}/store.db", host="0.0.0.0")
    yield Tenants(running)
    running.stop()


def send(tenants: Tenants, events: Events, site: str = "a") -> str:
    """A recording as one batch; its number."""
    recording = events.recordings[0]
    kinds = [KINDS[int(k)] for k in events.kind]
    batch = Batch.of(
        events.t, events.x, events.y, recording=recording, view=recording[16:], sequence=0, time_origin=ORIGIN,
        kind=kinds, source=["pointer"] * len(kinds), trusted=[1] * len(kinds), detail=[0] * len(kinds),
    )  # fmt: skip
    batch = replace(batch, context=with_changes(batch.context, site=""))
    assert tenants.post(site, encode(batch))[0] == 202
    return recording


def enrol(tenants: Tenants, name: str, recordings: list[str], site: str = "a") -> tuple[int, Any]:
    where = f"/v1/people/{name}/enrol"
    return tenants.ask("POST", where, tenants.secret[site], {"recordings": recordings})[:2]


def alarm(tenants: Tenants, name: str, recording: str, site: str = "a") -> Any:
    return tenants.ask("GET", f"/v1/people/{name}/alarm?recording={recording}", tenants.secret[site])[1]


@pytest.fixture(scope="module")
def people(tenants: Tenants) -> dict[str, list[str]]:
    """Five people with three visits each."""
    found = {f"p{p}": [send(tenants, visit(p, k)) for k in range(3)] for p in range(5)}
    for name, recordings in found.items():
        status, said = enrol(tenants, name, recordings)
        assert (status, said["recordings"]) == (201, recordings)
        assert min(said["new"].values()) >= 30
    return found


def test_the_person_a_stranger_and_a_new_mouse_are_told_apart(tenants: Tenants, people: dict[str, list[str]]) -> None:
    again = send(tenants, visit(0, 21))
    fast = record(visit(0, 22), Mouse(sensitivity=1.8, polling_hz=1000), Page(hz=60), hand=1000)
    moved = send(tenants, replace(fast, recordings=(f"{0:016x}{99:016x}",)))
    strange = send(tenants, visit(6, 0))
    said = {recording: alarm(tenants, "p0", recording) for recording in (again, moved, strange)}
    assert [one["outcome"] for one in said.values()] == ["same person", "the mouse changed", "someone else"]
    assert said[again]["probability"] > 0.5 > said[strange]["probability"]
    assert (said[moved]["mouse"]["changed"], said[again]["mouse"]["changed"]) == (True, False)
    assert "60 events a second, 125 when enrolled" in said[moved]["reasons"]
    assert said[again]["enrolled"] == 3


def test_what_is_answered_is_the_same_every_time(tenants: Tenants, people: dict[str, list[str]]) -> None:
    recording = send(tenants, visit(1, 23))
    assert alarm(tenants, "p1", recording) == alarm(tenants, "p1", recording)


def test_people_of_another_site_are_not_there(tenants: Tenants, people: dict[str, list[str]]) -> None:
    theirs = tenants.secret["b"]
    assert tenants.ask("GET", "/v1/people/p0", theirs)[0] == 404
    assert tenants.ask("GET", f"/v1/people/p0/alarm?recording={people['p0'][0]}", theirs)[0] == 404
    assert tenants.ask("DELETE", "/v1/people/p0", theirs)[0] == 404
    assert enrol(tenants, "p0", people["p0"], site="b")[0] == 404
    assert tenants.ask("GET", "/v1/people/p0")[0] == 401
    assert tenants.ask("GET", "/v1/people/p0", tenants.write["a"])[0] == 403
    assert tenants.ask("GET", "/v1/people/p0", tenants.secret["a"])[1]["recordings"] == people["p0"]


def test_what_can_not_enrol_anybody_is_refused(tenants: Tenants) -> None:
    short = send(tenants, visit(7, 0, reaches=5))
    assert enrol(tenants, "p7", [short])[0] == 422
    assert enrol(tenants, "p7", [])[0] == 422
    assert enrol(tenants, "p7", ["no recording"])[0] == 422
    assert enrol(tenants, "p7", ["ab" * 16])[0] == 404
    assert enrol(tenants, "a%20b", [short])[0] == 404
    assert alarm(tenants, "p7", short)["error"] == "not_found"


def left(tenants: Tenants, text: str) -> list[str]:
    """The documents about people in which a name or number still stands."""
    with contextlib.closing(open_store(tenants.server.store, readonly=True)) as store:
        records = [*store.records(PERSON), *store.records(MOVES)]
    return [r.name for r in records if text in r.name or text == r.recording or text.encode() in r.document]


def test_a_deleted_recording_enrols_nobody_any_more(tenants: Tenants) -> None:
    one, two = (send(tenants, visit(8, k)) for k in range(2))
    enrol(tenants, "p8", [one, two])
    tenants.ask("DELETE", f"/v1/recordings/{one}", tenants.secret["a"])
    assert left(tenants, one) == []
    assert tenants.ask("GET", "/v1/people/p8", tenants.secret["a"])[1]["recordings"] == [two]


def test_a_person_is_forgotten_and_with_them_their_recordings_where_asked(tenants: Tenants) -> None:
    there = "/v1/people/canary"
    recordings = [send(tenants, visit(9, k)) for k in range(2)]
    enrol(tenants, "canary", recordings)
    assert left(tenants, "canary")
    said = tenants.ask("DELETE", there, tenants.secret["a"])[1]
    assert (sorted(said["recordings"]), said["erased"]) == (sorted(recordings), [])
    assert left(tenants, "canary") == []
    assert tenants.ask("GET", there, tenants.secret["a"])[0] == 404
    assert tenants.ask("GET", f"/v1/recordings/{recordings[0]}", tenants.secret["a"])[0] == 200
    enrol(tenants, "canary", recordings)
    said = tenants.ask("DELETE", f"{there}?recordings=1", tenants.secret["a"])[1]
    assert sorted(said["erased"]) == sorted(recordings)
    assert left(tenants, "canary") == []
    assert all(tenants.ask("GET", f"/v1/recordings/{r}", tenants.secret["a"])[0] == 404 for r in recordings)
