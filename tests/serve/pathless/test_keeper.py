"""When a visit without a path is looked at and let go: in process, over a real store and the real worker."""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.serve.pathless.visits import batches, events, keep

from musculus.cut import cut
from musculus.errors import StoreError
from musculus.serve.pathless import documents
from musculus.serve.pathless.documents import CHUNK
from musculus.serve.pathless.held import IDLE, QUIET, Held, Visit
from musculus.serve.pathless.keeper import Keeper
from musculus.serve.sites import Keeping
from musculus.serve.worker import Worker
from musculus.store import open_store
from musculus.store.base import BatchRow, Record, Store, stamp
from musculus.store.sqlite import SqliteStore
from musculus.wire import Batch, encode

NAME = "fa" * 16
Story = Callable[[Store, Keeper], Awaitable[None]]


def played(folder: Path, story: Story) -> None:
    """Run a story with a keeper that does nothing by itself."""
    url = keep(f"sqlite:///{folder}/store.db")
    store, worker = open_store(url), Worker(url)

    async def run() -> None:
        try:
            await story(store, Keeper(store, worker, Held(), Keeping(store)))
        finally:
            await worker.stop()

    try:
        asyncio.run(run())
    finally:
        store.close()


def take(store: Store, keeper: Keeper, sent: list[Batch], ago: float = 0.0) -> None:
    """What ingest does with batches, so many seconds ago."""
    now = int(time.time() * 1000)
    for b in sent:
        row = BatchRow("demo", b.recording, b.view, b.sequence, b.time_origin, now, b.n, encode(b))
        store.append([replace(row, frame=stamp(row.frame))])
        keeper.held.take(row, time.monotonic() - ago if ago else None)


def kept(store: Store) -> list[float]:
    """When the strokes that are kept of the visit began, ms."""
    found = [documents.strokes(store, "demo", part) for part in documents.parts(store, "demo", NAME)]
    return [v for table in found for v in table["start"]]


def begun(sent: list[Batch]) -> list[float]:
    whole = events(NAME, sent)
    found: list[float] = whole.t[cut(whole, "stroke").start].tolist()
    return found


def test_a_visit_that_has_ended_is_written_with_its_last_stroke_and_its_frames_are_dropped(tmp_path: Path) -> None:
    sent = batches(NAME)[:4]

    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, sent, ago=IDLE - 60)
        await keeper._round()
        [part] = documents.parts(store, "demo", NAME)
        assert (part.closed, kept(store)) == (False, begun(sent)[:-1])
        keeper.held.visits()[0].heard -= 61
        await keeper._round()
        [part] = documents.parts(store, "demo", NAME)
        assert (part.closed, kept(store)) == (True, begun(sent))
        assert (keeper.held.visits(), keeper.held.size) == ([], 0)

    played(tmp_path, story)


def test_looks_at_a_long_visit_write_each_stroke_once_whatever_comes_late(tmp_path: Path) -> None:
    rng = random.Random(3)
    sent = batches(NAME, size=50, lengths=[rng.randrange(6, 30) for _ in range(3 * CHUNK)])
    late = sent[3]
    whole = begun(sent)

    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, sent[:3])
        for k in range(4, len(sent), 4):
            take(store, keeper, sent[k : k + 4])
            visit = keeper.held.visits()[0]
            await keeper.look(visit)
            assert len(set(kept(store))) == len(kept(store))
            assert set(kept(store)) < set(whole)
        assert visit.done == 0  # beside a batch that is missing nothing is final
        take(store, keeper, [late])
        await keeper.look(visit)
        assert kept(store) == whole[: len(kept(store))]
        assert visit.done == 3 * CHUNK
        assert len(store.records(documents.STROKES)) == 3
        visit.heard -= QUIET
        await keeper._close(visit)
        assert kept(store) == whole

    played(tmp_path, story)


