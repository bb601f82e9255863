"""What the live path costs: a verdict on a visit of 1,200 events, and one every two seconds on a visit of 200,000.

Processor time of the thread that judges, of a verdict the least of many, of a look the median: rules, features, trees
and reasons, and for the long visit also fetching its batches and decoding the new ones. Simulated strokes, told of as
the collector does.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from musculus.events import KIND, Events
from musculus.serve import followed
from musculus.serve.verdicts import judge, load_detector
from musculus.store import open_store
from musculus.store.base import BatchRow
from musculus.wire import Batch, encode
from proofs import Finding

VISIT: Final = 1_200  # events
MOST: Final = 3.0  # ms
LONG: Final = 200_000  # events of half an hour
EVERY: Final = 2.0  # seconds between two looks
SHARE: Final = 0.05  # of a core
BATCH: Final = 222  # events: what two seconds of half an hour bring
ORIGIN: Final = 1_700_000_000_000.0


def prove(small: bool) -> list[Finding]:
    """Milliseconds a verdict, and the share of a core that following takes."""
    detector = load_detector()
    visit = made(VISIT)
    said = judge(visit, detector)
    once = least(lambda: judge(visit, detector), 3 if small else 500)
    size = 30_000 if small else LONG
    looks = followed_looks(size, 3 if small else 15)
    share = looks / (EVERY * 1e3)
    about = f"{said.strokes} strokes, {'with' if said.score is not None else 'without'} a score"
    return [
        Finding("measured", f"simulated reaches at 60 Hz with presses, {VISIT:,} events ({about}) and {size:,}"),
        Finding("a verdict", f"{once:.2f} ms of processor time", f"under {MOST:.0f} ms", held(once < MOST, small)),
        Finding("a look at the long one", f"{looks:.0f} ms of processor time, {BATCH} events of them new"),
        Finding("followed", f"{share:.1%} of a core", f"under {SHARE:.0%}", held(share < SHARE, small)),
    ]


def held(well: bool, small: bool) -> bool | None:
    """Nothing is judged by its speed at the small size."""
    return None if small else well


def followed_looks(events: int, looks: int) -> float:
    """The median processor time of a look at a recording that grows by a batch each time, ms."""
    detector, rows = load_detector(), batches(made(events + looks * BATCH))
    begun = len(rows) - looks
    spent = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/store.db")
        store.append(rows[:begun])
        for row in rows[begun:]:
            start = time.thread_time()
            judge(followed.events_of(store.batches(row.site, row.recording)), detector)
            spent.append((time.thread_time() - start) * 1e3)
            store.append([row])
        store.close()
    followed.forget(rows[0].recording)
    return statistics.median(spent[1:])  # the first one decodes all of it


def least(call: Callable[[], object], times: int) -> float:
    """The least processor time of so many calls, ms: what other programs do to the caches is left out."""
    spent = []
    for _ in range(times):
        begun = time.thread_time()
        call()
        spent.append(time.thread_time() - begun)
    return min(spent) * 1e3


def made(events: int) -> Events:
    """Reaches of 40 frames with a little tremor, a press and a release after each, as a page sees them."""
    rng = np.random.default_rng(5)
    each, n = 43, -(-events // 43)
    u = np.append(np.linspace(0, 1, each - 3), [1.0, 1.0, 1.0])
    to = rng.uniform(100, 1000, (n + 1, 2))
    way = to[:-1, None] + (10 * u**3 - 15 * u**4 + 6 * u**5)[:, None] * np.diff(to, axis=0)[:, None]
    way[:, : each - 3] += rng.normal(0, 0.8, (n, each - 3, 2))
    holds = np.sort(rng.uniform(60, 140, (n, 1)))
    t = np.concatenate([np.tile(np.arange(each - 3) * 16.7, (n, 1)), 760 + rng.uniform(0, 90, (n, 1))], axis=1)
    t = np.concatenate([t, t[:, -1:] + rng.permutation(holds), t[:, -1:] + 150], axis=1) + np.arange(n)[:, None] * 1600
    kinds = np.array([KIND["move"]] * (each - 3) + [KIND[k] for k in ("down", "up", "click")], np.int8)
    x, y = np.round(way.reshape(-1, 2)[:events]).T
    kind = np.tile(kinds, n)[:events]
    moves = kind == KIND["move"]
    more = {"trusted": np.ones(events), "source": np.zeros(events), "pointer": np.zeros(events)}
    more |= {"coalesced": np.where(moves, 0, -1), "detail": np.where(moves, 0, 1), "button": np.where(moves, -1, 0)}
    more |= {"pressure": np.where(kind == KIND["down"], 0.5, 0.0), "buttons": np.where(kind == KIND["down"], 1, 0)}
    return Events.of(np.round(t.ravel()[:events], 1), x, y, kind, recording="5e" * 16, **more)


def batches(events: Events) -> list[BatchRow]:
    """The recording in batches, as they lie in a store."""
    rows = []
    for k, a in enumerate(range(0, events.n_events, BATCH)):
        part = {name: values[a : a + BATCH] for name, values in events.columns.items() if name != "page"}
        t, x, y, kind = (part.pop(name) for name in ("t", "x", "y", "kind"))
        b = Batch.of(t, x, y, kind, recording=events.recordings[0], sequence=k, time_origin=ORIGIN, **part)
        rows.append(BatchRow(b.site, b.recording, b.view, k, ORIGIN, 0, b.n, encode(b)))
    return rows
