"""Random convolutions of a sequence: how much of it lies above a bias, for each kernel (the idea of MiniRocket)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Indices, Parts


@dataclass(frozen=True)
class ConvolutionKernel:
    """`weights[k]` slides over all channels with gaps of `dilation[k]`; the share of places above `bias[k]` comes out.

    The row holds the channels one after the other, each of the same length; beyond its ends a channel is 0.
    """

    weights: Floats  # (n_out, n_channels, n_taps)
    bias: Floats  # (n_out,)
    dilation: Indices  # (n_out,), whole numbers from 1
    width: int

    @property
    def n_out(self) -> int:
        """The number of kernels."""
        return len(self.bias)

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above; the channels must divide the row evenly, and the taps fit into it."""
        weights = parts.floats("weights", None, None, None)
        bias, gaps = parts.floats("bias", len(weights)), parts.floats("dilation", len(weights))
        length, rest = divmod(width, weights.shape[1])
        whole = bool((gaps >= 1).all() and (gaps == np.round(gaps)).all())
        if rest or not whole or (gaps * (weights.shape[2] - 1)).max() >= max(2 * length, weights.shape[2]):
            raise BundleError(f"{parts.where}: {weights.shape[1]} channels of such kernels don't fit {width} columns")
        return cls(weights, bias, gaps.astype(np.int64), width)

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, n_out), each share in 0..1. Tap by tap, so that a row rounds the same in any crowd."""
        n, channels, taps = len(rows), self.weights.shape[1], self.weights.shape[2]
        length = self.width // channels
        found = np.empty((n, self.n_out))
        for gap in np.unique(self.dilation).tolist():
            reach = gap * (taps - 1) // 2 + 1
            padded = np.zeros((n, channels, length + 2 * reach))
            padded[:, :, reach : reach + length] = rows.reshape(n, channels, length)
            first = reach - gap * (taps // 2)
            for k in np.flatnonzero(self.dilation == gap).tolist():
                total = np.zeros((n, length))
                for c in range(channels):
                    for tap in range(taps):
                        begin = first + tap * gap
                        total += self.weights[k, c, tap] * padded[:, c, begin : begin + length]
                found[:, k] = (total > self.bias[k]).mean(axis=1)
        return found
