from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from musculus.evaluate.flags import flags
from musculus.read import read_features
from musculus.tasks.attribute import labelled


def test_each_oddity_is_seen_and_an_ordinary_column_is_not() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=200)
    sparse = np.where(rng.random(200) < 0.7, np.nan, good)
    columns = {
        "good": good, "same": good, "negative": -good, "still": np.full(200, 3.0), "sparse": sparse,
        "nothing": np.full(200, np.nan), "noise": good * 1e-16, "zeros": np.where(rng.random(200) < 0.99, 0.0, 1.0),
    }  # fmt: skip
    found = {(f.name, f.kind) for f in flags(list(columns), np.stack(list(columns.values()), axis=1))}
    assert found == {
        ("same", "duplicated"), ("still", "constant"), ("sparse", "undefined"), ("nothing", "undefined"),
        ("noise", "telescoping"),
    }  # fmt: skip


def test_the_traps_of_a_published_table_are_seen(data: Path) -> None:
    file = data / "configuration-study" / "points_aggregated_data.csv"
    if not file.exists():
        pytest.skip(f"no {file}")
    rows = labelled(read_features(file))
    found = flags(rows.names, rows.values)
    assert sum(f.kind == "constant" for f in found) >= 9
    assert sum(f.kind == "telescoping" for f in found) == 4
