"""Studies made up so that what is in them is known: people, mice, and what the mice do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


def cells(
    people: int = 24, mice: int = 4, features: int = 30, *, person: float = 1.0, mouse: float = 0.0, seed: int = 0
) -> Floats:
    """Means by person, mouse and feature: people differ by `person`, the k-th mouse adds k times `mouse`."""
    rng = np.random.default_rng(seed)
    who = rng.normal(0, person, (people, 1, features))
    return who + mouse * np.arange(mice)[:, None] + rng.normal(0, 1, (people, mice, features))


def table(
    means: Floats, rows: int = 2, *, tasks: bool = True, noise: float = 0.1, seed: int = 1, extra: Sequence[str] = ()
) -> pl.DataFrame:
    """A table of features with these means by person and mouse, a row a task; mice have 800, 1600 ... dpi."""
    rng = np.random.default_rng(seed)
    n, k, d = means.shape
    at = [(p, c, r) for p in range(n) for c in range(k) for r in range(rows)]
    frame = pl.DataFrame({
        "person": [f"p{p:02}" for p, _, _ in at], "dpi": [800 * (c + 1) for _, c, _ in at],
        **({"task": [f"t{r}" for _, _, r in at]} if tasks else {}),
    })  # fmt: skip
    values = np.array([means[p, c] for p, c, _ in at]) + rng.normal(0, noise, (len(at), d))
    frame = frame.with_columns(pl.Series(f"f{j}", values[:, j]) for j in range(d))
    return frame.with_columns(pl.Series(name, rng.normal(size=len(at))) for name in extra)
