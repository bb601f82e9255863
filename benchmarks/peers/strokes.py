"""What libraries for time series and tracks are given: the samples of each stroke, with distinct times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from same_work import Floats, Rows

SERIES: Final = ("x", "y", "velocity")


def samples(rows: Rows) -> list[tuple[Floats, Floats, Floats]]:
    """(t in ms, x, y) of each stroke."""
    pairs = zip(rows.offsets[:-1], rows.offsets[1:], strict=True)
    return [(rows.t[a:b], rows.x[a:b], rows.y[a:b]) for a, b in pairs]


def series(rows: Rows) -> list[dict[str, Floats]]:
    """x, y and speed (px/s) of each stroke."""
    found = []
    for t, x, y in samples(rows):
        dx, dy = np.diff(x), np.diff(y)
        found.append({"x": x, "y": y, "velocity": np.sqrt(dx * dx + dy * dy) / (np.diff(t) / 1e3)})
    return found


def table(numbers: list[dict[str, float]], same: Mapping[str, str]) -> tuple[list[str], Floats]:
    """Dictionaries of numbers, one a stroke, as names and values; `same` says what we call what is ours too.

    What isn't is called `their ...`: a name that happens to be one of ours must not be compared.
    """
    names = list(dict.fromkeys(name for row in numbers for name in row))
    values = np.array([[row.get(name, np.nan) for name in names] for row in numbers], np.float64)
    return [same.get(name, f"their {name}") for name in names], values.reshape(len(numbers), len(names))
