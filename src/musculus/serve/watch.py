"""New verdicts as they are made: for whoever listens, and for webhooks, whichever server took the batches."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

from musculus.errors import MusculusError
from musculus.serve.desk import UNMEASURED, Desk
from musculus.store.base import Query, Recording

log = logging.getLogger("musculus.verdicts")

EVERY: Final = 1.0  # seconds between two looks at the list
BACK: Final = 5_000  # ms looked back, so that a commit that took its time is not passed over
AT_ONCE: Final = 200
KNOWN: Final = 50_000  # verdicts remembered as told
Listener = Callable[[Recording], None]


class Watch:
    """Looks at the list of every site somebody wants to hear of, has verdicts made, and tells each new one once.

    It reads the store and not the ingest, so that it hears of batches that other servers took.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._listeners: dict[str, list[tuple[int, Listener]]] = {}  # since when each listens
        self._told: OrderedDict[tuple[str, str], tuple[int, str, str]] = OrderedDict()
        self._since: dict[str, int] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def listening(self, site: str, listener: Listener) -> Iterator[None]:
        """Call `listener` with every row whose verdict is made from now on, until this ends."""
        entry = (int(time.time() * 1000), listener)
        self._listeners.setdefault(site, []).append(entry)
        self._since.setdefault(site, entry[0])
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._listeners[site].remove(entry)
            if not self._listeners[site]:
                del self._listeners[site], self._since[site]

    async def stop(self) -> None:
        """Stop looking."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while self._listeners:
            await asyncio.sleep(EVERY)
            for site in list(self._listeners):
                try:
                    await self._look(site)
                except MusculusError as error:
                    log.error("no news of site %s: %s", site, error)

    async def _look(self, site: str) -> None:
        since = self._since.get(site)
        if since is None:
            return
        self._since[site] = int(time.time() * 1000) - BACK
        before = None
        while rows := await self._desk.rows(site, Query(since=since, before=before, limit=AT_ONCE)):
            for row in rows:
                found = await self._desk.find(site, row.recording)
                if found and found.verdict and found.verdict.model != UNMEASURED:  # which is no news
                    self._tell(found)
            before = (rows[-1].last, rows[-1].recording)

    def _tell(self, row: Recording) -> None:
        assert row.verdict
        key, news = (row.site, row.recording), (row.verdict.batches, row.verdict.model, row.verdict.label)
        if self._told.get(key) == news:
            return
        self._told[key] = news
        self._told.move_to_end(key)
        if len(self._told) > KNOWN:
            self._told.popitem(last=False)
        for since, listener in list(self._listeners.get(row.site, ())):
            if row.verdict.made >= since:
                listener(row)
