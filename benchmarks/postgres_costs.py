"""What PostgreSQL makes a batch and a verdict cost: a server under load on a database of its own, from an empty one."""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet import Database, Meter, Server, servers
from visitors import BATCHES, EVENTS, Lines, Visitors, name_of

from musculus.serve.keys import Keyring
from musculus.store import open_store
from musculus.store.postgres_tables import SCHEMA

WARM = 60  # visits


@dataclass(frozen=True)
class PostgresCosts:
    """Seconds of processor time, and bytes.

    Attributes
    ----------
    server : a durable batch, in the server's process
    database : a durable batch, in the processes of PostgreSQL
    asked, looked : a verdict, in the same two, besides what the process spends that computes it
    stored, logged : bytes an event in tables and indexes, and in the write-ahead log
    rate : batches a second while this was measured
    """

    server: float
    database: float
    asked: float
    looked: float
    stored: float
    logged: float
    rate: float


def keys(url: str) -> tuple[str, str]:
    """A write key and a secret key for the site `demo`."""
    store = open_store(url)
    ring = Keyring(store)
    made = ring.make("write", "demo")[1], ring.make("secret", "demo")[1]
    store.close()
    return made


def position(postgres: Any, url: str) -> float:
    """Bytes of the database's log so far."""
    return float(postgres.sql(url, "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"))


def table_bytes(postgres: Any, url: str, table: str) -> float:
    """Bytes of a table with its indexes."""
    return float(postgres.sql(url, f"SELECT pg_total_relation_size('{SCHEMA}.{table}')"))


def postgres_costs(visits: int, *, small: bool) -> PostgresCosts | None:
    """Measured here and now over so many visits of four batches; None where there is no PostgreSQL."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.postgres import QUICK, binaries, running

    if binaries() is None:
        return None
    with running(QUICK if small else "") as postgres:
        url = postgres.database()
        write, secret = keys(url)
        database = Database(postgres.data)
        with servers(url, 1) as one:
            meter = Meter(one)
            asyncio.run(Visitors(one, WARM, write, secret).run())
            load = Visitors(one, WARM + visits, write)
            load.skip(WARM)
            began, spent = position(postgres, url), Spent(meter, database)
            asyncio.run(load.run())
            server, held, wall = spent.since()
            logged = position(postgres, url) - began
            stored = sum(table_bytes(postgres, url, table) for table in ("batch", "recording"))
            spent = Spent(meter, database)
            asked = min(visits, 2000)
            asyncio.run(ask(one, range(WARM, WARM + asked), secret))
            of_requests, of_looks, _ = spent.since()
            meter.stop()
    n = visits * BATCHES
    everything = (WARM + visits) * BATCHES * EVENTS
    asking = of_requests / asked, of_looks / asked
    return PostgresCosts(server / n, held / n, *asking, stored / everything, logged / (n * EVENTS), n / wall)


class Spent:
    """What the server and the database spend from now on."""

    def __init__(self, meter: Meter, database: Database) -> None:
        self._meter, self._database = meter, database
        self._begun = self._now()

    def since(self) -> tuple[float, float, float]:
        """Processor seconds of the server's process and of the database, and seconds that passed."""
        server, database, clock = (b - a for a, b in zip(self._begun, self._now(), strict=True))
        return server, database, clock

    def _now(self) -> tuple[float, float, float]:
        return self._meter.seconds("server"), self._database.seconds(), time.monotonic()


async def ask(one: list[Server], visits: range, secret: str, at_once: int = 16) -> None:
    """Ask for the first verdict on each of these visits, so many requests at once."""
    left = iter(visits)

    async def some() -> None:
        async with Lines(one, "127.0.0.1") as lines:
            for visit in left:
                status, _ = await lines.ask(0, "GET", f"/v1/recordings/{name_of(visit)}/verdict", secret=secret)
                assert status == 200, status

    await asyncio.gather(*(some() for _ in range(at_once)))
