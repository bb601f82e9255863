"""Naive Bayes: one histogram for each feature of people, or one normal density for each feature and class."""

from __future__ import annotations

from typing import Any

from sklearn.naive_bayes import GaussianNB

from musculus.models.families.pipeline import after_scaling
from musculus.models.histogram_nb import HistogramNB


def histogram_nb(**params: Any) -> HistogramNB:
    """Winslow's method on any features: 100 equally wide buckets."""
    return HistogramNB(**params)


def histogram_nb_log(**params: Any) -> HistogramNB:
    """Buckets equally wide on a logarithmic scale, for features with long tails."""
    return HistogramNB(**{"buckets": "log", "n_buckets": 50, **params})


def histogram_nb_mass(**params: Any) -> HistogramNB:
    """Buckets with equally many people in each."""
    return HistogramNB(**{"buckets": "mass", "n_buckets": 20, **params})


def winslow(**params: Any) -> HistogramNB:
    """The paper's detector: feed it its seven features (the table's `columns`) of people only."""
    return HistogramNB(**{"n_buckets": 100, "buckets": "width", **params})


def gaussian_nb(**params: Any) -> Any:
    """Normal densities after robust scaling and clipping, without which single wild values set the variances."""
    return after_scaling(GaussianNB, {}, params)
