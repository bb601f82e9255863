"""Random convolution kernels over sequences, in the manner of MiniRocket (Dempster et al. 2021)."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from itertools import combinations
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.errors import UsageError
from musculus.score.kernels.convolution import ConvolutionKernel

Floats = npt.NDArray[np.float64]
TAPS = 9
CHUNK = 256  # rows at a time: what a kernel adds up stays in the cache


class RandomConvolutions(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Shares of a sequence above a bias after convolution: kernels of nine taps, three of weight 2 and six of -1.

    Each kernel reads one of the channels (or the sum of all) with gaps of 1, 2, 4 ... between its taps. Its bias is a
    quantile of what it gives on a training row, so kernels see what is common there. Nothing else is learned: a linear
    model behind it is. The weights are plain convolution weights, and that is what a model file keeps.

    Parameters
    ----------
    n_kernels : how many shares come out
    n_channels : how many sequences stand in a row, one after the other (fewer columns than that: one)
    random_state : seed of kernels and biases

    Attributes
    ----------
    weights_ : (n_kernels, n_channels, 9); bias_, dilation_ : (n_kernels,)
    """

    weights_: Floats
    bias_: Floats
    dilation_: npt.NDArray[np.int64]
    n_features_in_: int

    def __init__(self, n_kernels: int = 420, *, n_channels: int = 2, random_state: Any = 0) -> None:
        self.n_kernels = n_kernels
        self.n_channels = n_channels
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Draw kernels, and biases from the rows, shape (n, n_channels x length)."""
        if self.n_kernels < 1 or self.n_channels < 1:
            raise UsageError(f"{self.n_kernels} kernels on {self.n_channels} channels; at least one of each")
        rows: Floats = validate_data(self, X, dtype=np.float64)
        rng = check_random_state(self.random_state)
        channels = self.n_channels if rows.shape[1] % self.n_channels == 0 else 1
        length = rows.shape[1] // channels
        patterns = np.full((84, TAPS), -1.0)
        for row, places in zip(patterns, combinations(range(TAPS), 3), strict=True):
            row[list(places)] = 2.0
        most = max(0, int(np.log2(max(1.0, (length - 1) / (TAPS - 1)))))
        self.dilation_ = 2 ** rng.randint(0, most + 1, self.n_kernels)
        reads = rng.randint(0, channels + 1, self.n_kernels)  # one of the channels, or all
        self.weights_ = np.zeros((self.n_kernels, channels, TAPS))
        for k in range(self.n_kernels):
            which = slice(None) if reads[k] == channels else slice(reads[k], reads[k] + 1)
            self.weights_[k, which] = patterns[k % len(patterns)]
        self.bias_ = self._biases(rows, rng, channels, length)
        return self

    def transform(self, X: npt.ArrayLike) -> Floats:
        """Shares in 0..1, shape (n, n_kernels)."""
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64)
        kernel = self.kernel()
        parts = [kernel(rows[first : first + CHUNK]) for first in range(0, len(rows), CHUNK)]
        return np.concatenate(parts) if parts else np.empty((0, kernel.n_out))

    def kernel(self) -> ConvolutionKernel:
        """The computation itself, as a model file keeps it."""
        return ConvolutionKernel(self.weights_, self.bias_, self.dilation_, self.n_features_in_)

    def _biases(self, rows: Floats, rng: Any, channels: int, length: int) -> Floats:
        """A quantile of each kernel's values on one training row; of a row that is still, 0 comes out as 0 is."""
        found = np.zeros(self.n_kernels)
        for k, row in enumerate(rows[rng.randint(0, len(rows), self.n_kernels)]):
            spread = np.zeros((channels, (TAPS - 1) * self.dilation_[k] + 1))
            spread[:, :: self.dilation_[k]] = self.weights_[k]
            pairs = zip(row.reshape(channels, length), spread, strict=True)
            total = np.sum([np.convolve(channel, taps[::-1], "full") for channel, taps in pairs], axis=0)
            found[k] = np.quantile(total, rng.uniform(0.05, 0.95))
        return found

    @property
    def _n_features_out(self) -> int:
        return len(self.bias_)
