"""Group commit: batches that arrive while one transaction is being synced go into the next one together."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from musculus.errors import StoreError
from musculus.serve.pathless.held import Held
from musculus.store.base import Ack, BatchRow, Letter, Store, stamp

GATHER_SECONDS: Final = 0.004  # batches that come so close together share a sync of the disk, which costs the most
LETTERS: Final = 32  # of each LETTER_SECONDS are kept: a flood of poison must not fill the disk or slow the others
LETTER_SECONDS: Final = 1.0
Waiting = tuple[BatchRow, bool, asyncio.Future[Ack]]  # the bool: is its frame held in memory and not stored

log = logging.getLogger("musculus.ingest")


class GroupCommit:
    """The one writer of a server: `keep` resolves when its batch is on the disk.

    A thread of its own does the waiting for the disk, so that the event loop goes on reading. All methods belong to
    the event loop's thread.

    Of a batch that is to be `held`, the store gets the stamp and `held` the frame, once the stamp is durable.
    """

    def __init__(self, store: Store, held: Held | None = None) -> None:
        self._store, self._held = store, held
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="musculus-commit")
        self._waiting: list[Waiting] = []
        self._letters: deque[Callable[[], Letter]] = deque(maxlen=LETTERS)
        self._writing: asyncio.Task[None] | None = None
        self._post: asyncio.Task[None] | None = None
        self.in_flight = 0

    async def keep(self, row: BatchRow, *, held: bool = False) -> Ack:
        """Hand over a batch and wait until it is durable; `StoreError` where its group could not be written."""
        future: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, held, future))
        self.in_flight += 1
        self._wake()
        try:
            return await future
        finally:
            self.in_flight -= 1

    def bury(self, letter: Callable[[], Letter]) -> None:
        """Hand over a poison frame; nobody waits for it, and a flood costs one small transaction a second.

        The letter is asked for when it is written: by then its site may keep nothing of a frame's bytes.
        """
        self._letters.append(letter)
        if self._post is None:
            self._post = asyncio.get_running_loop().create_task(self._deliver())

    async def stop(self) -> None:
        """Write everything handed over so far, then let the thread go."""
        if self._writing:
            await self._writing
        if self._post:
            self._post.cancel()
        await self._bury()
        self._thread.shutdown()

    def _wake(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            group, self._waiting = self._waiting, []
            await self._commit(group)

    async def _commit(self, group: list[Waiting]) -> None:
        loop = asyncio.get_running_loop()
        rows = [replace(row, frame=stamp(row.frame)) if held else row for row, held, _ in group]
        try:
            acks = await loop.run_in_executor(self._thread, self._store.append, rows)
        except Exception as error:  # noqa: BLE001  # whatever it was, nothing was kept, and every client must hear so
            log.error("a group of %d batches could not be kept: %s", len(group), error)
            failure = error if isinstance(error, StoreError) else StoreError(f"the store failed: {error!r}")
            for _, _, future in group:
                if not future.done():
                    future.set_exception(failure)
            return
        for (row, held, future), ack in zip(group, acks, strict=True):
            if held and ack is Ack.STORED and self._held:
                self._held.take(row)  # here and not where the client waits: it may have hung up
            if not future.done():  # done: the client hung up and its handler was cancelled
                future.set_result(ack)

    async def _deliver(self) -> None:
        await asyncio.sleep(LETTER_SECONDS)
        self._post = None
        await self._bury()

    async def _bury(self) -> None:
        letters = [letter() for letter in self._letters]
        self._letters.clear()
        if not letters:
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._store.bury, letters)
        except StoreError as error:
            log.error("%d poison frames could not be kept apart: %s", len(letters), error)
