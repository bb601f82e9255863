"""Support vectors with a Gaussian kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Parts

BLOCK = 256  # rows at a time: distances to 10,000 vectors then take 20 MB


@dataclass(frozen=True)
class RbfKernel:
    """`sum of weight x exp(-gamma |row - vector|²) + intercept`."""

    vectors: Floats  # (n_vectors, width)
    weights: Floats  # (n_vectors,)
    gamma: float
    intercept: float
    n_out: int = 1

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above; `gamma` and `intercept` are (1,)."""
        vectors = parts.floats("vectors", None, width)
        gamma = float(parts.floats("gamma", 1)[0])
        if gamma <= 0:
            raise BundleError(f"{parts.where}: gamma must be above 0")
        return cls(vectors, parts.floats("weights", len(vectors)), gamma, float(parts.floats("intercept", 1)[0]))

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, 1); equal to rounding (1e-12 or so) whatever rows are beside it."""
        found = np.empty((len(rows), 1))
        own = (self.vectors**2).sum(axis=1)
        for start in range(0, len(rows), BLOCK):
            part = rows[start : start + BLOCK]
            squared = (part**2).sum(axis=1)[:, None] + own - 2 * part @ self.vectors.T
            found[start : start + BLOCK, 0] = (
                np.exp(-self.gamma * np.maximum(squared, 0)) @ self.weights + self.intercept
            )
        return found
