"""What the capacity plan is made of, measured, and the plan beside load at sizes that fit here.

A real server under load gives the cost of a batch, and four times the load must cost four times as much, and four
times the visits must take four times the store and the lake.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from capacity import Costs
from postgres_costs import postgres_costs
from recordings import simulated

from musculus.events import Events
from musculus.measures import measure
from musculus.serve.verdicts import judge, load_detector
from musculus.store import open_store
from musculus.store.base import BatchRow
from musculus.store.export import export
from musculus.wire import Batch, encode
from proofs import Finding

INGEST = Path(__file__).resolve().parents[1] / "ingest.py"
HOUR = 3_600_000
VISIT, OF_A_BATCH = 1200, 50  # events: two minutes at ten a second, sent every five seconds
NEAR = 1.3  # a plan that is off by less is a plan
SAME = {"trusted": 1, "primary": 1, "fractional": 0, "pointer_id": 1, "buttons": 0, "source": "pointer",
        "pointer": "mouse"}  # fmt: skip


def prove(small: bool) -> list[Finding]:
    """Costs, then what they foretell beside what happens."""
    costs = costs_here(small)
    found = [
        Finding("a durable batch", f"{costs.batch * 1e6:.0f} µs of processor time"),
        Finding("a verdict on a visit of 1,200 events", f"{costs.verdict * 1e3:.1f} ms of processor time"),
        Finding("an event on the wire", f"{costs.wire:.2f} bytes"),
        Finding("an event in the store", f"{costs.store:.2f} bytes"),
        Finding("an event in the lake", f"{costs.lake:.2f} bytes"),
        Finding("every measure of a recording", f"{costs.rate / 1e3:.0f} k events/s of one core"),
    ]
    return found + on_postgres(small) + checks(costs, small)


def on_postgres(small: bool) -> list[Finding]:
    """What it costs where PostgreSQL is the store, and the same costs at four times the load."""
    made = postgres_costs(40 if small else 2000, small=small)
    if made is None:
        return [Finding("PostgreSQL", "no server here: apt-get install postgresql")]
    found = [
        Finding("a durable batch in PostgreSQL", f"{made.database * 1e6:.0f} µs of processor time, and "
                f"{made.server * 1e6:.0f} µs in the server's process"),
        Finding("a request for a verdict", f"{made.asked * 1e3:.2f} ms of processor time in the server's process"),
        Finding("what a verdict takes of PostgreSQL", f"{made.looked * 1e3:.2f} ms of processor time"),
        Finding("an event in PostgreSQL", f"{made.stored:.1f} bytes, indexes included"),
        Finding("an event in its log", f"{made.logged:.1f} bytes"),
    ]  # fmt: skip
    if small:
        return found
    more = postgres_costs(8000, small=False)
    assert more
    shares = (more.database / made.database, more.server / made.server, more.stored / made.stored,
              more.logged / made.logged)  # fmt: skip
    said = "{:.2f} of PostgreSQL's time, {:.2f} of the server's, {:.2f} of the bytes, {:.2f} of the log".format(*shares)
    held = all(1 / NEAR < share < NEAR for share in shares)
    at = f"at {more.rate:,.0f} batches/s"
    return [*found, Finding("32,000 batches into PostgreSQL", f"{said}, {at}", f"within {NEAR} times", held)]


def checks(costs: Costs, small: bool) -> list[Finding]:
    """What the plan says beside load and storage of other sizes than it was made from."""
    batches, visits = (300, 10) if small else (6000, 400)
    more = loaded(batches, 64)
    said = more["cpu_us_per_durable_batch"] * 1e-6 / costs.batch
    refused = sum(n for code, n in more["answers"].items() if code != "202")
    share = stored(visits)[0] / costs.store, stored(visits)[1] / costs.lake
    judged = not small
    return [
        Finding(f"{batches:,} batches over 64 connections", f"{said:.2f} times what the plan says, {refused} refused",
                f"within {NEAR} times, 0 refused", 1 / NEAR < said < NEAR and not refused if judged else None),
        Finding(f"a server under load, {more['batches_per_second']:,} batches/s",
                f"{more['batches_per_second'] * more['cpu_us_per_durable_batch'] / 1e6:.2f} of a core"),
        Finding(f"{visits} visits in the store and in the lake",
                f"{share[0]:.2f} and {share[1]:.2f} times what the plan says", f"within {NEAR} times",
                all(1 / NEAR < s < NEAR for s in share) if judged else None),
    ]  # fmt: skip


def costs_here(small: bool) -> Costs:
    """The costs, measured on this machine in processor time."""
    load = loaded(300 if small else 1500, 16)
    wire, store, lake = sizes(5 if small else 100)
    return Costs(load["cpu_us_per_durable_batch"] * 1e-6, verdict(3 if small else 30), wire, store, lake, rate(small))


def loaded(batches: int, clients: int) -> dict[str, Any]:
    """A server of its own under load: what benchmarks/ingest.py prints."""
    line = [sys.executable, str(INGEST), "--batches", str(batches + 100), "--clients", str(clients)]
    done = subprocess.run(line, capture_output=True, text=True, check=True)  # noqa: S603  # a list, no shell
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def verdict(times: int) -> float:
    """Seconds of processor time for a verdict on a visit, the median."""
    events, detector = simulated(VISIT), load_detector()
    spent = []
    for _ in range(times + 1):
        begun = time.process_time()
        judge(events, detector)
        spent.append(time.process_time() - begun)
    return statistics.median(spent[1:])


def rate(small: bool) -> float:
    """Events a second of one core, every measure of each recording."""
    events = simulated(20_000 if small else 500_000, longest=VISIT)
    measure(events[:1], "recording", threads=1)
    begun = time.process_time()
    measure(events, "recording", threads=1)
    return events.n_events / (time.process_time() - begun)


def stored(visits: int) -> tuple[float, float]:
    """Bytes an event in the store and in the lake."""
    return sizes(visits)[1:]


def sizes(visits: int) -> tuple[float, float, float]:
    """Bytes an event on the wire, in the store, in the lake: visits sent as the collector sends them."""
    wire = 0
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/musculus.db")
        for k in range(visits):
            rows = batches(simulated(VISIT, seed=k), k)
            wire += sum(len(row.frame) for row in rows)
            store.append(rows)
        export(store, f"{folder}/lake", now=(470_000 + 100) * HOUR)
        store.close()
        held = sum(f.stat().st_size for f in Path(folder).glob("musculus.db*"))
        lake = sum(f.stat().st_size for f in Path(folder).glob("lake/events/**/*.parquet"))
    n = visits * VISIT
    return wire / n, held / n, lake / n


def batches(events: Events, visit: int) -> list[BatchRow]:
    """One visit as the rows of a store."""
    columns = {name: [value] * OF_A_BATCH for name, value in SAME.items()}
    name, received = f"{visit:032x}", 470_000 * HOUR + visit * 1000
    rows = []
    for k in range(0, events.n_events, OF_A_BATCH):
        t, x, y = (np.asarray(events.columns[c][k : k + OF_A_BATCH]) for c in ("t", "x", "y"))
        ids = {"recording": name, "view": name[16:], "sequence": k // OF_A_BATCH, "time_origin": float(received)}
        frame = encode(Batch.of(t, x, y, **ids, **columns))
        rows.append(BatchRow("demo", name, name[16:], k // OF_A_BATCH, float(received), received, len(t), frame))
    return rows
