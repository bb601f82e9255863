"""A canary among the visitors: seen everywhere while it lives, found nowhere once it is deleted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from msgspec.structs import replace as with_changes
from tests.postgres import Postgres
from tests.serve.conftest import ORIGIN, Server
from tests.serve.test_keys import Tenants, all_routes
from tests.serve.test_people import KINDS, enrol
from tests.tasks.people import visit

from musculus.store import STORES, open_store
from musculus.store.backup import backup, restore
from musculus.store.base import Query
from musculus.store.deletions import LIST, again, listed, note
from musculus.store.export import export
from musculus.wire import Batch, encode

PERSON, PATH, ELEMENT, NOTE = "canary-person", "/canary-path", "#canary-element", "canary note"
WORDS = [word.encode() for word in (PERSON, PATH, ELEMENT, NOTE, "198.51.100.0")]
FROM = {"X-Forwarded-For": "198.51.100.7"}
LATER = 3 * 3_600_000  # ms after which the hour is exported


class Canary:
    """Two visits, a person enrolled with them, a label, a broken frame, a webhook that was not told yet."""

    def __init__(self, tenants: Tenants) -> None:
        self.tenants, self.frames = tenants, []
        self.recordings = [self._visit(k) for k in range(2)]
        secret = tenants.secret["a"]
        assert enrol(tenants, PERSON, self.recordings)[0] == 201
        for one in self.recordings:
            label = {"label": "human", "note": NOTE}
            assert tenants.ask("POST", f"/v1/recordings/{one}/labels", secret, label)[0] == 201
            for part in ("verdict", "events", "strokes", "drawing"):
                assert tenants.ask("GET", f"/v1/recordings/{one}/{part}", secret)[0] == 200
        for path in ("/", "/people", "/maps", "/tasks", "/models", f"/v1/people/{PERSON}/alarm?recording={one}"):
            assert tenants.ask("GET", path, secret)[0] == 200
        assert tenants.post("a", self.frames[0][:-9], **FROM)[0] == 400  # broken, but its header can be read
        self._until_told()

    def _visit(self, k: int) -> str:
        events = visit(9, k)
        recording = events.recordings[0]
        kinds = [KINDS[int(kind)] for kind in events.kind]
        batch = Batch.of(
            events.t, events.x, events.y, recording=recording, view=recording[16:], sequence=0, time_origin=ORIGIN,
            kind=kinds, source=["pointer"] * len(kinds), trusted=[1] * len(kinds), detail=[0] * len(kinds),
            target=[0] * len(kinds),
        )  # fmt: skip
        batch = replace(batch, context=with_changes(batch.context, site="", address=PATH, targets=(ELEMENT,)))
        self.frames.append(encode(batch))
        assert self.tenants.post("a", self.frames[-1], **FROM)[0] == 202
        return recording

    def _until_told(self) -> None:
        """Until the deliveries wait, the network and the broken frame are written."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.closing(open_store(self.tenants.server.store, readonly=True)) as store:
                kinds = ("delivery", "told", "network", "label", "person", "moves")
                there = [len(store.records(kind)) for kind in kinds]
                if min(there) >= 2 and store.letters() and store.records("facts"):
                    return
            time.sleep(0.2)
        raise AssertionError(there)

    def traces(self, content: bytes) -> list[bytes]:
        """What of the canary is in some bytes: words, numbers, and pieces of what its pointer did."""
        pieces = [frame[k : k + 40] for frame in self.frames for k in range(200, len(frame) - 40, 40)]
        return [mark for mark in (*WORDS, *self.numbers(), *pieces) if mark in content]

    def numbers(self) -> list[bytes]:
        """Its visits' numbers, as text and as they are."""
        return [mark for one in self.recordings for mark in (one.encode(), bytes.fromhex(one))]


