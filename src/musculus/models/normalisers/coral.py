"""CORAL: each configuration's means and covariance made those of everybody (Sun, Feng & Saenko 2016)."""

from __future__ import annotations

import numpy as np

from musculus.errors import UsageError
from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.quartiles import statistics
from musculus.models.normalisers.ties import tied


class Coral(Normaliser):
    """Untied columns whitened by their configuration's covariance and coloured by everybody's; NaN becomes the median.

    Parameters
    ----------
    shrink : share of each covariance that is its diagonal: few people say little of many columns
    clip : columns are cut off so many spreads from their median before anything is learned or moved
    fewest : rows a configuration needs; one with fewer, or never seen, is left alone but for the cut

    Attributes
    ----------
    center_, spread_, tied_ : (n_features,)
    maps_ : configuration -> (mean, (n_untied, n_untied) matrix), in units of the spread

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> a = rng.normal(size=(50, 2)); b = 3 * rng.normal(size=(50, 2)) + 5
    >>> which = ["a"] * 50 + ["b"] * 50
    >>> found = Coral(shrink=0.0).fit_transform(np.vstack([a, b]), configuration=which)
    >>> bool(np.allclose(np.cov(found[:50].T), np.cov(found[50:].T)))
    True
    """

    center_: Floats
    spread_: Floats
    tied_: Bools
    mean_: Floats
    maps_: dict[str, tuple[Floats, Floats]]

    def __init__(self, *, shrink: float = 0.5, clip: float = 10.0, fewest: int = 2) -> None:
        self.shrink = shrink
        self.clip = clip
        self.fewest = fewest

    def _learn(self, rows: Floats, about: Metadata) -> None:
        if not 0 <= self.shrink <= 1:
            raise UsageError(f"shrink is {self.shrink!r}; a share in 0..1")
        n = rows.shape[1]
        self.tied_ = tied(rows)
        self.center_, self.spread_ = statistics(rows, np.zeros(n), np.ones(n))
        z = self._units(rows)
        self.mean_, all_ = z.mean(axis=0), self._covariance(z)
        colour = power(all_, 0.5)
        self.maps_ = {
            name: (z[mine].mean(axis=0), power(self._covariance(z[mine]), -0.5) @ colour)
            for name, mine in groups_of(about.configuration).items()
            if mine.sum() >= max(self.fewest, 2)
        }

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        found, free = np.where(np.isnan(rows), self.center_, rows), ~self.tied_
        z = self._units(rows)
        for name, mine in groups_of(about.configuration).items():
            if name in self.maps_:
                mean, matrix = self.maps_[name]
                z[mine] = (z[mine] - mean) @ matrix + self.mean_
        found[:, free] = z * self.spread_[free] + self.center_[free]
        return found

    def _units(self, rows: Floats) -> Floats:
        free = ~self.tied_
        z = np.clip((rows[:, free] - self.center_[free]) / self.spread_[free], -self.clip, self.clip)
        return np.nan_to_num(z, nan=0.0)

    def _covariance(self, z: Floats) -> Floats:
        return shrunk(np.atleast_2d(np.cov(z.T)) if z.shape[1] and len(z) > 1 else np.eye(z.shape[1]), self.shrink)


def shrunk(covariance: Floats, share: float) -> Floats:
    """A covariance drawn towards its diagonal, its smallest variances lifted off zero."""
    diagonal = np.diag(covariance).copy()
    found = (1 - share) * covariance + share * np.diag(diagonal)
    return np.asarray(found + 1e-6 * max(float(diagonal.mean()) if len(diagonal) else 0.0, 1e-6) * np.eye(len(found)))


def power(matrix: Floats, exponent: float) -> Floats:
    """A symmetric positive matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.maximum(values, 1e-12) ** exponent) @ vectors.T)
