"""Verdicts on request: never older than two seconds against what was acknowledged, however long judging takes."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.serve.conftest import walk

from musculus.errors import StoreError
from musculus.serve import desk
from musculus.serve.desk import Desk
from musculus.serve.pathless.held import Held, Visit
from musculus.serve.pathless.keeper import Keeper
from musculus.serve.sites import Keeping
from musculus.store import open_store
from musculus.store.base import BatchRow, Store, Verdict, stamp
from musculus.wire import encode

RECORDING = "dd" * 16
FRESH = 2000  # ms: what the contract allows


def arrive(store: Store, sequence: int) -> None:
    b = walk(RECORDING, sequence)
    store.append([BatchRow("a", RECORDING, b.view, sequence, float(b.time_origin), 1, b.n, encode(b))])


def desk_over(store: Store, child: Any) -> Desk:
    return Desk(store, child, Keeper(store, child, Held(), Keeping(store)))


class Slow:
    """Stands in for the child: reads the store at once, and answers so many ms later by the clock of the test."""

    def __init__(self, store: Store, clock: list[int], takes: int) -> None:
        self._store, self._clock, self._takes, self.asked = store, clock, takes, 0

    async def ask(self, what: str, site: str, recording: str) -> bytes:
        self.asked += 1
        batches = len(self._store.batches(site, recording))
        self._clock[0] += self._takes
        verdict = {"recording": recording, "verdict": "unsure", "score": None, "probability": None, "reasons": []}
        return json.dumps(
            {"batches": batches, "verdict": {**verdict, "events": 40 * batches, "strokes": 0, "model": "m"}}
        ).encode()


@pytest.mark.parametrize("takes", [1, 400, 1400, 5000])
def test_what_was_acknowledged_two_seconds_ago_is_in_the_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: int
) -> None:
    """Batches come every 300 ms; at every look the verdict holds all that were there two seconds before it."""
    store, clock = open_store(f"sqlite:///{tmp_path}/store.db"), [1_000_000]
    monkeypatch.setattr(desk, "_now", lambda: clock[0])
    child: Any = Slow(store, clock, takes)
    arrived: list[int] = []

    async def story() -> None:
        one = desk_over(store, child)
        for sequence in range(25):
            arrive(store, sequence)
            arrived.append(clock[0])
            asked = clock[0]
            row = await one.find("a", RECORDING)
            assert row is not None
            assert row.verdict is not None
            due = sum(at <= asked - FRESH for at in arrived)
            assert row.verdict.batches >= due, (sequence, takes)
            clock[0] += 300

    asyncio.run(story())
    assert child.asked >= 2
    store.close()


def test_who_asks_while_an_older_judging_is_under_way_gets_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = open_store(f"sqlite:///{tmp_path}/store.db"), [1_000_000]
    monkeypatch.setattr(desk, "_now", lambda: clock[0])
    going = asyncio.Event()

    class Waiting(Slow):
        async def ask(self, what: str, site: str, recording: str) -> bytes:
            said = await super().ask(what, site, recording)
            await going.wait()
            return said

    async def story() -> None:
        one = desk_over(store, Waiting(store, clock, 1))
        compute, asked = one._compute, []
        one._compute = lambda row: asked.append(row) or compute(row)  # type: ignore[method-assign,func-returns-value]
        arrive(store, 0)
        first = asyncio.create_task(one.find("a", RECORDING))
        while one._worker.asked == 0:  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        arrive(store, 1)
        clock[0] += FRESH + 100
        later = asyncio.create_task(one.find("a", RECORDING))
        while len(asked) < 2:
            await asyncio.sleep(0)
        going.set()
        row = await later
        await first
        assert row is not None
        assert row.verdict is not None
        assert row.verdict.batches == 2

    asyncio.run(story())
    store.close()


def test_what_can_not_be_judged_is_remembered_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "FAILED", 3)
    store = open_store(f"sqlite:///{tmp_path}/store.db")

    class Broken:
        async def ask(self, *_: Any) -> bytes:
            raise StoreError("it can't be judged")

    async def story() -> None:
        one = desk_over(store, Broken())
        for k in range(10):
            name = f"{k:032x}"
            b = walk(name)
            store.append([BatchRow("a", name, b.view, 0, float(b.time_origin), 1, b.n, encode(b))])
            with pytest.raises(StoreError):
                await one.find("a", name)
        assert len(one._failed) == 3

    asyncio.run(story())
    store.close()


def test_a_visit_without_paths_that_ends_while_it_is_asked_for_has_its_last_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, b, child = open_store(f"sqlite:///{tmp_path}/store.db"), walk(RECORDING), None
    row = BatchRow("a", RECORDING, b.view, 0, float(b.time_origin), 1, b.n, encode(b))
    store.append([replace(row, frame=stamp(row.frame))])

    async def story() -> None:
        one = desk_over(store, child)
        one._keeper.held.take(row)

        async def look(visit: Visit) -> None:
            """What waits for a visit finds when another has closed it meanwhile."""
            store.put_verdict(Verdict("a", RECORDING, 1, "m", "human", 1, b"{}"))
            one._keeper.held.release(visit)

        monkeypatch.setattr(one._keeper, "look", look)
        found = await one.find("a", RECORDING)
        assert found is not None
        assert found.verdict is not None
        assert found.verdict.label == "human"

    asyncio.run(story())
    store.close()
