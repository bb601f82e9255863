"""Connections to PostgreSQL behind blocking calls: an event loop of its own, and its errors in our words."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from musculus.errors import MissingExtra, StoreError
from musculus.store import place
from musculus.store.base import StoreFull
from musculus.store.postgres_tables import SCHEMA, TABLES, VERSION

if TYPE_CHECKING:
    import asyncpg

    Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]

CONNECTIONS: Final = 8
SECONDS: Final = 30.0  # a statement that takes longer has met a dead server
TRIES: Final = 5
MAKING: Final = 0x6D757363  # the lock of whoever makes the tables
T = TypeVar("T")


class Pool:
    """Runs coroutines over a pool of connections from any thread; opens it at once and makes the tables."""

    def __init__(self, url: str, *, readonly: bool) -> None:
        self.place = place(url)
        self._readonly = readonly
        self._loop = _new_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="musculus-postgres", daemon=True)
        self._thread.start()
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        try:
            self._pool = self._wait(self._open(url))
        except BaseException:
            self._end()
            raise

    def run(self, work: Callable[[Connection], Awaitable[T]], *, write: bool = False, alone: bool = False) -> T:
        """`work` in one transaction; one that met another head-on is done again.

        With `alone` it is a single statement, which the database makes a transaction of by itself: two messages fewer.
        """
        if self._pool is None:
            raise StoreError(f"the store {self.place} is closed")
        if write and self._readonly:
            raise StoreError(f"the store {self.place} is open for reading only")
        return self._wait(self._done(self._pool, work, alone=alone))

    def close(self) -> None:
        """Close the connections; may be called again."""
        if self._pool is None:
            return
        pool, self._pool = self._pool, None
        try:
            self._wait(asyncio.wait_for(pool.close(), SECONDS))
        except StoreError:
            pool.terminate()
        self._end()

    async def _open(self, url: str) -> asyncpg.Pool[asyncpg.Record]:
        try:
            import asyncpg
        except ImportError as error:
            raise MissingExtra("a store in PostgreSQL needs asyncpg: pip install 'musculus[postgres]'") from error
        settings = {"search_path": SCHEMA, "synchronous_commit": "on", "application_name": "musculus"}
        if self._readonly:
            settings["default_transaction_read_only"] = "on"
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            command_timeout=SECONDS,
            timeout=SECONDS,
            server_settings=settings,
            reset=_leave,
        )
        try:
            async with pool.acquire() as connection, connection.transaction():
                await self._prepare(connection)
        except BaseException:
            pool.terminate()
            raise
        return pool

    async def _prepare(self, connection: Connection) -> None:
        """Make the tables in an empty database; several servers may begin at once."""
        if not self._readonly:
            await connection.execute("SELECT pg_advisory_xact_lock($1)", MAKING)
        if await connection.fetchval("SELECT to_regclass($1)", f"{SCHEMA}.version") is None:
            if self._readonly:
                step = "`musculus serve --store postgresql://...` makes one"
                raise StoreError(f"there is no store at {self.place}; {step}")
            await connection.execute(TABLES)
        version = await connection.fetchval(f"SELECT version FROM {SCHEMA}.version")
        if version != VERSION:
            step = "update musculus" if version > VERSION else "restore a backup made by an older musculus"
            raise StoreError(f"{self.place} has store version {version}, this musculus reads {VERSION}; {step}")

    async def _done(
        self, pool: asyncpg.Pool[asyncpg.Record], work: Callable[[Connection], Awaitable[T]], *, alone: bool
    ) -> T:
        import asyncpg

        again = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
        for k in range(TRIES):
            try:
                async with pool.acquire() as connection:
                    if alone:
                        return await work(connection)
                    async with connection.transaction():
                        return await work(connection)
            except again:
                if k == TRIES - 1:
                    raise
                await asyncio.sleep(random.uniform(0, 0.01 * 2**k))  # noqa: S311  # only so that the two don't meet again
        raise AssertionError("unreachable")

    def _wait(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        try:
            return asyncio.run_coroutine_threadsafe(run(), self._loop).result()
        except (StoreError, MissingExtra):
            raise
        except Exception as error:
            raise translated(error, self.place) from error

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    """The server's own kind of loop where it is installed: it costs less."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def _leave(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Nothing to reset where a connection goes back: no statement of the store leaves anything in its session."""


def translated(error: Exception, where: str) -> StoreError:
    """An error of the driver, the network or the server as ours; never with the password."""
    import asyncpg

    if isinstance(error, asyncpg.DiskFullError):
        return StoreFull(f"no room left for {where}; free some space, clients will send again")
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return StoreError(f"{where} refuses this user or password; check the URL of --store")
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return StoreError(f"{where}: there is no such database; make it with: createdb NAME")
    if isinstance(error, asyncpg.PostgresError):
        return StoreError(f"{where}: {error} ({type(error).__name__})")
    if isinstance(error, (OSError, asyncpg.InterfaceError, TimeoutError)):
        return StoreError(f"{where} can't be reached: {str(error) or type(error).__name__}; is the database up?")
    return StoreError(f"{where}: {error!r}")
