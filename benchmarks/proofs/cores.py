"""Two cores against one: the same values, and nearly twice the speed."""

from __future__ import annotations

import os
import statistics
import time

import numpy as np
from recordings import recordings

from musculus.events import Events
from musculus.measures import measure
from proofs import Finding

EVENTS, ROUNDS = 2_300_000, 5
WANTED = 1.8


def prove(small: bool) -> list[Finding]:
    """Time that passes with one thread and with two, in turns."""
    events, what = recordings(20_000 if small else EVENTS)
    found = [Finding("measured", what)]
    alone, both = measure(events, "stroke", threads=1), measure(events, "stroke", threads=2)
    same = np.array_equal(alone.values, both.values, equal_nan=True)
    found.append(Finding("values of two threads", "the same bits" if same else "differ", "the same bits", same))
    for tier in (("raw",), ("raw", "s")):
        passed: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(1 if small else ROUNDS):
            for threads in (1, 2):
                passed[threads].append(seconds(events, tier, threads))
        gain = statistics.median(passed[1]) / statistics.median(passed[2])
        judged = not small and (os.cpu_count() or 1) >= 2
        found.append(
            Finding(f"{' and '.join(tier)} tier, per stroke", f"{gain:.2f} times as fast", f"at least {WANTED}",
                    gain >= WANTED if judged else None)
        )  # fmt: skip
    return found


def seconds(events: Events, tier: tuple[str, ...], threads: int) -> float:
    """How long all measures of the tiers take."""
    begun = time.perf_counter()
    measure(events, "stroke", tier=tier, threads=threads)
    return time.perf_counter() - begun
