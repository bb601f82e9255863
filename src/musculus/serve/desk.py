"""Verdicts on request: from the store where they are fresh, from the worker where batches have come since."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Final

import msgspec

from musculus.errors import MusculusError, StoreError
from musculus.serve.pathless.keeper import Keeper
from musculus.serve.verdict import Reason
from musculus.serve.verdict import Verdict as Document
from musculus.serve.worker import Worker
from musculus.store.base import Query, Recording, Store, Verdict

log = logging.getLogger("musculus.verdicts")

NAME: Final = re.compile(r"[0-9a-f]{32}")
UNMEASURED: Final = "none"  # in the place of a model
EVERY: Final = 1500  # ms: a recording that is still going on gets no more than one new verdict in this time
FAILED: Final = 10_000  # recordings of which it is remembered that they can't be judged


class Judged(msgspec.Struct):
    """The worker's answer: the verdict on the first `batches` batches."""

    batches: int
    verdict: Document


class Desk:
    """Keeps verdicts current; every recording is computed at most once at a time."""

    def __init__(self, store: Store, worker: Worker, keeper: Keeper) -> None:
        self._store, self._worker, self._keeper = store, worker, keeper
        self._running: dict[tuple[str, str], asyncio.Task[Verdict]] = {}
        self._failed: OrderedDict[tuple[str, str], int] = OrderedDict()  # batches of recordings that can't be judged
        self._model: str | None = None

    async def start(self) -> None:
        """Start the worker and learn which model it judges with: verdicts of another one are out of date."""
        self._model = msgspec.json.decode(await self._worker.ask("model"), type=str)

    async def find(self, site: str, recording: str) -> Recording | None:
        """The list's row of a recording with a verdict no older than the contract says; None where there is none."""
        row = await self.row(site, recording)
        if row is None or self._is_fresh(row):
            return _unmeasured(row) if row and not row.verdict else row
        verdict = await asyncio.shield(self._compute(row))
        if row.has_paths and verdict.batches < row.batches and _now() - verdict.made >= EVERY:
            verdict = await asyncio.shield(self._compute(row))  # that one had begun long before, and took its time
        return replace(row, verdict=verdict)

    async def row(self, site: str, recording: str) -> Recording | None:
        """The list's row of a recording as the store has it; whatever is no recording's name isn't there."""
        if not NAME.fullmatch(recording):
            return None
        query = Query(site=site, recording=recording, limit=1)
        rows = await asyncio.to_thread(self._store.recordings, query)
        return rows[0] if rows else None

    async def rows(self, site: str, query: Query) -> list[Recording]:
        """A page of the list as it stands; verdicts that are out of date are computed for the next look."""
        rows = await asyncio.to_thread(self._store.recordings, replace(query, site=site))
        for row in rows:
            if not self._is_fresh(row) and self._failed.get(_key(row)) != row.batches:
                self._compute(row)
        return rows

    def _is_fresh(self, row: Recording) -> bool:
        verdict, visit = row.verdict, self._keeper.held.get(row.site, row.recording)
        if visit is None and not row.has_paths:
            return True  # nobody can judge it anew: the frames are gone, or in another server's memory
        if verdict is None:
            return False
        if visit:
            return visit.looked == len(visit.rows) or _now() - verdict.made < EVERY
        if self._model and verdict.model != self._model:
            return False
        return verdict.batches == row.batches or _now() - verdict.made < EVERY

    def _compute(self, row: Recording) -> asyncio.Task[Verdict]:
        key = _key(row)
        if key not in self._running:
            task = asyncio.create_task(self._judge(row))
            self._running[key] = task
            task.add_done_callback(lambda done: self._finished(row, done))
        return self._running[key]

    async def _judge(self, row: Recording) -> Verdict:
        began = _now()  # what has come since then may not be in it, however long it takes
        if visit := self._keeper.held.get(row.site, row.recording):
            if found := await self._keeper.look(visit):
                return found
            now = await self.row(row.site, row.recording)
            if now and now.verdict:  # the visit ended in this moment, and was judged for the last time
                return now.verdict
            raise StoreError(f"recording {row.recording} was deleted")
        said = msgspec.json.decode(await self._worker.ask("verdict", row.site, row.recording), type=Judged)
        document = said.verdict
        json = msgspec.json.encode(document)
        verdict = Verdict(row.site, row.recording, said.batches, document.model, document.verdict, began, json)
        await asyncio.to_thread(self._store.put_verdict, verdict)
        return verdict

    def _finished(self, row: Recording, task: asyncio.Task[Verdict]) -> None:
        del self._running[_key(row)]
        if not task.cancelled() and isinstance(error := task.exception(), MusculusError):
            log.error("no verdict on %s: %s", row.recording, error)
            self._failed[_key(row)] = row.batches
            if len(self._failed) > FAILED:
                self._failed.popitem(last=False)


def _unmeasured(row: Recording) -> Recording:
    """A visit whose path isn't kept and that this server can't judge: unsure, and why."""
    sentence = "the path of this visit is not kept, and no server has measured it yet, or could to its end"
    reasons = [Reason("not measured", sentence, 0.0, (0, 0))]
    said = Document(row.recording, "unsure", None, None, reasons, row.events, 0, UNMEASURED)
    verdict = Verdict(row.site, row.recording, 0, UNMEASURED, "unsure", _now(), msgspec.json.encode(said))
    return replace(row, verdict=verdict)


def _key(row: Recording) -> tuple[str, str]:
    return row.site, row.recording


def _now() -> int:
    return int(time.time() * 1000)
