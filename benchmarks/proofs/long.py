"""One recording of 10 million events: every measure comes, those that numpy can add up agree, memory stays bounded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from recordings import recordings
from results import figure

from musculus.cut import position_rows
from musculus.events import Events
from musculus.read import write
from proofs import Finding
from proofs.metered import metered
from proofs.repeated import joined

EVENTS = 10_000_000


def prove(small: bool) -> list[Finding]:
    """Through `musculus measure` from a file."""
    events, what = recordings(20_000 if small else 2_300_000)
    one = joined(events, 50_000 if small else EVENTS)
    found = [Finding("joined", f"{what}, one after the other until there are {one.n_events:,}")]
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "one.parquet", Path(folder) / "out.parquet"
        write(one, file)
        cost = metered(["measure", str(file), "--cut", "recording", "-o", str(out), "--json"])
        row = pl.read_parquet(out)
    said = f"{figure(one.n_events / cost.cpu)} events/s of one core, {cost.wall:.1f} s, {cost.peak:,.0f} MiB at most"
    found.append(Finding(f"every measure of {one.n_events:,} events", said))
    for name, value in by_numpy(one).items():
        off = abs(row[name][0] - value) / max(abs(value), 1.0)
        found.append(Finding(f"{name} beside numpy", f"differs by {off:.0e}", "at most 1e-9", off <= 1e-9))
    return found


def by_numpy(events: Events) -> dict[str, float]:
    """A few measures of one recording, each in a line or two."""
    use = position_rows(events) & np.isfinite(events.x) & np.isfinite(events.y) & np.isfinite(events.t)
    t, x, y = events.t[use], events.x[use], events.y[use]
    clock = np.maximum.accumulate(t)
    last = np.append(clock[1:] != clock[:-1], True)
    speed = np.hypot(np.diff(x[last]), np.diff(y[last])) / np.diff(clock[last]) * 1e3
    way = np.hypot(np.diff(x), np.diff(y))
    found = {
        "path_length": way.sum(),
        "displacement": np.hypot(x[-1] - x[0], y[-1] - y[0]),
        "velocity_mean": speed.mean(),
        "velocity_q95": np.quantile(speed, 0.95),
        "velocity_max": speed.max(),
        "box_width": np.ptp(x),
        "movement_time": t[-1] - t[0],
    }
    return {name: float(value) for name, value in found.items()}
