"""Measures of a lake on Dask, a partition a file: `python dask_measures.py [LAKE]`.

The kernel is a function from one Arrow table to another, so any engine that has partitions can call it; Ray's
`map_batches` takes the same function. Without Dask the partitions are worked on one after the other.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from musculus import Events, write_events
from musculus.scale.arrow import Counted, counts, measure
from musculus.scale.files import parquet_files


def part(file: str) -> pa.Table:
    """One file of whole recordings, measured."""
    return measure(pq.read_table(file), "stroke", only=["velocity", "straightness"])


def on_dask(lake: str) -> pa.Table:
    """Every file of a lake, measured by Dask's workers; nothing is lost, nothing counted twice."""
    import dask

    files = parquet_files(lake)
    parts = dask.compute(*[dask.delayed(part)(file) for file in files], scheduler="threads")
    return together(parts, sum(pq.read_metadata(file).num_rows for file in files))


def by_hand(lake: str) -> pa.Table:
    """The same partitions without any engine."""
    files = parquet_files(lake)
    return together([part(file) for file in files], sum(pq.read_metadata(file).num_rows for file in files))


def together(parts: Any, events: int) -> pa.Table:
    """One table, if every event that went in came out and no recording was cut in two."""
    made = [counts(p) for p in parts]
    assert sum(c.events for c in made) == events, "events were lost, or came twice"
    rows = pa.concat_tables([p.replace_schema_metadata(None) for p in parts])
    assert len(rows.select(["recording", "cut"]).group_by(["recording", "cut"]).aggregate([])) == len(rows)
    print(f"{Counted(sum(c.recordings for c in made), events)}: {len(rows)} strokes")
    return rows


def simulated(folder: Path) -> None:
    """Three files of four visits each."""
    rng = np.random.default_rng(0)
    for k in range(3):
        visits = [
            Events.of(np.arange(300) * 16.0, *rng.normal(0, 4, (2, 300)).cumsum(axis=1), recording=f"visit-{k}-{i}")
            for i in range(4)
        ]
        write_events(Events.concat(visits), folder / f"{k}.parquet")


def main() -> None:
    """Measure a lake, or visits made up here."""
    with tempfile.TemporaryDirectory() as folder:
        if not (lake := next(iter(sys.argv[1:]), "")):
            print("SIMULATED visits: name a lake to measure your own")
            simulated(Path(folder))
        try:
            import dask  # noqa: F401  # is it there?
        except ImportError:
            print("Dask is not installed (pip install dask): its partitions one after the other")
            by_hand(lake or folder)
        else:
            on_dask(lake or folder)


if __name__ == "__main__":
    main()
