"""Columns on a scale where what a mouse multiplies is a sum, and back."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from musculus.models.normalisers.base import Floats

MOST: Final = 300.0  # beyond it the way back is infinite


class Bend(NamedTuple):
    """`arcsinh(x / size)` for each column: a logarithm far from 0, a straight line near it, either sign.

    `size` is the smallest absolute value of a column of one sign (all of it is then on the logarithm's side), the
    median one of a column of both. A speed twice as fast with one mouse is so much *more* on this scale, for slow
    people and fast ones.

    >>> bend = Bend.of(np.array([[100.0], [200.0], [400.0]]))
    >>> np.diff(bend(np.array([[1000.0], [2000.0], [4000.0]])), axis=0).round(2).ravel().tolist()
    [0.69, 0.69]
    """

    size: Floats

    @classmethod
    def of(cls, rows: Floats) -> Bend:
        """The bend of columns, from rows that train."""
        size = np.ones(rows.shape[1])
        for j, column in enumerate(rows.T):
            told = column[~np.isnan(column) & (column != 0)]
            if len(told):
                one_sign = (column[~np.isnan(column)] > 0).all() or (column[~np.isnan(column)] < 0).all()
                size[j] = np.abs(told).min() if one_sign else np.median(np.abs(told))
        return cls(np.where(size > np.finfo(float).tiny * 1e10, size, 1.0))

    def __call__(self, rows: Floats) -> Floats:
        """Bent rows, same shape."""
        return np.asarray(np.arcsinh(rows / self.size))

    def back(self, bent: Floats) -> Floats:
        """Rows again, same shape."""
        return np.asarray(np.sinh(np.clip(bent, -MOST, MOST)) * self.size)


def moments(bent: Floats, center: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each column; the given ones where it is undefined or constant."""
    told = ~np.isnan(bent)
    count = told.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(told, bent, 0.0).sum(axis=0) / count
        wide = np.sqrt(np.where(told, (bent - mean) ** 2, 0.0).sum(axis=0) / count)
        varies = (count > 1) & (wide > 1e-12 * np.maximum(np.abs(mean), 1.0))
    return np.where(count > 0, mean, center), np.where(varies, wide, spread)
