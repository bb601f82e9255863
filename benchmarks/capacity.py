"""How many machines, and how much storage, so many visits a day take, and what gives way first.

    python benchmarks/capacity.py --visits 1000 1000000 1000000000 --seconds 120 --events 1200

What a batch, a verdict and an event cost are the figures of `make prove ARGS=capacity` in benchmarks/RESULTS.md, or,
where that has not run, of a short measurement here and now.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from results import FILE, figure, plain, read, table

DAY: Final = 86_400  # seconds
EVERY: Final = 5.0  # seconds between two batches of the collector
LOAD: Final = 0.5  # the share of a core that a plan gives away at the peak
NIGHT: Final = 4 * 3600  # seconds that a day's events may take to be measured again
TITLE: Final = "Proof: capacity"


@dataclass(frozen=True)
class Costs:
    """What one of each takes: seconds of one core, bytes, events a second of one core."""

    batch: float  # seconds a batch, received, checked and durable
    verdict: float  # seconds a verdict on a visit of ordinary length
    wire: float  # bytes an event, as the collector sends it
    store: float  # bytes an event in the store, indexes included
    lake: float  # bytes an event in the lake
    rate: float  # events a second of one core, every measure of a recording, files read and written
    database: float = 60e-6  # seconds a batch in PostgreSQL's own processes, where it is the store
    asked: float = 1.2e-3  # seconds of a server for the request for a verdict, beside computing it
    looked: float = 0.3e-3  # seconds of PostgreSQL for a verdict
    held: float = 20.0  # bytes an event in PostgreSQL, indexes included
    log: float = 30.0  # bytes an event through its write-ahead log
    overhead: float = 5.0  # processor time of Spark over that of one process


SAID: Final = {  # how the proof words a cost, and in what unit of ours
    "batch": (r"a durable batch", 1e-6), "verdict": (r"a verdict", 1e-3), "wire": (r"an event on the wire", 1.0),
    "store": (r"an event in the store", 1.0), "lake": (r"an event in the lake", 1.0),
    "rate": (r"every measure of a recording", 1e3), "database": (r"a durable batch in PostgreSQL", 1e-6),
    "asked": (r"a request for a verdict", 1e-3), "looked": (r"what a verdict takes of PostgreSQL", 1e-3),
    "held": (r"an event in PostgreSQL", 1.0), "log": (r"an event in its log", 1.0),
}  # fmt: skip


@dataclass(frozen=True)
class Traffic:
    """Visits a day over all sites; `seconds` and `events` of a visit; the busiest second over the day's mean."""

    visits: float
    seconds: float = 120.0
    events: float = 1200.0
    peak: float = 4.0
    sites: int = 1

    @property
    def batches(self) -> int:
        """Batches of a visit."""
        return max(1, math.ceil(self.seconds / EVERY))

    @property
    def busiest(self) -> float:
        """Visits that begin in the busiest second."""
        return self.visits / DAY * self.peak


@dataclass(frozen=True)
class Machine:
    """One of the machines that a plan counts in."""

    cores: int = 8
    disk: float = 1e12  # bytes
    line: float = 1e9  # bit a second


@dataclass(frozen=True)
class Plan:
    """What the traffic takes at its busiest; cores are full ones, before `LOAD`."""

    batches: float
    ingest: float
    verdicts: float
    line: float
    store: float
    lake: float
    night: float
    machines: int
    stores: int
    spark: int
    first: str
    wait: float
    database: float
    held: float
    log: float
    databases: int
    first_database: str


