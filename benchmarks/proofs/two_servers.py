"""Two server processes on one PostgreSQL under load, killed and restarted: 20 million events in 100,000 recordings,
every acknowledged batch there once, verdicts made meanwhile, the same by whichever process is asked.

Each visitor sends its four batches by turns to either server, again where no answer came, and then asks the other one
for a verdict. Servers are killed with SIGKILL again and again, and once restarted one after the other with SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from fleet import Database, Meter, Server, servers
from postgres_costs import keys, position, table_bytes
from stored import held
from visitors import AGAIN, BATCHES, EVENTS, Lines, Visitors, frames, name_of, renamed

from musculus.store import open_store
from musculus.store.postgres_tables import SCHEMA
from proofs import Finding

VISITS, SMALL, KILLS = 100_000, 250, 8
FRESH = 2.0  # s
LATER = 1 << 64  # the numbers of visits that come after the load


def prove(small: bool) -> list[Finding]:
    """On a PostgreSQL of its own, with the settings that it comes with."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.postgres import QUICK, binaries, running

    if binaries() is None:
        return [Finding("PostgreSQL", "no server here: apt-get install postgresql")]
    with running(QUICK if small else "") as postgres:
        return on(postgres, SMALL if small else VISITS, small=small)


def on(postgres: Any, visits: int, *, small: bool) -> list[Finding]:
    """The findings on an empty database of this server."""
    url = postgres.database()
    write, secret = keys(url)
    database, began = Database(postgres.data), position(postgres, url)
    with servers(url) as two:
        meter, before = Meter(two), database.seconds()
        load = Visitors(two, visits, write, secret, at_once=16 if small else 48)
        begun, kills = time.monotonic(), 1 if small else KILLS
        asyncio.run(under_fire(load, two, kills))
        spent = Spent(load, time.monotonic() - begun, meter, database.seconds() - before, database.memory())
        found = [*said_of_load(load, spent, kills), *kept(url, load), verdicts(load, judged=not small), *costs(spent)]
        found += disk(postgres, url, began, load)
        sample = range(visits - (3 if small else 40), visits)
        forget = f"DELETE FROM {SCHEMA}.verdict"  # noqa: S608  # ours
        found.append(asyncio.run(same(two, sample, secret, lambda: postgres.sql(url, forget))))
        found.append(asyncio.run(fresh(two, 1 if small else 40, (write, secret), judged=not small)))
        meter.stop()
    return found


@dataclass
class Spent:
    """What the load took: seconds that passed, what servers spent, processor seconds and MiB of the database."""

    load: Visitors
    wall: float
    meter: Meter
    database: float
    memory: float


async def under_fire(load: Visitors, two: list[Server], kills: int) -> None:
    """The load, and the hand that kills and restarts meanwhile."""
    working = asyncio.create_task(load.run())
    steps = kills + 3
    for k in range(kills):
        await until(load, (k + 1) / steps, working)
        await two[k % 2].again(signal.SIGKILL)
    await until(load, (kills + 1) / steps, working)
    load.phase = "rolling"
    for one in two:
        await one.again(signal.SIGTERM)
    load.phase = "load"
    await working


async def until(load: Visitors, share: float, working: asyncio.Task[None]) -> None:
    """Wait until so many of the visits are over; AssertionError where the load ends by itself."""
    while load.done < share * load.visits:
        assert not working.done(), working.exception()
        if sys.stderr.isatty():
            print(f"{load.done:,} of {load.visits:,} visits", end="\r", file=sys.stderr)
        await asyncio.sleep(0.1)


def said_of_load(load: Visitors, spent: Spent, kills: int) -> list[Finding]:
    """What was sent, and what was answered beside 202."""
    batches = load.visits * BATCHES
    answers = sum(load.answers.values(), Counter[int]())
    rolling = load.answers.get("rolling", Counter[int]())
    said = f"{batches * EVENTS:,} events in {load.visits:,} recordings and {batches:,} batches, {spent.wall:,.0f} s"
    retried = f"{told(answers)}; {load.unheard:,} answers thrown away"
    right = set(answers) <= {202, *AGAIN}
    return [
        Finding("load", f"{said}, {batches / spent.wall:,.0f} batches/s; {kills} kills, a rolling restart"),
        Finding("sent again after", retried, "only what a client sends again after", right),
        Finding("during the rolling restart", told(rolling), "the same", set(rolling) <= {202, *AGAIN}),
    ]


def told(answers: Counter[int]) -> str:
    """Answers in words."""
    rest = ", ".join(f"{n} of {code or 'no answer'}" for code, n in sorted(answers.items()) if code != 202)
    return f"{answers[202]:,} acknowledged, {rest or 'nothing else'}"


def kept(url: str, load: Visitors) -> list[Finding]:
    """Every batch is there, once, byte for byte, and nothing else is; the list counts the same."""
    there = held(url, load)
    everything = load.visits * BATCHES
    right = there.is_right and there.batches == everything == int(load.acknowledged.sum())
    said = f"{there.batches:,} batches and {there.events:,} events: {there}"
    store = open_store(url, readonly=True)
    counts = store.counts()
    store.close()
    listed = f"{counts.recordings:,} recordings, {counts.batches:,} batches, {counts.events:,} events"
    whole = (counts.recordings, counts.batches, counts.events) == (load.visits, everything, everything * EVENTS)
    return [
        Finding("kept", said, f"{everything:,} batches, everything 0", right),
        Finding("the list", listed, f"{load.visits:,} recordings", whole),
    ]


