"""Carries verdicts to webhooks: each is written down before it is tried, and tried until it is taken or a day is over.

Servers that share a store share the deliveries too. One may still come twice, after a kill for example, and says by its
`id` that it is the same.

A host that doesn't answer rests, longer each time, and one delivery knocks when it wakes; a host that refuses a single
delivery gets the others meanwhile. Each webhook is served by itself, so none waits for another's host.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import Counter, OrderedDict, deque
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from musculus.errors import MusculusError
from musculus.serve.deliveries import Deliveries, Delivery, hook_of, pause
from musculus.serve.posting import post
from musculus.serve.webhooks import HOOK, Hook
from musculus.store.base import Query, Record, Recording

if TYPE_CHECKING:
    from musculus.serve.app import Application

log = logging.getLogger("musculus.webhooks")

MOST: Final = 2_000  # deliveries that wait for one webhook; further ones are dropped
EVERY: Final = 1.0  # seconds between two looks at what is due
OTHERS: Final = 15.0  # seconds between two looks at what other servers left
BACK: Final = 3_600_000  # ms looked back at the start: verdicts that a killed server had no time to write down
KNOWN: Final = 50_000  # visits whose last verdict is remembered, and verdicts that wait to be written down


class Known(NamedTuple):
    """A webhook and since when there is one."""

    hook: Hook
    made: int


class Courier:
    """Listens for verdicts on sites that have hooks, has them written down, and carries them."""

    def __init__(self, app: Application) -> None:
        self._app, self._store, self._deliveries = app, app.store, Deliveries(app.store)
        self.last: dict[str, str] = {}  # what became of the last try of each hook
        self._hooks: dict[str, dict[str, Known]] = {}
        self._listening: dict[str, contextlib.ExitStack] = {}
        self._labels: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._heard: deque[Recording] = deque(maxlen=KNOWN)
        self._queued: Counter[str] = Counter()
        self._look_at: dict[str, float] = {}
        self._failures: Counter[str] = Counter()
        self._rests_until: dict[str, float] = {}
        self._carrying: dict[str, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen, and to carry what is left of the last time."""
        await self.learn()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is under way is tried again at the next start."""
        for stack in self._listening.values():
            stack.close()
        for task in [self._task, *self._carrying.values()]:
            if task:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, MusculusError):
                    await task
        with contextlib.suppress(MusculusError):
            await self._write_down()

    async def learn(self) -> None:
        """Read the hooks anew, and listen at the sites that have some."""
        found: dict[str, dict[str, Known]] = {}
        for record in await asyncio.to_thread(self._store.records, HOOK):
            hook = msgspec.json.decode(record.document, type=Hook)
            found.setdefault(record.site, {})[record.name] = Known(hook, record.made)
        self._hooks = found
        for site in found.keys() - self._listening.keys():
            self._listening[site] = contextlib.ExitStack()
            self._listening[site].enter_context(self._app.watch.listening(site, self._hear))
        for site in self._listening.keys() - found.keys():
            self._listening.pop(site).close()

    async def waiting(self, site: str) -> int:
        """How many deliveries of a site wait."""
        return len(await asyncio.to_thread(self._deliveries.waiting, site))

    async def sweep(self) -> None:
        """Drop what has waited for too long, and what no hook wants."""
        await asyncio.to_thread(self._deliveries.sweep, lambda r: hook_of(r) in self._hooks.get(r.site, {}))

    async def forget(self, site: str, number: str) -> None:
        """Drop everything about a hook that was deleted."""
        await self.learn()
        await asyncio.to_thread(self._deliveries.forget, site, number)
        for kept in (self.last, self._queued, self._failures, self._rests_until):
            kept.pop(number, None)

    def _hear(self, row: Recording) -> None:
        """A new verdict: to be written down, unless the one heard before on this visit was the same."""
        assert row.verdict
        key = (row.site, row.recording)
        if self._labels.get(key) == row.verdict.label:
            return
        self._labels[key] = row.verdict.label
        self._labels.move_to_end(key)
        if len(self._labels) > KNOWN:
            self._labels.popitem(last=False)
        self._heard.append(row)

    async def _run(self) -> None:
        caught_up = False
        while True:
            await asyncio.sleep(EVERY)
            try:
                if not caught_up:
                    await self._catch_up()
                    caught_up = True
                await self._write_down()
                for site in list(self._hooks):
                    await self._look(site)
            except MusculusError as error:
                log.error("deliveries wait: %s", error)
            except Exception:  # a document that another version wrote, say: the others must not wait for it
                log.exception("a fault while deliveries were looked at")

    async def _catch_up(self) -> None:
        """Hear of verdicts that were made before the start; what was told already is not told again."""
        since = int(time.time() * 1000) - BACK
        for site in list(self._hooks):
            for row in await asyncio.to_thread(self._store.recordings, Query(site=site, since=since, limit=MOST)):
                if row.verdict:
                    self._hear(row)

    async def _write_down(self) -> None:
        """Keep what was heard as deliveries; what the store can't take now waits."""
        while self._heard:
            row = self._heard.popleft()
            try:
                for number, known in list(self._hooks.get(row.site, {}).items()):
                    if self._is_for(number, known, row):
                        self._queued[number] += await asyncio.to_thread(self._deliveries.write_down, number, row)
                        self._look_at[row.site] = 0.0
            except MusculusError:
                self._heard.appendleft(row)
                raise

    def _is_for(self, number: str, known: Known, row: Recording) -> bool:
        assert row.verdict
        if row.verdict.label not in known.hook.verdicts or row.verdict.made < known.made:
            return False
        if self._queued[number] >= MOST:
            log.error("%d verdicts wait for webhook %s, further ones are dropped", MOST, number)
            return False
        return True

    async def _look(self, site: str) -> None:
        """Begin to carry what is due, in a task for each hook that neither rests nor has one."""
        clock, hooks = time.monotonic(), self._hooks.get(site, {})
        idle = [n for n in hooks if n not in self._carrying and self._rests_until.get(n, 0.0) <= clock]
        if not idle or clock < self._look_at.get(site, 0.0):
            return
        wakes = [self._rests_until[n] for n in hooks if self._rests_until.get(n, 0.0) > clock]
        self._look_at[site] = min([clock + OTHERS, *wakes])
        by_hook: dict[str, list[tuple[Record, Delivery]]] = {number: [] for number in idle}
        for record, delivery in await asyncio.to_thread(self._deliveries.waiting, site):
            by_hook.get(delivery.hook, []).append((record, delivery))
        now = int(time.time() * 1000)
        for number, waiting in by_hook.items():
            self._queued[number] = len(waiting)
            if due := [(record, delivery) for record, delivery in waiting if delivery.due <= now]:
                self._carrying[number] = asyncio.create_task(self._carry(site, number, hooks[number].hook, due))
            if waiting:  # look again when the first of the others is due
                soonest = min((d.due for _, d in waiting if d.due > now), default=now)
                self._look_at[site] = min(self._look_at[site], clock + (soonest - now) / 1000)

    async def _carry(self, site: str, number: str, hook: Hook, due: list[tuple[Record, Delivery]]) -> None:
        """Try deliveries in order until the host is down."""
        try:
            for record, delivery in due:
                if not await asyncio.to_thread(self._deliveries.claim, record, delivery):
                    continue
                answer = await post(hook.url, hook.secret, delivery.body, inside=hook.inside)
                self.last[number] = answer.words
                await asyncio.to_thread(self._deliveries.settle, record, delivery, answer)
                if answer.is_down:
                    self._failures[number] += 1
                    self._rests_until[number] = time.monotonic() + pause(self._failures[number])
                    break
                self._failures[number] = 0
                self._queued[number] -= answer.is_taken
        except MusculusError as error:
            log.error("deliveries to webhook %s wait: %s", number, error)
        finally:
            del self._carrying[number]
            self._look_at[site] = 0.0
