"""Tables that were scaled or filled before they were split: the numbers of the test lie in every row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from musculus.evaluate.curves import Floats
from musculus.evaluate.leaks import Leak, Sides

EXACT = 1e-8
MIN_ROWS = 20
STEP = "learn scaling and filling from the training rows only: put them into the pipeline"


def scaled_before_split(sides: Sides) -> list[Leak] | None:
    """Columns whose mean and deviation, median and quartiles, extremes or ranks are exact over both sides, not over the
    training rows.
    """
    if len(sides.train) + len(sides.test) < MIN_ROWS:
        return None
    together, train = sides.table[np.concatenate([sides.train, sides.test])], sides.table[sides.train]
    found = []
    for how, exact, enough in _SCALINGS:
        columns = [j for j in range(together.shape[1]) if _shows(exact, together[:, j])]
        telling = [j for j in columns if not _shows(exact, train[:, j])]
        if telling and len(columns) >= enough * together.shape[1]:
            seen = f"{sides.column(telling[0])} and {len(columns) - 1} more have {how} over training and test rows"
            found.append(Leak("scaled_before_split", seen, STEP))
    return found


def filled_before_split(sides: Sides) -> list[Leak] | None:
    """A value that many rows share and that is the mean or median of all other rows, those of the test too."""
    if len(sides.train) + len(sides.test) < MIN_ROWS:
        return None
    together = sides.table[np.concatenate([sides.train, sides.test])]
    filled = {j: _filling(column, len(sides.train)) for j, column in enumerate(together.T)}
    return [
        Leak("filled_before_split", f"{seen} of {sides.column(j)} is that of all rows, test rows too", STEP)
        for j, seen in filled.items()
        if seen
    ]


def _filling(column: Floats, n_train: int) -> str:
    """What many cells of a column hold that only all its rows can have told: "the mean", "the median" or nothing."""
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    if len(values) < MIN_ROWS or counts.max() < 3 or np.array_equal(values, np.round(values)):
        return ""  # few values, or whole numbers, repeat anyway
    if np.sort(counts)[-2] > counts.max() / 3:
        return ""  # so do others: halves, medians of few
    common = float(values[counts.argmax()])
    others, own = (some[~np.isnan(some) & (some != common)] for some in (column, column[:n_train]))
    for name, middle in (("mean", np.mean), ("median", np.median)):
        if _equal(common, float(middle(others))) and not (len(own) and _equal(common, float(middle(own)))):
            return f"in {counts.max()} cells the {name}"
    return ""


def _shows(exact: Callable[[Floats], bool], column: Floats) -> bool:
    defined = column[~np.isnan(column)]
    return len(np.unique(defined)) > 2 and exact(defined)


def _standard(column: Floats) -> bool:
    deviations = column.std(), column.std(ddof=1)
    return bool(abs(column.mean()) < EXACT and min(abs(d - 1) for d in deviations) < EXACT)


def _robust(column: Floats) -> bool:
    low, middle, high = np.quantile(column, [0.25, 0.5, 0.75])
    return bool(abs(middle) < EXACT and abs(high - low - 1) < EXACT)


def _extremes(column: Floats) -> bool:
    return bool(column.min() == 0 and abs(column.max() - 1) < EXACT)


def _ranks(column: Floats) -> bool:
    ordered = np.sort(column)
    width = ordered[-1] - ordered[0]
    even = np.linspace(0, 1, len(ordered))
    return bool(width > 0 and np.abs((ordered - ordered[0]) / width - even).max() < EXACT)


# Shares often reach 0 and 1 by themselves, so extremes must be exact in most columns; the rest can't be by chance.
_SCALINGS = (
    ("mean 0 and deviation 1", _standard, 0.0),
    ("median 0 and quartile distance 1", _robust, 0.0),
    ("evenly spaced ranks", _ranks, 0.0),
    ("extremes 0 and 1", _extremes, 0.8),
)


def _equal(one: float, other: float) -> bool:
    return bool(abs(one - other) <= EXACT * max(1e-300, abs(one), abs(other)))
