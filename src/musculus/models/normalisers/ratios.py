"""Columns without a dimension: each over the size of its family in the same row."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.models.normalisers.base import Floats, Metadata, Normaliser
from musculus.models.normalisers.dimensions import family, px_power


class DimensionlessRatios(Normaliser):
    """`velocity_max` over the mean size of this row's velocities: how unevenly, not how fast.

    Families of several columns with a pixel in their unit are divided, row by row, by the mean of their absolute values
    in that row; what has no such unit, or no family, stays. Nothing is learned from other rows. A mouse that multiplies
    all speeds by one factor leaves no trace in the ratios; one that changes the grain does.

    Attributes
    ----------
    families_ : columns of each family

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"velocity_mean": [1.0, 10.0], "velocity_max": [3.0, 30.0], "corners": [2.0, 5.0]})
    >>> DimensionlessRatios().fit_transform(rows).tolist()
    [[0.5, 1.5, 2.0], [0.5, 1.5, 5.0]]
    """

    families_: list[npt.NDArray[np.intp]]

    def _learn(self, rows: Floats, about: Metadata) -> None:
        names: list[Any] = list(getattr(self, "feature_names_in_", [f"x{j}" for j in range(rows.shape[1])]))
        found: dict[str, list[int]] = {}
        for j, name in enumerate(names):
            if px_power(name):
                found.setdefault(family(name), []).append(j)
        self.families_ = [np.array(columns) for columns in found.values() if len(columns) > 1]

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        out = rows.copy()
        for columns in self.families_:
            part = rows[:, columns]
            told = ~np.isnan(part)
            total = np.where(told, np.abs(part), 0.0).sum(axis=1)
            with np.errstate(invalid="ignore", divide="ignore"):
                size = total / told.sum(axis=1)
                out[:, columns] = np.where(size[:, None] > 0, part / size[:, None], np.where(told, 0.0, np.nan))
        return out
