"""What only a store shared by several servers has to stand: writers that meet, a server that goes away, a bad URL."""

from __future__ import annotations

import contextlib
import random
import threading
from dataclasses import replace

import pytest
from tests.postgres import Postgres
from tests.store.conftest import EXAMPLE, batch, visit

from musculus.errors import StoreError
from musculus.store import open_store
from musculus.store.base import Ack, Query, Store, Verdict
from musculus.store.postgres import PostgresStore
from musculus.store.postgres_tables import SCHEMA


def together(*jobs: object) -> list[BaseException]:
    """Run functions in threads that begin at once; what they raised."""
    failed: list[BaseException] = []
    begin = threading.Barrier(len(jobs))

    def run(job: object) -> None:
        begin.wait()
        try:
            job()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001
            failed.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


@pytest.fixture
def stores(postgres: Postgres) -> list[Store]:
    url = postgres.database()
    opened = [open_store(url) for _ in range(4)]
    yield opened
    for store in opened:
        store.close()


def test_servers_that_get_the_same_batches_in_other_orders_keep_each_exactly_once(stores: list[Store]) -> None:
    everything = [b for k in range(1, 7) for b in visit(k, 12)]
    stored: list[Ack] = []

    def server(store: Store, seed: int) -> None:
        mine = random.Random(seed).sample(everything, len(everything))
        for k in range(0, len(mine), 9):
            stored.extend(store.append(mine[k : k + 9]))

    assert together(*(lambda s=s, k=k: server(s, k) for k, s in enumerate(stores))) == []
    assert (stored.count(Ack.STORED), stored.count(Ack.AGAIN)) == (72, 3 * 72)
    listed = {r.recording: r for r in stores[0].recordings(Query())}
    for k in range(1, 7):
        row, rows = listed[f"{k:032x}"], visit(k, 12)
        assert (row.batches, row.events, row.size) == (12, sum(b.events for b in rows), sum(len(b.frame) for b in rows))
        assert (row.first, row.last) == (rows[0].received, rows[-1].received)
    stores[1].check()


def test_what_is_erased_while_others_write_it_stays_erased(stores: list[Store]) -> None:
    def write(store: Store) -> None:
        for k in range(30):
            store.append([batch(sequence=k), batch(recording="0b" * 16, sequence=k)])

    writers = [lambda s=s: write(s) for s in stores[1:]]
    assert together(*writers, lambda: stores[0].erase("demo", EXAMPLE.recording)) == []
    assert stores[2].batches("demo", EXAMPLE.recording) == []
    assert [r.recording for r in stores[3].recordings(Query())] == ["0b" * 16]
    assert stores[3].counts().batches == 30
    stores[0].check()


def test_servers_that_start_at_once_on_an_empty_database_all_start(postgres: Postgres) -> None:
    url = postgres.database()
    assert together(*[lambda: open_store(url).close()] * 4) == []


def test_a_row_changed_behind_our_back_is_an_error_and_not_a_wrong_row(postgres: Postgres) -> None:
    url = postgres.database()
    store = open_store(url)
    store.append([EXAMPLE])
    postgres.sql(url, "UPDATE musculus.batch SET events = 4")
    with pytest.raises(StoreError, match="fails its checksum"):
        store.batches("demo", EXAMPLE.recording)
    postgres.sql(url, "DELETE FROM musculus.batch")
    with pytest.raises(StoreError, match="0 batches where 1 were acknowledged"):
        store.check()
    store.close()


def test_a_database_that_drops_its_connections_is_found_again(postgres: Postgres) -> None:
    url = postgres.database()
    store = open_store(url)
    others = "pid <> pg_backend_pid() AND datname = current_database()"
    assert int(postgres.sql(url, f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {others}")) >= 1
    with contextlib.suppress(StoreError):  # the server may hear of it only now; the client sends again
        store.append([EXAMPLE])
    assert store.append([EXAMPLE])[0] in (Ack.STORED, Ack.AGAIN)
    assert store.append([replace(EXAMPLE, sequence=1)]) == [Ack.STORED]
    store.close()


def test_errors_name_the_place_and_never_the_password(postgres: Postgres) -> None:
    right = postgres.database()
    for url, words in [
        ("postgresql://user:secret@127.0.0.1:1/events", "can't be reached"),
        (right.replace("musculus@", "musculus:secret@").replace("/events", "/nothing"), "no such database"),
        (right.replace("musculus@", "stranger:secret@"), "refuses this user"),
    ]:
        with pytest.raises(StoreError, match=words) as caught:
            open_store(url)
        assert "secret" not in str(caught.value)


def test_a_reader_makes_no_tables(postgres: Postgres) -> None:
    with pytest.raises(StoreError, match="there is no store at"):
        open_store(postgres.database(), readonly=True)


def test_a_verdict_does_not_wait_for_the_disk_and_the_next_batch_does(postgres: Postgres) -> None:
    store = PostgresStore(postgres.database())

    def synced() -> str:
        return store._pool.run(lambda db: db.fetchval("SHOW synchronous_commit"), alone=True)

    assert store.append([EXAMPLE]) == [Ack.STORED]
    before = synced()
    store.put_verdict(Verdict(EXAMPLE.site, EXAMPLE.recording, 1, "rules", "unsure", 5, b"{}"))
    assert [before, synced()] == ["on", "on"]
    assert store.recordings(Query())[0].verdict is not None
    store.close()


def test_a_list_that_grew_is_never_read_whole_for_a_group(postgres: Postgres) -> None:
    url = postgres.database()
    store = PostgresStore(url)
    for k in range(8):  # after some calls the database plans no more, and the list was short then
        store.append(visit(k + 1, 3))
    many = "SELECT lpad(to_hex(k), 32, '0'), 'demo', k, k, 0, 0, 0 FROM generate_series(1000, 21000) AS k"
    postgres.sql(url, f"INSERT INTO {SCHEMA}.recording {many}")
    for k in range(8):
        assert store.append(visit(k + 1, 9))[3:] == [Ack.STORED] * 6
    store.close()
    read = f"SELECT seq_tup_read FROM pg_stat_user_tables WHERE schemaname = '{SCHEMA}' AND relname = 'recording'"
    assert int(postgres.sql(url, read)) < 20_000
