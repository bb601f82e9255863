"""Columns as normal scores among everybody, and back: a scale on which no few wild rows carry a mean."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from musculus.models.normalisers.base import Floats

FINEST: Final = 1000  # places kept of a column
MOST: Final = 1e300  # what is steeper has no number


class NormalScores(NamedTuple):
    """Each column's rank among the rows that train, as a normal score; straight lines between the values seen.

    What a mouse multiplies, or bends in any other way that keeps the order, is a sum here, and every column has the
    same spread whatever its tails. Beyond the values seen the scale goes on as a line, so that it can be undone.

    >>> scale = NormalScores.of(np.array([[1.0], [10.0], [100.0]]))
    >>> scale(np.array([[1.0], [10.0], [100.0]])).round(2).ravel().tolist()
    [-0.97, 0.0, 0.97]
    >>> scale.back(scale(np.array([[0.5], [12.0], [500.0]]))).round(6).ravel().tolist()
    [0.5, 12.0, 500.0]
    """

    values: tuple[Floats, ...]  # of each column, rising
    scores: tuple[Floats, ...]  # of each of them

    @classmethod
    def of(cls, rows: Floats) -> NormalScores:
        """The scale of columns, from rows that train."""
        made = [_places(column[~np.isnan(column)]) for column in rows.T]
        return cls(tuple(v for v, _ in made), tuple(s for _, s in made))

    def __call__(self, rows: Floats) -> Floats:
        """Scores of rows, same shape; NaN stays."""
        return _through(rows, self.values, self.scores)

    def back(self, scores: Floats) -> Floats:
        """Rows again, same shape."""
        return _through(scores, self.scores, self.values)


def _places(told: Floats) -> tuple[Floats, Floats]:
    """Values and their scores, those that are equal at the middle of their ranks; one alone gets a line through it."""
    from scipy.special import ndtri

    if len(told) > FINEST:
        told = np.quantile(told, (np.arange(FINEST) + 0.5) / FINEST)
    values, number = np.unique(told, return_counts=True)
    if len(values) < 2 or not np.isfinite(values[-1] - values[0]):
        middle = values[:1] if len(values) == 1 else np.zeros(1)
        return np.array([middle[0] - 1.0, middle[0] + 1.0]), np.array([-1.0, 1.0])
    scores = ndtri((np.cumsum(number) - number / 2) / number.sum())
    return values, np.asarray(scores, np.float64)


def _through(rows: Floats, source: tuple[Floats, ...], target: tuple[Floats, ...]) -> Floats:
    out = np.empty_like(rows)
    for j, (a, b) in enumerate(zip(source, target, strict=True)):
        x = rows[:, j]
        slope = min((b[-1] - b[0]) / (a[-1] - a[0]), MOST)
        out[:, j] = np.interp(x, a, b) + slope * (np.minimum(x - a[0], 0.0) + np.maximum(x - a[-1], 0.0))
    return out
