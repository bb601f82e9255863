"""Events tables of any size: recordings repeated under new ids, written to Parquet without holding them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from recordings import recordings

from musculus.events import Events
from musculus.read import write

BASE = 2_300_000  # events: all of Balabit's training sessions


def base(folder: Path, events: int) -> tuple[Path, str]:
    """The recordings that are repeated, as a Parquet file, and what they are."""
    found, what = recordings(min(events, BASE))
    write(found, folder / "base.parquet")
    return folder / "base.parquet", what


def repeated(path: Path, events: int, out: Path) -> Path:
    """An events table of exactly so many events: the recordings of `path` again and again under new ids."""
    rows = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    times = -(-events // rows)
    columns = ["recording", "t", "kind", "x", "y", "button"]
    parts = [
        pl.scan_parquet(path).select(columns).with_columns(recording=pl.format("{}-{}", "recording", pl.lit(k)))
        for k in range(times)
    ]
    pl.concat(parts).head(events).sink_parquet(out, row_group_size=500_000)
    return out


def joined(events: Events, rows: int) -> Events:
    """One recording of exactly so many events: those of all recordings, one after the other, again and again."""
    n = events.n_events
    lap = float(events.t.max()) + 1000.0
    which = np.arange(rows) % n
    of = events.recording_of_row()
    begins = np.arange(len(events)) * lap
    t = events.t[which] + begins[of[which]] + (np.arange(rows) // n) * (lap * len(events))
    columns = {"t": t, "x": events.x[which], "y": events.y[which], "kind": events.kind[which]}
    columns["button"] = events.columns["button"][which]
    return Events.build(columns, np.array([0, rows], np.int64), ["one"])
