"""Gaussian Naive Bayes: the log of each class's prior and of its normal densities, summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Parts


@dataclass(frozen=True)
class GaussianKernel:
    """Joint log likelihood of each class."""

    mean: Floats  # (n_classes, width)
    variance: Floats  # (n_classes, width)
    log_prior: Floats  # (n_classes,)

    @property
    def n_out(self) -> int:
        """The number of classes."""
        return len(self.log_prior)

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above, variances above 0."""
        mean = parts.floats("mean", None, width)
        variance = parts.floats("variance", len(mean), width)
        if (variance <= 0).any():
            raise BundleError(f"{parts.where}: a variance must be above 0")
        return cls(mean, variance, parts.floats("log_prior", len(mean)))

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, n_classes)."""
        found = np.tile(self.log_prior - 0.5 * np.log(2 * np.pi * self.variance).sum(axis=1), (len(rows), 1))
        for column, mean, variance in zip(rows.T, self.mean.T, self.variance.T, strict=True):
            found -= 0.5 * (column[:, None] - mean) ** 2 / variance
        return found
