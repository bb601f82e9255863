"""Winslow's one-class detector: how often people's values fall where this row's do."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.errors import UsageError
from musculus.models.buckets import equal_mass_edges, equal_width_edges, log_edges, log_unit, log_width
from musculus.score.arrays import Floats
from musculus.score.kernels.histogram import HistogramKernel, bucket

_EDGES = {"width": equal_width_edges, "mass": equal_mass_edges, "log": log_edges}


class HistogramNB(OutlierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """How ordinary is a row, feature by feature, among rows of people: Winslow's one-class Naive Bayes.

    Each feature's range among people is cut into buckets; two outer buckets stand for "outside the range seen". A row's
    score is the sum over the features of the log of the share of people in the bucket its value falls into. Fit it on
    rows of people only (labels are ignored); a row's score depends on nothing but the row. Buckets hold their left
    edge, the last both edges.

    Parameters
    ----------
    n_buckets : how many buckets between the smallest and the largest value of people
    buckets : "width" equally wide (Winslow's); "log" equally wide on a signed logarithmic scale, sign(x) log(1 + |x|/u)
        with u the 5 % quantile of |x|; "mass" equally many people in each, the share taken per width on that scale,
        so that rare stretches stay rare
    smoothing : added to the count of every bucket, outer ones too, before shares are taken; a whole row to each
        of 100 buckets would outweigh a few hundred people
    undefined : "learn": a NaN counts as the log share of NaN among people, but never more than a typical defined value
        does, so that missing values can't make a row look human; "skip": as much as a typical value, so that it says
        nothing
    contamination : share of the training rows that `predict` may call outliers, in (0, 0.5]

    Attributes
    ----------
    edges_ : (n_features, n_buckets + 1)
    log_share_ : (n_features, n_buckets + 2), the two outer buckets are "outside the range seen"; for "mass" the log of
        share per width, in units of the mean width. A feature that no training row has is 0 everywhere: it says nothing
    log_undefined_ : (n_features,) what NaN contributes
    typical_ : (n_features,) mean contribution of the defined training values
    offset_ : the score below which `predict` says -1

    Examples
    --------
    >>> people = np.random.default_rng(0).normal(size=(500, 3))
    >>> model = HistogramNB(n_buckets=20).fit(people)
    >>> model.predict([[0.1, 0.2, -0.3], [9.0, 9.0, 9.0]])
    array([ 1, -1])
    """

    edges_: Floats
    log_share_: Floats
    log_undefined_: Floats
    typical_: Floats
    offset_: float
    n_features_in_: int

    def __init__(
        self,
        n_buckets: int = 100,
        *,
        buckets: str = "width",
        smoothing: float = 0.1,
        undefined: str = "learn",
        contamination: float = 0.01,
    ) -> None:
        self.n_buckets = n_buckets
        self.buckets = buckets
        self.smoothing = smoothing
        self.undefined = undefined
        self.contamination = contamination

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Learn the buckets' shares from rows of people, shape (n, n_features); `y` is ignored."""
        self._check_parameters()
        rows = self._rows(X, reset=True)
        count = rows.shape[1]
        self.edges_ = np.zeros((count, self.n_buckets + 1))
        self.log_share_ = np.zeros((count, self.n_buckets + 2))
        self.log_undefined_, self.typical_ = np.zeros(count), np.zeros(count)
        for j, column in enumerate(rows.T):
            if not np.isnan(column).all():
                self._learn(j, column)
        self.offset_ = float(np.quantile(self.score_samples(rows), self.contamination, method="higher"))
        return self

    def score_samples(self, X: npt.ArrayLike) -> Floats:
        """The score of each row, shape (n,): higher is more like people."""
        found: Floats = self._kernel()(self._rows(X))[:, 0]
        return found

    def decision_function(self, X: npt.ArrayLike) -> Floats:
        """The score less `offset_`, shape (n,): 0 and above is called human."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """1 for a row like people's, -1 for an outlier; shape (n,)."""
        return np.where(self.decision_function(X) >= 0, 1, -1)

    def explain(self, X: npt.ArrayLike) -> Floats:
        """Each value's part in the score less the typical one, shape (n, n_features): below 0 speaks against the
        row.
        """
        return self._kernel().contributions(self._rows(X))

    def _learn(self, j: int, column: Floats) -> None:
        defined = column[~np.isnan(column)]
        edges = _EDGES[self.buckets](defined, self.n_buckets)
        counts = np.bincount(bucket(defined, edges), minlength=self.n_buckets + 2)
        total = len(defined) + self.smoothing * (self.n_buckets + 2)
        log_share = np.log((counts + self.smoothing) / total) - self._log_width(defined, edges)
        typical = float(counts @ log_share / len(defined))
        rare = np.log((len(column) - len(defined) + self.smoothing) / (len(column) + 2 * self.smoothing))
        self.edges_[j], self.log_share_[j], self.typical_[j] = edges, log_share, typical
        self.log_undefined_[j] = min(float(rare), typical) if self.undefined == "learn" else typical

    def _log_width(self, defined: Floats, edges: Floats) -> Floats | float:
        """Equal mass means equal shares: what tells rare from common there is how far the bucket stretches."""
        return log_width(edges, log_unit(defined)) if self.buckets == "mass" else 0.0

    def _kernel(self) -> HistogramKernel:
        check_is_fitted(self)
        return HistogramKernel(self.edges_, self.log_share_, self.log_undefined_, self.typical_)

    def _rows(self, X: npt.ArrayLike, *, reset: bool = False) -> Floats:
        if not reset:
            check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=reset, dtype=np.float64, ensure_all_finite="allow-nan")
        return rows

    def _check_parameters(self) -> None:
        if int(self.n_buckets) != self.n_buckets or self.n_buckets < 1:
            raise UsageError(f"n_buckets is {self.n_buckets!r}; a whole number from 1")
        if self.buckets not in _EDGES:
            raise UsageError(f"buckets is {self.buckets!r}; one of {', '.join(_EDGES)}")
        if not self.smoothing > 0:
            raise UsageError(
                f"smoothing is {self.smoothing!r}; a number above 0, or an empty bucket's log is undefined"
            )
        if self.undefined not in ("learn", "skip"):
            raise UsageError(f"undefined is {self.undefined!r}; learn or skip")
        if not 0 < self.contamination <= 0.5:
            raise UsageError(f"contamination is {self.contamination!r}; a share in (0, 0.5]")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
