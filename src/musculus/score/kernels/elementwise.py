"""Steps without numbers of their own: activations, links, and the depth of an isolation forest as its score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Parts


@dataclass(frozen=True)
class Elementwise:
    """As many columns out as in."""

    n_out: int

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """Needs nothing from the file."""
        return cls(width)


class Relu(Elementwise):
    """The larger of 0 and the value."""

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        return np.maximum(rows, 0.0)


class Tanh(Elementwise):
    """Hyperbolic tangent."""

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        return np.tanh(rows)


class Sigmoid(Elementwise):
    """Log odds to probability."""

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        return sigmoid(rows)


class Softmax(Elementwise):
    """Log likelihoods to probabilities that sum to 1 over the row."""

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        powers = np.exp(rows - rows.max(axis=1, keepdims=True))
        found: Floats = powers / powers.sum(axis=1, keepdims=True)
        return found


class Cosine(Elementwise):
    """Random Fourier features out of their angles: sqrt(2 / width) x cos."""

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        found: Floats = np.sqrt(2.0 / self.n_out) * np.cos(rows)
        return found


class Isolation(Elementwise):
    """Relative mean depth (1 = as deep as a random row of training) to isolation score: -2^(-depth), higher = more
    ordinary.
    """

    def __call__(self, rows: Floats) -> Floats:
        """Shape as given."""
        return -np.power(2.0, -rows)


def sigmoid(value: Floats) -> Floats:
    """1 / (1 + exp(-value)) without overflow.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    small = np.exp(-np.abs(value))
    return np.where(value >= 0, 1.0, small) / (1.0 + small)
