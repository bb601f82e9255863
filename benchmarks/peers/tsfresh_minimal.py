"""tsfresh with its minimal settings: ten features each of x, y and speed of a stroke."""

from __future__ import annotations

from typing import Any

import pandas as pd
from same_work import Floats, Rows
from tsfresh import extract_features
from tsfresh.feature_extraction import MinimalFCParameters

from peers.strokes import SERIES, series

SAME = {"mean": "mean", "median": "median", "maximum": "max", "minimum": "min"}


def prepare(rows: Rows) -> pd.DataFrame:
    """The long form that tsfresh wants: id, kind, value."""
    parts = [
        pd.DataFrame({"id": k, "kind": name, "value": values})
        for k, stroke in enumerate(series(rows))
        for name, values in stroke.items()
    ]
    return pd.concat(parts, ignore_index=True)


def run(prepared: pd.DataFrame) -> tuple[list[str], Floats]:
    """In this process, without a progress bar."""
    options: dict[str, Any] = {"n_jobs": 0, "disable_progressbar": True}
    found = extract_features(
        prepared, column_id="id", column_kind="kind", column_value="value",
        default_fc_parameters=MinimalFCParameters(), **options,
    )  # fmt: skip
    return [ours(name) for name in found.columns], found.to_numpy()


def ours(name: str) -> str:
    """`velocity__maximum` is our `velocity_max`; the others keep their names."""
    kind, _, feature = name.partition("__")
    return f"velocity_{SAME[feature]}" if kind == SERIES[2] and feature in SAME else name
