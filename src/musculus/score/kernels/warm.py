"""A new site's own columns, and beside them what a model of another site says of the row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.bundle import loads
from musculus.score.kernels.impute_scale import ImputeScaleKernel
from musculus.score.kernels.parts import Parts
from musculus.score.scorer import Scorer


@dataclass(frozen=True)
class WarmKernel:
    """Filled and scaled columns, then `trust x evidence` of the old model for each of its classes."""

    columns: ImputeScaleKernel
    source: Scorer
    trust: float
    n_out: int

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """`source`: a whole model file that reads as many columns; `trust` (1,); the rest as of ImputeScaleKernel."""
        columns = ImputeScaleKernel.read(parts, width)
        source = loads(parts.raw("source"), f"{parts.where}, the model it started from", depth=parts.depth + 1)
        if len(source.features) != width:
            raise BundleError(f"{parts.where}: starts from a model of {len(source.features)} columns, here are {width}")
        classes = source.class_scores(np.full((1, width), np.nan)).shape[1]
        return cls(columns, source, float(parts.floats("trust", 1)[0]), columns.n_out + classes)

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, columns + classes of the source)."""
        return np.hstack([self.columns(rows), self.trust * self.source.evidence(rows)])
