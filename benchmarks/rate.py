"""How fast the engine computes all its measures: events a second of one core, by cut and tier.

    python benchmarks/rate.py [--events 400000] [--rounds 3]

Unlike the table of peers this reads the recordings as they are: presses, wheel, every kind of row. The two slow
measures (sample entropy, the sigma-lognormal fit) stand apart, on fewer strokes.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from recordings import recordings
from results import figure, plain, table

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import MEASURES, measure

SLOW_EVENTS: Final = 10_000


@dataclass(frozen=True)
class Rate:
    """One way to call the engine: its name, what it wants (events/s: at least, goal), what to compute and of what."""

    name: str
    wanted: tuple[float, float] | None
    per: str
    tier: tuple[str, ...]
    slow: bool = False


RATES: Final = (
    Rate("raw tier, per stroke", (1e6, 3e6), "stroke", ("raw",)),
    Rate("both tiers, per stroke", (0.4e6, 1.5e6), "stroke", ("raw", "s")),
    Rate("raw tier, per recording", None, "recording", ("raw",)),
    Rate("both tiers, per recording", None, "recording", ("raw", "s")),
    Rate("the slow measures alone, per stroke", None, "stroke", ("raw", "s"), slow=True),
)


def rates(events: Events, rounds: int, progress: Callable[[str], None] = lambda words: None) -> str:
    """A Markdown table: the median over rounds, one thread, everything computed once before; the slow ones once, last.

    Between the others their half minute would leave the system's large pages to others, and the next pay for it.
    """
    seconds: dict[str, list[float]] = {r.name: [] for r in RATES}
    columns: dict[str, int] = {}
    few = first(events, SLOW_EVENTS)
    for k in range(rounds + 2):
        for r in [r for r in RATES if r.slow == (k > rounds)]:
            progress(f"{r.name}: round {k} of {rounds}")
            given = few if r.slow else events
            only = [m.name for m in MEASURES.values() if m.slow] if r.slow else None
            begun = time.process_time()
            done = measure(given, cut(given, r.per), tier=r.tier, only=only, threads=1)
            if k:
                seconds[r.name].append(time.process_time() - begun)
            columns[r.name] = len(done.names)
    rows = []
    for r in RATES:
        given = few if r.slow else events
        rate = given.n_events / statistics.median(seconds[r.name])
        wanted = f"{figure(r.wanted[0])} ({figure(r.wanted[1])})" if r.wanted else ""
        rows.append([r.name, str(columns[r.name]), f"{given.n_events:,}", figure(rate), wanted])
    return table(["what", " columns", " events", " events/s", " wanted (goal)"], rows)


def first(events: Events, most: int) -> Events:
    """The first recording, as far as so many of its events."""
    one = events[0]
    n = min(most, one.n_events)
    columns = {name: values[:n] for name, values in one.columns.items()}
    return Events.build(columns, one.offsets.clip(max=n), one.recordings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=400_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    events, what = recordings(options.events)
    print(f"{what}; events a second of processor time, cutting included\n\n{plain(rates(events, options.rounds))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
