"""50 million events through Spark on two workers: the values of one process, what the engine costs, a worker killed.

Balabit's training sessions repeated under new ids, a Parquet file a lap; 24 columns of every stroke, by `musculus
measure` in one process and by `musculus.scale.spark` on a standalone cluster on this machine.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from cluster import Cluster, cluster, session, wait_for, why_not

from proofs import Finding
from proofs.metered import metered
from proofs.repeated import BASE, base

EVENTS, SMALL = 50_000_000, 1_000_000
LAP = 100_000  # events of a lap of the small size
ONLY = ("velocity", "acceleration", "path_length", "straightness")
OF = ["recording", "cut"]


def prove(small: bool) -> list[Finding]:
    """One process, then the cluster, then the cluster with a worker killed."""
    if missing := why_not():
        return [Finding("not run", missing)]
    events, lap = (SMALL, LAP) if small else (EVENTS, BASE)
    with tempfile.TemporaryDirectory() as folder:
        lake, out = Path(folder) / "lake", Path(folder) / "one.parquet"
        recordings, count, what = laps(Path(folder), lake, events, lap)
        one = metered(["measure", str(lake), "--cut", "stroke", "--only", ",".join(ONLY), "-o", str(out), "--json"])
        assert one.document["events"] == count, one.document
        wanted = pl.read_parquet(out).sort(OF)
        files = len(list(lake.iterdir()))
        found = [
            Finding("repeated", f"{what}; {files} files, {recordings:,} recordings, {count:,} events"),
            Finding("one process", f"{one.cpu:.0f} s of processor time, {one.wall:.0f} s, {one.peak:,.0f} MiB at most"),
        ]
        with cluster(2) as made, session(made, **({} if small else {"spark.executor.extraJavaOptions": ""})) as spark:
            found += through_spark(spark, made, lake, wanted, (recordings, count), one)
    return found


def through_spark(
    spark: Any, made: Cluster, lake: Path, wanted: pl.DataFrame, count: tuple[int, int], one: Any
) -> list[Finding]:
    """The cluster's run beside the one process, and one from which a worker is taken away."""
    before, begun = made.seconds(spark), time.monotonic()
    came = measured(spark, lake, lake.parent / "two")
    wall, cpu = time.monotonic() - begun, made.seconds(spark) - before
    found = [
        Finding("two workers", f"{cpu:.0f} s of processor time, {wall:.0f} s"),
        Finding("overhead", f"{cpu / one.cpu:.2f} times the processor time, {wall / one.wall:.2f} times the time"),
        counted(came, count), same(lake.parent / "two", wanted, "two workers"),
    ]  # fmt: skip
    came, finished = killed(spark, made, lake)
    found.append(counted(came, count, f" with a worker killed after {finished} files"))
    found.append(same(lake.parent / "killed", wanted, "a worker killed"))
    return found


def measured(spark: Any, lake: Path, out: Path) -> tuple[int, int]:
    """Measure, write the rows, count; the recordings and events that came out."""
    from musculus.scale import spark as on

    with on.measure(lake, "stroke", only=ONLY, spark=spark, to=out) as run:
        return run.recordings, run.events


def killed(spark: Any, made: Cluster, lake: Path) -> tuple[tuple[int, int], int]:
    """The same run with a worker killed once some files are done; what came out, and how many files were done."""
    runs: list[tuple[int, int]] = []
    out = lake.parent / "killed"
    job = threading.Thread(target=lambda: runs.append(measured(spark, lake, out)))
    job.start()
    wait_for(lambda: bool(runs) or len(list(out.glob("part-*"))) >= 2, "the first files")
    finished = len(list(out.glob("part-*")))
    made.kill_worker()
    job.join()
    return runs[0], finished


def counted(came: tuple[int, int], count: tuple[int, int], how: str = "") -> Finding:
    """What the run says went through it."""
    said = f"{came[0]:,} recordings, {came[1]:,} events"
    return Finding(f"came out{how}", said, f"{count[0]:,} and {count[1]:,}", came == count)


def same(out: Path, wanted: pl.DataFrame, how: str) -> Finding:
    """Whether every value is that of one process, to the bit."""
    made = pl.read_parquet(out / "part-*.parquet").sort(OF)
    equal = made.shape == wanted.shape and all(bits(made[n], wanted[n]) for n in wanted.columns)
    said = f"{len(made):,} strokes, {'the same bits' if equal else 'other values'}"
    return Finding(f"values of {how}", said, f"{len(wanted):,} strokes, the same bits", equal)


def bits(a: pl.Series, b: pl.Series) -> bool:
    """Equal, and floats by their bits."""
    if b.dtype == pl.Float64:
        return np.array_equal(a.to_numpy().view(np.int64), b.to_numpy().view(np.int64))
    return a.cast(pl.String).equals(b.cast(pl.String))


def laps(folder: Path, lake: Path, events: int, lap: int) -> tuple[int, int, str]:
    """Files of whole recordings under new ids until there are so many events; recordings, events, what they are."""
    first, what = base(folder, lap)
    frame = pl.read_parquet(first, columns=["recording", "t", "kind", "x", "y", "button"])
    frame = frame.with_columns(pl.col("kind").cast(pl.String))
    groups = [part.to_arrow() for part in frame.partition_by("recording", maintain_order=True)]
    lake.mkdir()
    recordings = rows = 0
    for k in range(10**6):
        if rows >= events:
            break
        with pq.ParquetWriter(lake / f"{k:04}.parquet", groups[0].schema) as out:
            for group in groups:  # a row group ends where its recording does
                names = pa.array([f"{group['recording'][0].as_py()}-{k}"], group.schema.field("recording").type)
                ids = names.take(pa.array(np.zeros(len(group), np.int32)))
                out.write_table(group.set_column(0, "recording", ids), row_group_size=len(group))
        recordings, rows = recordings + len(groups), rows + len(frame)
    return recordings, rows, what
