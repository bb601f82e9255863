"""A cluster of two workers on loopback, and recordings that are long enough to be cut."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))

from cluster import Cluster, cluster, session, why_not
from recordings import simulated

from musculus.events import Events

FILES = 12


@pytest.fixture(scope="session")
def workers() -> Iterator[Cluster]:
    if missing := why_not():
        pytest.skip(missing)
    with cluster(2) as made:
        yield made


@pytest.fixture(scope="session")
def spark(workers: Cluster) -> Iterator[Any]:
    """Batches from the JVM are short, so that nearly every one of them cuts a recording."""
    with session(workers, **{"spark.sql.execution.arrow.maxRecordsPerBatch": "1000"}) as made:
        yield made


@pytest.fixture(scope="session")
def events() -> Events:
    """200,000 events of 134 recordings by seven people, each of one hand or the other."""
    made = simulated(200_000, longest=1500)
    which = np.arange(len(made))
    context = {"person": np.array([f"p{i % 7}" for i in which], object), "hand": which % 2}
    return Events.build(made.columns, made.offsets, made.recordings, context)


@pytest.fixture(scope="session")
def lake(events: Events, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recordings in files by turns; row groups cut them, which a lake of ours never does."""
    folder = tmp_path_factory.mktemp("lake")
    frame = events.to_polars()
    for k in range(FILES):
        mine = frame.filter(pl.col("recording").is_in(list(events.recordings[k::FILES])))
        mine.write_parquet(folder / f"{k:02}.parquet", row_group_size=4_000)
    return folder
