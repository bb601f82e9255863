"""What is measured: the Balabit recordings, or simulated strokes where they aren't at hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import numpy as np
from same_work import Rows

from musculus.cut import Cuts, cut, position_rows
from musculus.events import Events

FOLDER: Final = Path(__file__).resolve().parents[2] / "shared" / "data"


def balabit() -> Path | None:
    """The folder of Balabit's training sessions, beneath MUSCULUS_DATA; None where it isn't there."""
    folder = Path(os.environ.get("MUSCULUS_DATA", FOLDER)) / "balabit" / "training_files"
    return folder if folder.is_dir() else None


def recordings(events: int) -> tuple[Events, str]:
    """Whole recordings, as many as it takes to have so many events, and what they are in a sentence."""
    folder = balabit()
    if folder is None:
        made = simulated(events)
        return made, f"{made.n_events:,} simulated events: no Balabit recordings at MUSCULUS_DATA"
    from musculus.read import read

    parts: list[Events] = []
    for path in sorted(folder.rglob("session_*")):
        if sum(part.n_events for part in parts) >= events:
            break
        parts.append(read(path))
    found = Events.concat(parts)
    return found, f"{len(found)} training sessions of the Balabit challenge, {found.n_events:,} events"


def simulated(events: int, seed: int = 0, longest: int = 20_000) -> Events:
    """Recordings of minimum-jerk strokes in whole pixels at 125 Hz with rests, tremor and clocks that stand still."""
    rng = np.random.default_rng(seed)
    parts = []
    left = events
    while left > 0:
        n = min(left, longest)
        parts.append(_one(rng, n, f"simulated-{len(parts)}"))
        left -= n
    return Events.concat(parts)


def _one(rng: np.random.Generator, events: int, name: str) -> Events:
    t, x, y = [], [], []
    now, here, rows = 0.0, rng.uniform(100, 900, 2), 0
    while rows < events:
        n = int(rng.integers(4, 60))
        there = rng.uniform(100, 900, 2)
        s = np.linspace(0, 1, n)
        way = (s**3 * (10 - 15 * s + 6 * s * s))[:, None] * (there - here) + here
        way = np.round(way + rng.normal(0, 0.7, (n, 2)))
        t.append(now + 8.0 * np.arange(n) + rng.choice([0.0, 0.0, -8.0], n))
        x.append(way[:, 0])
        y.append(way[:, 1])
        now, here, rows = t[-1][-1] + rng.uniform(300, 2000), there, rows + n
    times = np.concatenate(t)[:events]
    return Events.of(times, np.concatenate(x)[:events], np.concatenate(y)[:events], recording=name)


def rows_of(events: Events, cuts: str | Cuts) -> Rows:
    """The finite positions of each cut as the rows of the same work; cuts without any are left out."""
    made = cut(events, cuts) if isinstance(cuts, str) else cuts
    use = position_rows(events) & np.isfinite(events.t) & np.isfinite(events.x) & np.isfinite(events.y)
    before = np.append(0, np.cumsum(use))
    length = before[made.end] - before[made.start]
    inside = np.zeros(events.n_events + 1, np.int64)
    np.add.at(inside, made.start, 1)
    np.add.at(inside, made.end, -1)
    keep = use & (np.cumsum(inside[:-1]) > 0)
    offsets = np.append(0, np.cumsum(length[length > 0]))
    return Rows(events.t[keep], events.x[keep], events.y[keep], offsets)


def sampled_strokes(events: Events, least: int) -> Rows:
    """The samples of the time view of the strokes that have at least so many of them."""
    from musculus.measures.paths import Paths

    view = Paths(events, cut(events, "stroke"))
    length = np.diff(view.offsets)
    long = length >= least
    keep = np.repeat(long, length)
    return Rows(view.t[keep], view.x[keep], view.y[keep], np.append(0, np.cumsum(length[long])))
