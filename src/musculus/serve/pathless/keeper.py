"""When visits whose frames are in memory are looked at, taken from the store, and let go."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from musculus.errors import MusculusError
from musculus.serve.pathless.held import IDLE, Held, Visit
from musculus.serve.pathless.writing import Writer
from musculus.serve.worker import Worker
from musculus.store.base import Query, Store, Verdict

if TYPE_CHECKING:
    from musculus.serve.sites import Keeping

log = logging.getLogger("musculus.pathless")

EVERY: Final = 2.0  # seconds between two looks at a visit that goes on: what a killed server loses is hardly older
ENDING: Final = 15.0  # seconds for the visits that are open when the server stops
SWITCHED: Final = 10.0  # seconds for which other servers may not have heard that a site keeps measures only
AT_ONCE: Final = 200
LETTERS: Final = 500  # that a store keeps


class Keeper:
    """The one that lets go of frames; every visit is looked at once at a time, and closed once."""

    def __init__(self, store: Store, worker: Worker, held: Held, keeping: Keeping) -> None:
        self.held, self._keeping = held, keeping
        self._store, self._worker = store, worker
        self._writer = Writer(store, worker)
        self._switched: dict[str, float] = {}  # sites that began to keep measures only, and until when that matters
        self._leaving: list[Visit] = []  # parts that take no more batches and are not written to their end yet
        self._adopting: set[asyncio.Task[int]] = set()
        self._heard = int(time.time() * 1000)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look at visits as they go on."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write every visit to its end, as far as that can be done soon."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await asyncio.gather(*self._adopting, return_exceptions=True)
        left = [*self._leaving, *self.held.visits()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ENDING):
                for visit in left:
                    with contextlib.suppress(MusculusError):  # the store may take the next one
                        await self._close(visit)
        if many := sum(bool(visit.rows) for visit in left):
            log.error("%d visits without paths were not measured to their end", many)

    async def look(self, visit: Visit) -> Verdict | None:
        """The verdict on a visit that goes on, written with its measures; None where it was erased."""
        async with visit.lock:
            if visit.said and visit.looked == len(visit.rows):
                return visit.said  # another asked at the same time
            found = await self._writer.look(visit, closed=False)
            if found is None:
                self._release(visit)
            return found

    def forget(self, site: str, recording: str) -> None:
        """Drop the frames of a recording that was erased."""
        for visit in (self.held.get(site, recording), *self._leaving):
            if visit and visit.key == (site, recording):
                self._release(visit)

    async def adopt(self, site: str) -> int:
        """Take the visits that go on at a site out of the store into memory, so that no path of them stays; how many.

        What ended before, half an hour without a batch, is left as it was kept.
        """
        adopted, since = 0, int((time.time() - IDLE) * 1000)
        query = Query(site=site, since=since, limit=AT_ONCE)
        while rows := await asyncio.to_thread(self._store.recordings, query):
            for row in rows:
                adopted += row.has_paths and await self._adopted(row.site, row.recording)
            query = replace(query, before=(rows[-1].last, rows[-1].recording))
        await asyncio.to_thread(self._drop_letters, site)
        return adopted

    def _drop_letters(self, site: str) -> None:
        """Dead letters that a server wrote of a visit after its frames were gone, because it hadn't heard yet."""
        for name in {letter.recording for letter in self._store.letters(LETTERS) if letter.frame and letter.recording}:
            rows = self._store.recordings(Query(site=site, recording=name, limit=1))
            if rows and not rows[0].has_paths:
                self._store.strip(site, name)

    async def _adopted(self, site: str, recording: str) -> bool:
        """One recording's frames, from the store into memory; of several servers one gets them."""
        taking = asyncio.create_task(self._taken(site, recording))
        self._adopting.add(taking)
        taking.add_done_callback(self._adopting.discard)
        many = await asyncio.shield(taking)  # who is cancelled meanwhile would take the only copy of them along
        if many:
            await self._tell("forget", site, recording)  # its strokes may lie in a file
            await self._relieve()
        return bool(many)

    async def _taken(self, site: str, recording: str) -> int:
        """Move one recording's frames; how many there were."""
        rows = await asyncio.to_thread(self._store.strip, site, recording)
        now, clock = time.time(), time.monotonic()
        for row in rows:
            self.held.take(row, clock - max(now - row.received / 1000, 0.0))
        return len(rows)

    async def _run(self) -> None:
        while True:
            began, pause = time.monotonic(), EVERY / 2
            try:
                await self._round()
            except MusculusError as error:
                log.error("visits without paths can't be written now: %s", error)
                await asyncio.sleep(EVERY)
            except Exception as error:  # noqa: BLE001  # whatever it was, visits must go on being let go
                log.error("looking at visits without paths failed: %s", type(error).__name__)
                await asyncio.sleep(EVERY)
            pause = max(pause, time.monotonic() - began)  # half of the time is left for others' questions
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.held.crowded.wait(), pause)

    async def _round(self) -> None:
        """Hear of what was erased and switched, make room, close what has ended, look at what has grown."""
        begun = self._keeping.begun()
        if not (begun or self._switched or self._leaving or self.held.visits()):
            return
        self._switched |= dict.fromkeys(begun, time.monotonic() + SWITCHED)
        for gone in await asyncio.to_thread(self._store.erased, self._heard):
            self.forget(gone.site, gone.recording)
            self._heard = max(self._heard, gone.at)
        await self._adopt_switched()
        await self._relieve()
        for visit in [*self._leaving, *self.held.ended(time.monotonic())]:
            await self._close(visit)
        for visit in sorted(self.held.visits(), key=lambda visit: visit.at):
            if self.held.crowded.is_set():
                return  # batches are turned away until there is room; whose turn did not come is first afterwards
            if visit.looked < len(visit.rows) and time.monotonic() - visit.at >= EVERY:
                try:
                    await self.look(visit)
                except MusculusError as error:  # one that can't be measured must not keep the others waiting
                    log.error("a visit without its path could not be measured: %s", error)
                    visit.at = time.monotonic()

    async def _adopt_switched(self) -> None:
        for site, until in list(self._switched.items()):
            late = until < time.monotonic()
            await self.adopt(site)
            if late:
                del self._switched[site]

    async def _relieve(self) -> None:
        """Close visits until the memory holds no more than it may."""
        self.held.crowded.clear()
        for visit in self.held.too_much():
            await self._close(visit)

    async def _close(self, visit: Visit) -> None:
        """Write a part for the last time, then let go of its frames; StoreError leaves them for the next round."""
        if visit not in self._leaving:
            self._leaving.append(visit)
        self.held.close(visit)
        async with visit.lock:
            if visit in self._leaving:  # else it was erased, or closed by another, while this one waited
                await self._writer.look(visit, closed=True)
                self._release(visit)
        await self._tell("let_go", visit.site, visit.recording)

    async def _tell(self, what: str, site: str, recording: str) -> None:
        """Have the worker drop something; told twice, because the one that is told first may just have died."""
        for _ in range(2):
            try:
                await self._worker.ask(what, site, recording)
                return
            except MusculusError as error:
                said = error
        log.error("the worker was not told to %s a visit: %s", what, said)

    def _release(self, visit: Visit) -> None:
        self.held.release(visit)
        if visit in self._leaving:
            self._leaving.remove(visit)