def lake_of(folder: Path) -> bytes:
    """Everything in a lake: the files, and what the packed columns hold."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    tables = [pl.read_parquet(path, hive_partitioning=False) for path in files if path.suffix == ".parquet"]
    said = [table.with_columns(pl.col(pl.Categorical).cast(pl.String)).write_csv() for table in tables]
    return b"".join(path.read_bytes() for path in files) + "".join(said).encode()


def database(store: str, postgres: Postgres | None) -> bytes:
    """Every byte of a store: its files and what lies beside them, or all tables."""
    if postgres:
        dump = postgres.run("pg_dump", "--data-only", "--inserts", "--schema=musculus", store)
        hexadecimal = [bytes.fromhex(part.split("'")[0]) for part in dump.split("'\\x")[1:]]
        return dump.encode() + b"".join(hexadecimal)
    path = Path(store.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.rglob("*") if one.is_file())


@pytest.fixture(params=list(STORES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Postgres | None]]:
    """A store's address, and the database server it is in."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/data/store.db", None
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        yield postgres.database(), postgres


@pytest.mark.slow
def test_a_deleted_person_is_found_nowhere(place: tuple[str, Postgres | None], tmp_path: Path) -> None:
    url, postgres = place
    lake, backups = tmp_path / "lake", tmp_path / "backups"
    tenants = Tenants(Server(url, host="0.0.0.0", proxies=["127.0.0.1"]))
    try:
        tenants.ask("PUT", "/v1/settings?site=a", tenants.admin, {"networks": True})
        hook = {"url": "http://127.0.0.1:9/", "verdicts": ["human", "bot", "unsure"]}
        assert tenants.ask("POST", "/v1/webhooks?site=a", tenants.admin, hook)[0] == 201
        canary = Canary(tenants)
        now = int(time.time() * 1000) + LATER
        with contextlib.closing(open_store(url, readonly=True)) as store:
            assert export(store, str(lake), now=now).recordings >= 2
            old = None if postgres else backup(store, backups)
        assert set(WORDS) <= set(canary.traces(database(url, postgres)))  # the search is not blind
        assert len(canary.traces(database(url, postgres))) > 20
        assert canary.recordings[0].encode() in canary.traces(lake_of(lake))

        said = tenants.ask("DELETE", f"/v1/people/{PERSON}?recordings=1", tenants.secret["a"])[1]
        assert sorted(said["erased"]) == sorted(canary.recordings)
        with contextlib.closing(open_store(url, readonly=True)) as store:
            export(store, str(lake), now=now)
            if postgres:
                note(backups, store)
            else:
                backup(store, backups).rename(backups / "new.db")
        assert canary.traces(lake_of(lake)) == []
        for path in sorted({path for method, path in all_routes() if method == "GET"}):
            filled = path.replace("{recording:str}", canary.recordings[0]).replace("{person:str}", PERSON)
            shown = str(tenants.ask("GET", filled, tenants.secret["a"])[1]).replace(filled, "")
            for echo in (f"there is no recording {canary.recordings[0]}", f"nobody is enrolled as {PERSON}"):
                shown = shown.replace(echo, "")
            assert canary.traces(shown.encode()) == [], path
    finally:
        log = tenants.server.stop()
    assert canary.traces(log.encode()) == []
    # what is left is the number of what was deleted, so that late batches and older copies can be refused
    assert set(canary.traces(database(url, postgres))) <= set(canary.numbers())
    for one in canary.recordings:
        assert database(url, postgres).count(one.encode()) == 1
    assert set(canary.traces((backups / LIST).read_bytes())) <= set(canary.numbers())
    if old is None:
        return
    assert set(canary.traces((backups / "new.db").read_bytes())) <= set(canary.numbers())
    assert restore(old, f"sqlite:///{tmp_path}/restored/store.db") == 2
    assert set(canary.traces((tmp_path / "restored/store.db").read_bytes())) <= set(canary.numbers())
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/restored/store.db")) as store:
        assert again(store, listed(backups)) == 0
        assert not {row.recording for row in store.recordings(Query(limit=200))} & set(canary.recordings)
