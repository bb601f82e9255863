"""Naive Bayes: one histogram for each feature of people, or one normal density for each feature and class."""

from __future__ import annotations

from typing import Any

from sklearn.decomposition import PCA
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from musculus.models.histogram_nb import HistogramNB
from musculus.models.impute_scale import ImputeScale


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


def gaussian_nb(**params: Any) -> Pipeline:
    """Normal densities of principal components: of columns that say the same, each would be counted as news.

    A thousand correlated measures have perhaps twenty of their own to say; taken for independent they make every
    probability 0 or 1, mostly wrongly. Flags of undefined values are left out, as a column of 0 and 1 that is 0 for all
    rows of a class has no normal density. Tails are clipped, or single wild values set the variances.
    """
    before = {name: value for name, value in params.items() if "__" in name}
    own = {name: value for name, value in params.items() if "__" not in name}
    steps = [
        ("impute_scale", ImputeScale(flag=False, clip=3.0)),
        ("principal", PCA(0.9, svd_solver="covariance_eigh")),
        ("model", GaussianNB(**own)),
    ]
    return Pipeline(steps).set_params(**before)
