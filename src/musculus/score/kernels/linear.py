"""Weighted sums of the columns: a linear model, or one layer of a neural network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Parts


@dataclass(frozen=True)
class LinearKernel:
    """`weights @ row + intercept`."""

    weights: Floats  # (n_out, width)
    intercept: Floats  # (n_out,)

    @property
    def n_out(self) -> int:
        """The number of sums."""
        return len(self.intercept)

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above."""
        weights = parts.floats("weights", None, width)
        return cls(weights, parts.floats("intercept", len(weights)))

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, n_out). Row by row on purpose: one product of whole tables rounds a row differently in another
        crowd.
        """
        found = np.empty((len(rows), self.n_out))
        for i, row in enumerate(np.ascontiguousarray(rows)):
            found[i] = self.weights @ row
        return found + self.intercept