def test_strokes_that_were_final_are_written_anew_where_a_batch_comes_before_them(tmp_path: Path) -> None:
    sent = batches(NAME, size=50, lengths=[20] * (2 * CHUNK + 4))
    # another page view, seen while the first one was: its batch comes long after it was begun
    other = batches(NAME, size=5000, seed=9, lengths=[40, 50, 60])[0]
    other = replace(other, view="0b" * 8, time_origin=sent[0].time_origin + 3000.0)

    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, sent)
        visit = keeper.held.visits()[0]
        await keeper.look(visit)
        assert (visit.done, visit.generation) == (2 * CHUNK, 0)
        before = [record.name for record in store.records(documents.STROKES)]
        take(store, keeper, [other])
        await keeper.look(visit)
        assert visit.generation == 1
        assert not {record.name for record in store.records(documents.STROKES)} & set(before)
        visit.heard -= QUIET
        await keeper._close(visit)
        assert kept(store) == begun([*sent, other])

    played(tmp_path, story)


def test_a_visit_that_can_not_be_measured_is_let_go_and_the_log_holds_nothing_of_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, batches(NAME)[:3])
        visit = keeper.held.visits()[0]
        visit.rows[1] = replace(visit.rows[1], frame=b"1733.875 and 947.625 are no frame")
        with pytest.raises(StoreError):
            await keeper.look(visit)
        await keeper._close(visit)
        assert keeper.held.size == 0

    with caplog.at_level(logging.ERROR):
        played(tmp_path, story)
    assert "a visit of 3 batches could not be measured" in caplog.text
    assert "947" not in caplog.text
    assert "1733" not in caplog.text


def test_a_store_that_takes_nothing_for_a_while_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = batches(NAME)

    def full(self: SqliteStore, record: Record, *, new: bool = False) -> bool:
        raise StoreError("no room left")

    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, sent, ago=IDLE + 1)
        with monkeypatch.context() as broken:
            broken.setattr(SqliteStore, "put_record", full)
            with pytest.raises(StoreError, match="no room"):
                await keeper._round()
        assert keeper.held.size > 0
        take(store, keeper, [replace(sent[0], sequence=99, view="0c" * 8)])  # it goes on: another part
        await keeper._round()
        assert sorted(part.closed for part in documents.parts(store, "demo", NAME)) == [False, True]
        assert set(begun(sent)) <= set(kept(store))
        assert keeper.held.size < 5000

    played(tmp_path, story)


def test_what_is_deleted_elsewhere_leaves_the_memory_too(tmp_path: Path) -> None:
    async def story(store: Store, keeper: Keeper) -> None:
        take(store, keeper, batches(NAME))
        store.erase("demo", NAME)
        await keeper._round()
        assert (keeper.held.visits(), keeper.held.size) == ([], 0)
        assert not store.records(documents.PART)

    played(tmp_path, story)


def test_who_is_stopped_while_frames_are_taken_out_of_the_store_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, stripped = batches(NAME), SqliteStore.strip
    begins, goes_on = threading.Event(), threading.Event()

    def slow(self: SqliteStore, site: str, recording: str) -> list[BatchRow]:
        begins.set()
        assert goes_on.wait(30)
        return stripped(self, site, recording)

    async def story(store: Store, keeper: Keeper) -> None:
        now = int(time.time() * 1000)
        store.append([BatchRow("demo", NAME, b.view, b.sequence, b.time_origin, now, b.n, encode(b)) for b in sent])
        monkeypatch.setattr(SqliteStore, "strip", slow)
        adopting = asyncio.create_task(keeper.adopt("demo"))
        assert await asyncio.to_thread(begins.wait, 30)
        adopting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await adopting
        goes_on.set()
        await keeper.stop()
        assert [part.closed for part in documents.parts(store, "demo", NAME)] == [True]
        assert set(begun(sent)[:-1]) <= set(kept(store))

    played(tmp_path, story)


def test_looks_make_way_where_there_is_no_room_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    names = [f"{k:02x}" * 16 for k in range(1, 4)]

    async def story(store: Store, keeper: Keeper) -> None:
        for name in names:
            take(store, keeper, batches(name)[:1])
        looked: list[str] = []

        async def look(visit: Visit) -> None:
            looked.append(visit.recording)
            visit.at = time.monotonic()
            if len(looked) == 1:
                keeper.held.crowded.set()

        keeper.look = look  # type: ignore[method-assign, assignment]
        await keeper._round()
        assert looked == names[:1]
        await keeper._round()
        assert looked == names

    played(tmp_path, story)
