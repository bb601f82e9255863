"""Two cores against one: the same values, and nearly twice the speed."""

from __future__ import annotations

import os
import time

import numpy as np
from recordings import recordings

from musculus.events import Events
from musculus.measures import measure
from proofs import Finding

EVENTS, ROUNDS = 2_300_000, 6
WANTED = 1.8


def prove(small: bool) -> list[Finding]:
    """Time that passes with one thread and with two, in turns; the least of each: what else runs only adds to it."""
    events, what = recordings(20_000 if small else EVENTS)
    found = [Finding("measured", what)]
    alone, both = measure(events, "stroke", threads=1), measure(events, "stroke", threads=2)
    same = np.array_equal(alone.values, both.values, equal_nan=True)
    found.append(Finding("values of two threads", "the same bits" if same else "differ", "the same bits", same))
    for tier in (("raw",), ("raw", "s")):
        spent: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        for _ in range(1 if small else ROUNDS):
            for threads in (1, 2):
                spent[threads].append(seconds(events, tier, threads))
        (one, _), (two, cpu) = min(spent[1]), min(spent[2])
        said = f"{one / two:.2f} times as fast: {one:.2f} s and {two:.2f} s, with {cpu / two:.2f} cores' work in it"
        judged = not small and (os.cpu_count() or 1) >= 2
        held = one / two >= WANTED if judged else None
        found.append(Finding(f"{' and '.join(tier)} tier, per stroke", said, f"at least {WANTED} times", held))
    return found


def seconds(events: Events, tier: tuple[str, ...], threads: int) -> tuple[float, float]:
    """How long all measures of the tiers take, and the processor time in it."""
    begun, before = time.perf_counter(), time.process_time()
    measure(events, "stroke", tier=tier, threads=threads)
    return time.perf_counter() - begun, time.process_time() - before
