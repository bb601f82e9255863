"""Medians and quartiles of columns, for units that a few wild rows don't move."""

from __future__ import annotations

import numpy as np

from musculus.models.normalisers.base import Floats


def statistics(rows: Floats, center: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Median and quartiles' distance of each column; the given ones where a column is undefined or constant."""
    middle, width = center.copy(), spread.copy()
    told = ~np.isnan(rows)
    if len(rows) and told.all():  # all columns at once: many small models are fitted
        low, middle, high = np.quantile(rows, [0.25, 0.5, 0.75], axis=0)
        wide = high - low > 1e-12 * np.abs(rows).max(axis=0)
        return middle, np.where(wide, high - low, spread)
    for j, column in enumerate(rows.T):
        defined = column[told[:, j]]
        if len(defined):
            low, middle[j], high = np.quantile(defined, [0.25, 0.5, 0.75])
            width[j] = high - low if high - low > 1e-12 * np.abs(defined).max() else spread[j]
    return middle, width
