"""Log shares of buckets, summed over the columns: the whole of histogram Naive Bayes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Indices, Parts


def bucket(column: Floats, edges: Floats) -> Indices:
    """The bucket of each value, shape (n,): 0 below the first edge, 1..n between edges, n + 1 above the last.

    A bucket holds its left edge; the last one holds both its edges. NaN counts as above.

    >>> bucket(np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    array([0, 1, 2, 2, 3])
    """
    found = np.searchsorted(edges, column, side="right").astype(np.int64)
    found[column == edges[-1]] = len(edges) - 1
    return found


@dataclass(frozen=True)
class HistogramKernel:
    """One table of log shares for each column; undefined values have their own."""

    edges: Floats  # (n_features, n_buckets + 1)
    log_share: Floats  # (n_features, n_buckets + 2)
    undefined: Floats  # (n_features,)
    typical: Floats  # (n_features,)
    n_out: int = 1

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above, edges ascending."""
        edges = parts.floats("edges", width, None)
        if (np.diff(edges) < 0).any():
            raise BundleError(f"{parts.where}: edges of buckets must ascend")
        share = parts.floats("log_share", width, edges.shape[1] + 1)
        return cls(edges, share, parts.floats("undefined", width), parts.floats("typical", width))

    def log_shares(self, rows: Floats) -> Floats:
        """Each value's log share, shape (n, n_features)."""
        found = np.empty(rows.shape)
        for j, column in enumerate(rows.T):
            found[:, j] = np.where(
                np.isnan(column), self.undefined[j], self.log_share[j, bucket(column, self.edges[j])]
            )
        return found

    def contributions(self, rows: Floats) -> Floats:
        """Each value's log share less the typical one, shape (n, n_features): below 0 speaks against the row."""
        return self.log_shares(rows) - self.typical

    def __call__(self, rows: Floats) -> Floats:
        """The sum over the columns, shape (n, 1); added column by column, so that a row's sum has one order, however
        many rows.
        """
        total = np.zeros(len(rows))
        for column in self.log_shares(rows).T:
            total += column
        return total[:, None]