def plan(traffic: Traffic, costs: Costs, machine: Machine, keep: int = 30, looks: float = 1.0) -> Plan:
    """Resources for a traffic: `keep` days in the store, a year in the lake, `looks` verdicts a batch.

    >>> costs = Costs(batch=250e-6, verdict=10e-3, wire=7, store=8, lake=3, rate=700e3)
    >>> made = plan(Traffic(visits=1e6), costs, Machine())
    >>> round(made.batches), round(made.ingest, 2), round(made.verdicts, 1), made.machines, made.databases
    (1111, 0.28, 12.4, 4, 1)
    """
    batches = traffic.busiest * traffic.batches
    ingest, verdicts = batches * costs.batch, batches * looks * (costs.verdict + costs.asked)
    line = traffic.busiest * traffic.events * costs.wire * 8
    events = traffic.visits * traffic.events
    store, lake = events * costs.store * keep, events * costs.lake * 365
    night = events / costs.rate / NIGHT
    stores = max(ingest / LOAD, store / machine.disk)  # a store's one writer is half busy at most
    needs = {  # in machines
        "verdicts": verdicts / LOAD / machine.cores,
        "ingest": ingest / LOAD / machine.cores,
        "the network": line / LOAD / machine.line,
        "the store's writer": ingest / LOAD,
        "the store's disk": store / machine.disk,
    }
    most = max(needs, key=needs.__getitem__)
    machines = math.ceil(max(needs["verdicts"] + needs["ingest"], needs["the network"]))
    wait = waiting(min(batches, LOAD / costs.batch), costs.batch)
    first = f"{most}, at {visits_of(traffic, needs[most])} visits a day"
    spark = math.ceil(night * costs.overhead / machine.cores) if night > machine.cores else 0
    database = batches * (costs.database + looks * costs.looked)
    held, log = events * costs.held * keep, traffic.busiest * traffic.events * costs.log
    of_database = {
        "its processors": database / LOAD / machine.cores,
        "its disk": held / machine.disk,
        "the line of its log to a standby": log * 8 / LOAD / machine.line,
    }
    tight = max(of_database, key=of_database.__getitem__)
    return Plan(
        batches, ingest, verdicts, line, store, lake, night, machines, math.ceil(stores), spark, first, wait,
        database, held, log, math.ceil(of_database[tight]),
        f"{tight}, at {visits_of(traffic, of_database[tight])} visits a day",
    )  # fmt: skip


def visits_of(traffic: Traffic, machines: float) -> str:
    """Visits a day at which one machine is full, where these take so many."""
    return f"{float(f'{traffic.visits / machines:.2g}'):,.0f}"


def waiting(rate: float, each: float, cores: int = 1, count: int = 100_000, seed: int = 0) -> float:
    """The wait that one batch in a hundred exceeds, seconds: arrivals at random, one queue for each core.

    Infinite where more comes than can be done. Lindley's recursion over `count` arrivals.

    >>> waiting(100, 1e-3) < 1e-3 < waiting(900, 1e-3) < 0.1, waiting(1100, 1e-3)
    (True, inf)
    """
    if rate * each >= cores:
        return math.inf
    rng = np.random.default_rng(seed)
    steps = each - rng.exponential(cores / rate, count)
    walk = np.concatenate([[0.0], np.cumsum(steps)])
    waits = walk - np.minimum.accumulate(walk)
    return float(np.quantile(waits, 0.99))


def known(file_text: str) -> Costs | None:
    """The costs that the proof wrote down; None where one is missing."""
    found = {}
    for name, (words, unit) in SAID.items():
        if not (match := re.search(rf"\| {words}[^|]*\| ([\d.]+)", file_text)):
            return None
        found[name] = float(match[1]) * unit
    return Costs(**found)


def with_proofs(costs: Costs, sections: Mapping[str, str]) -> Costs:
    """The costs with what the proofs `scale` and `spark` found on files, where they have run."""
    large = r"\| 50,000,000 events, per recording[^|]*\| ([\d.]+) k events"
    if match := re.search(large, sections.get("Proof: scale", "")):
        costs = replace(costs, rate=float(match[1]) * 1e3)
    if match := re.search(r"\| overhead \| ([\d.]+) times", sections.get("Proof: spark", "")):
        costs = replace(costs, overhead=float(match[1]))
    return costs