def verdicts(load: Visitors, *, judged: bool) -> Finding:
    """How many were made under load, and how long after the last acknowledgement they counted every event."""
    middle, most, longest = np.quantile(load.waits, [0.5, 0.95, 1])
    said = f"{len(load.waits):,}, {middle:.2f} s after the last batch in the middle, {most:.2f} s of 95 in 100, "
    held = len(load.waits) == load.visits and (not judged or float(most) <= FRESH)
    words = f"one a recording, 95 in 100 within {FRESH:g} s"
    return Finding("verdicts made meanwhile", f"{said}{longest:.1f} s at most", words, held)


def costs(spent: Spent) -> list[Finding]:
    """Processor time and memory."""
    n, peak = spent.load.visits * BATCHES, spent.meter.peak
    server, judging = spent.meter.seconds("server"), spent.meter.seconds("verdicts")
    of_verdict = judging / len(spent.load.waits) * 1e3
    return [
        Finding("server processes", f"{server / n * 1e6:.0f} µs of processor time a batch, a verdict's request for "
                f"each four and every restart included; {peak['server']:.0f} MiB each at most"),
        Finding("their verdict processes", f"{of_verdict:.1f} ms a verdict, starting included; {peak['verdicts']:.0f} "
                "MiB each at most"),
        Finding("PostgreSQL", f"{spent.database / n * 1e6:.0f} µs a batch, reading for verdicts and keeping them "
                f"included; {spent.memory:.0f} MiB beside its shared buffers"),
    ]  # fmt: skip


def disk(postgres: Any, url: str, began: float, load: Visitors) -> list[Finding]:
    """Bytes of tables, indexes and log, an event."""
    n = load.visits * BATCHES * EVENTS

    log = (position(postgres, url) - began) / n
    batches, listed, verdict = (table_bytes(postgres, url, name) / n for name in ("batch", "recording", "verdict"))
    said = f"{batches:.1f} of batches, {listed:.1f} of the list, {verdict:.1f} of verdicts"
    return [Finding("bytes an event on disk", f"{said}, indexes included; {log:.1f} went through the log")]


async def same(two: list[Server], visits: range, secret: str, forget: Callable[[], object]) -> Finding:
    """Both servers say the same of visits that both took batches of. Each computes: `forget` drops what is stored."""
    said: list[list[Any]] = []
    async with Lines(two, "127.0.0.1") as lines:
        for k in range(len(two)):
            forget()
            paths = [f"/v1/recordings/{name_of(visit)}/verdict" for visit in visits]
            said.append([await lines.ask(k, "GET", path, secret=secret) for path in paths])
    good = all(status == 200 for answers in said for status, _ in answers)
    pairs = [tuple(without_copies(json.loads(text)) for _, text in both) for both in zip(*said, strict=True)]
    equal = sum(a == b for a, b in pairs) if good else 0
    said_so = f"{equal} of {len(visits)} the same, but for strokes seen before, which each process remembers for itself"
    return Finding("verdicts by either server", said_so, "all", equal == len(visits))


def without_copies(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict but for what strokes seen before add to it: they lie in the memory of the process that judges."""
    seen = sum(reason["weight"] for reason in verdict["reasons"] if reason["name"] == "seen_before")
    reasons = [reason for reason in verdict["reasons"] if reason["name"] != "seen_before"]
    score = None if verdict["score"] is None else round(verdict["score"] - seen, 9)
    kept = ("recording", "events", "strokes", "model")
    return {name: verdict[name] for name in kept} | {"reasons": reasons, "score": score}


async def fresh(two: list[Server], visits: int, key: tuple[str, str], *, judged: bool) -> Finding:
    """After a batch was acknowledged by the one, how long until the other's verdict counts its events; no load now."""
    waits = []
    async with Lines(two, "127.0.0.1") as lines:
        for k in range(LATER, LATER + visits):
            path = f"/v1/recordings/{name_of(k)}/verdict"
            for sequence, frame in enumerate(frames(k % 997)):
                status, _ = await lines.ask(sequence, "POST", f"/v1/ingest?key={key[0]}", renamed(frame, k))
                assert status == 202, status
                begun, counted = time.monotonic(), 0
                while counted != EVENTS * (sequence + 1):
                    await asyncio.sleep(0.02)
                    counted = json.loads((await lines.ask(sequence + 1, "GET", path, secret=key[1]))[1])["events"]
                waits.append(time.monotonic() - begun)
    slowest, middle = max(waits), float(np.median(waits))
    said = f"{middle:.2f} s in the middle, {slowest:.2f} s at most, of {len(waits)}"
    words = f"{FRESH:g} s, and what the computation itself takes"
    held = float(np.quantile(waits, 0.95)) <= FRESH + 0.3 if judged else None
    return Finding("a verdict that counts the newest batch of a visit that goes on", said, words, held)
