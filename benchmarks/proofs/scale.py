"""50 million events through `musculus measure`: memory bounded by the part and not by the file, time in proportion.

Recordings repeated under new ids, one Parquet file each of 1, 5, 20 and 50 M events; all measures of both tiers, a
row a recording; then a few columns of every stroke of the largest file.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from results import figure

from proofs import Finding
from proofs.metered import Cost, metered
from proofs.repeated import base, repeated

SIZES = (1_000_000, 5_000_000, 20_000_000, 50_000_000)
SMALL = (20_000, 60_000)
MOST = 1536.0  # MiB
LINEAR = 0.9  # of the smallest file's events a second


def prove(small: bool) -> list[Finding]:
    """Measure files of growing size; only the full size is judged by its speed and memory."""
    sizes = SMALL if small else SIZES
    found: list[Finding] = []
    rates: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        first, what = base(Path(folder), sizes[-1])
        found.append(Finding("repeated", what))
        for events in sizes:
            file = repeated(first, events, Path(folder) / "events.parquet")
            cost = run(file, events, Path(folder) / "out.parquet", "recording")
            rates.append(events / cost.cpu)
            found.append(
                finding(f"{events:,} events, per recording, every measure", cost, events, None if small else MOST)
            )
        few = ["--only", "velocity,acceleration,path_length,straightness"]
        cost = run(file, sizes[-1], Path(folder) / "out.parquet", "stroke", *few)
        found.append(finding(f"{sizes[-1]:,} events, per stroke, 24 columns", cost, sizes[-1], None if small else MOST))
    share = rates[-1] / rates[0]
    said = f"{share:.2f} of the events/s of the smallest"
    found.append(Finding("the largest file", said, f"at least {LINEAR}", None if small else share >= LINEAR))
    return found


def run(file: Path, events: int, out: Path, cut: str, *more: str) -> Cost:
    """`musculus measure`, and a look at what it wrote: a row a cut, and every event in one of the recordings."""
    cost = metered(["measure", str(file), "--cut", cut, "-o", str(out), "--json", *more])
    table = pl.scan_parquet(out)
    rows = int(table.select(pl.len()).collect().item())
    assert cost.document["events"] == events, cost.document
    assert cost.document["rows"] == rows, cost.document
    if cut == "recording":
        names = table.select(pl.col("recording").n_unique()).collect().item()
        assert names == rows == cost.document["recordings"]
    return cost


def finding(of: str, cost: Cost, events: int, most: float | None) -> Finding:
    """Events a second of processor time, the time that passed, and the memory."""
    said = f"{figure(events / cost.cpu)} events/s of one core, {cost.wall:.1f} s, {cost.peak:,.0f} MiB at most"
    return Finding(of, said, f"under {MOST:,.0f} MiB", None if most is None else cost.peak < most)