def report(traffics: Sequence[Traffic], costs: Costs, machine: Machine, keep: int) -> str:
    """A Markdown table, a column a traffic."""
    plans = [plan(t, costs, machine, keep) for t in traffics]
    rows = [
        ["visits in the busiest second", *(figure(t.busiest) for t in traffics)],
        ["visits under way then", *(figure(t.busiest * t.seconds) for t in traffics)],
        ["batches a second then", *(figure(p.batches) for p in plans)],
        ["cores busy with ingest", *(figure(p.ingest) for p in plans)],
        ["cores busy with verdicts, one a batch", *(figure(p.verdicts) for p in plans)],
        ["network, Mbit/s", *(figure(p.line / 1e6) for p in plans)],
        [f"store, {keep} days, GB", *(figure(p.store / 1e9) for p in plans)],
        ["lake, a year, GB", *(figure(p.lake / 1e9) for p in plans)],
        ["cores that measure a day in 4 h of the night", *(figure(p.night) for p in plans)],
        [f"serving machines of {machine.cores} cores, half busy", *(f"{p.machines:,}" for p in plans)],
        [f"stores of {machine.disk / 1e12:g} TB, their writers half busy", *(f"{p.stores:,}" for p in plans)],
        ["Spark machines at night", *(f"{p.spark:,}" if p.spark else "none: one does" for p in plans)],
        ["files of the lake a day, by site and hour", *(f"{min(24 * t.sites, round(t.visits)):,}" for t in traffics)],
        ["wait for a writer, one batch in a hundred, ms", *(figure(p.wait * 1e3) for p in plans)],
        ["the first machine gives way by", *(p.first for p in plans)],
        ["cores busy in PostgreSQL, where it is the store", *(figure(p.database) for p in plans)],
        [f"PostgreSQL, {keep} days, GB", *(figure(p.held / 1e9) for p in plans)],
        ["its log, MB a second", *(figure(p.log / 1e6) for p in plans)],
        [f"databases of {machine.cores} cores and {machine.disk / 1e12:g} TB", *(f"{p.databases:,}" for p in plans)],
        ["the first of them gives way by", *(p.first_database for p in plans)],
    ]
    return table(["", *(f" {t.visits:,.0f} visits a day" for t in traffics)], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=float, nargs="+", default=[1e3, 1e6, 1e9], help="a day, over all sites")
    parser.add_argument("--sites", type=int, default=1, help="that the visits are spread over")
    parser.add_argument("--seconds", type=float, default=120, help="a visit")
    parser.add_argument("--events", type=float, default=1200, help="a visit")
    parser.add_argument("--peak", type=float, default=4, help="the busiest second over the day's mean (default: 4)")
    parser.add_argument("--keep", type=int, default=30, help="days in the store (default: 30)")
    parser.add_argument("--cores", type=int, default=8, help="of a machine")
    parser.add_argument("--markdown", action="store_true", help="as it stands in docs/scale.md")
    for field in fields(Costs):
        parser.add_argument(f"--cost-{field.name}", type=float, help=f"instead of the measured one ({field.name})")
    o = parser.parse_args(arguments)
    sections = read(FILE)
    costs = known(sections.get(TITLE, ""))
    if costs is None:
        from proofs.capacity import costs_here

        costs = costs_here(small=True)
    costs = with_proofs(costs, sections)
    given = {f.name: v for f in fields(Costs) if (v := getattr(o, f"cost_{f.name}")) is not None}
    costs = Costs(**{f.name: given.get(f.name, getattr(costs, f.name)) for f in fields(Costs)})
    traffics = [Traffic(v, o.seconds, o.events, o.peak, o.sites) for v in o.visits]
    made = report(traffics, costs, Machine(o.cores), o.keep)
    print(made if o.markdown else plain(made))


if __name__ == "__main__":
    main()
