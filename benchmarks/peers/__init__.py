"""The table of peers: who they are, what they are given, and where they live. Modules are imported on use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Peer:
    """One way to do a piece of work.

    `module` has `prepare(rows) -> anything` (not timed: the rows in the form that the library likes best) and
    `run(prepared) -> (names, values)`, values of shape (n_cuts, n_names); a column that has the name of one of
    musculus's is compared with it. `needs` are the packages to install into an environment of its own; none means
    that the development environment has them. `most` is the number of events that it is given at most: its events a
    second are those of this subset. `say` names the packages whose versions are reported.
    """

    name: str
    module: str
    does: str
    say: tuple[str, ...]
    needs: tuple[str, ...] = ()
    most: int | None = None
    licence: str = ""


OURS: Final = Peer("musculus", "peers.musculus_series", "the same series and summaries", ("numba", "numpy"))

# The same 17 series and 8 exact summaries of each, by general tools: values are compared before anything is timed.
SAME_WORK: Final = (
    OURS,
    Peer("numpy column-wise", "peers.numpy_columns", "whole columns at once, sorted by cut and value", ("numpy",)),
    Peer("numpy per cut", "peers.numpy_cuts", "a loop over cuts, np.diff and np.quantile", ("numpy",), most=60_000),
    Peer("pandas", "peers.pandas_groupby", "groupby: diff, shift, agg, quantile", ("pandas",), most=150_000),
    Peer("polars", "peers.polars_expressions", "expressions, group_by and quantile", ("polars",)),
    Peer("DuckDB", "peers.duckdb_windows", "SQL: lag in windows, quantile_cont", ("duckdb",), most=150_000),
)

# What libraries for features of time series and of tracks compute of a stroke, each by its own habits.
OUR_STROKES: Final = (
    Peer("musculus, raw tier", "peers.musculus_raw", "every measure of the raw tier", ("numba", "numpy")),
    Peer("musculus, both tiers", "peers.musculus_both", "every measure but the two slow ones", ("numba", "numpy")),
)
STROKES: Final = (
    *OUR_STROKES,
    Peer(
        "tsfresh", "peers.tsfresh_minimal", "MinimalFCParameters of x, y and speed",
        ("tsfresh", "pandas"), ("tsfresh",), 20_000, "MIT",
    ),
    Peer(
        "tsfel", "peers.tsfel_default", "its default features of x, y and speed",
        ("tsfel", "pandas"), ("tsfel",), 1_000, "BSD-3-Clause",
    ),
    Peer(
        "pycatch22", "peers.catch22", "catch24 of x, y and speed",
        ("pycatch22",), ("pycatch22", "numpy"), 30_000, "GPL-3.0",
    ),
    Peer(
        "traja", "peers.traja_summary", "summary() and turn angles",
        ("traja", "pandas"), ("traja", "scikit-learn"), 6_000, "MIT",
    ),
    Peer(
        "pywib", "peers.pywib_metrics", "its movement metrics",
        ("pywib", "pandas"), ("pywib",), 3_000, "Apache-2.0",
    ),
)  # fmt: skip
EVERYBODY: Final = {peer.name: peer for peer in (*SAME_WORK, *STROKES)}
