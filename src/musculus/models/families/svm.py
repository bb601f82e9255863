"""Support vector machines; with a Gaussian kernel they grow with the square of the rows, so above `max_rows` something
else is done.
"""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, OutlierMixin
from sklearn.kernel_approximation import RBFSampler
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC, LinearSVC, OneClassSVM
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.models.families.pipeline import SEED, after_scaling
from musculus.score.arrays import Floats


class RbfSVC(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """SVC with a Gaussian kernel; above `max_rows` a linear one on `n_components` random Fourier features of that
    kernel.

    `inner_` is the fitted SVC or the pipeline of RBFSampler and LinearSVC.
    """

    inner_: Any
    classes_: npt.NDArray[Any]
    n_features_in_: int

    def __init__(
        self,
        C: float = 1.0,
        *,
        gamma: float | None = None,
        max_rows: int = 10_000,
        n_components: int = 500,
        random_state: Any = SEED,
    ) -> None:
        self.C = C
        self.gamma = gamma
        self.max_rows = max_rows
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Fit; `gamma` None is 1 / (n_features x variance of the table)."""
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self.classes_ = np.unique(labels)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs two classes; the labels hold 1 class, {self.classes_[0]!r}")
        gamma = self.gamma or 1.0 / (rows.shape[1] * max(float(rows.var()), 1e-12))
        if len(rows) <= self.max_rows:
            inner: Any = SVC(C=self.C, gamma=gamma)
        else:
            cosines = RBFSampler(gamma=gamma, n_components=self.n_components, random_state=self.random_state)
            inner = Pipeline([("cosines", cosines), ("model", LinearSVC(C=self.C, random_state=self.random_state))])
        self.inner_ = inner.fit(rows, labels)
        return self

    def decision_function(self, X: npt.ArrayLike) -> Floats:
        """Signed distance in units of the margin, shape (n,) for two classes, else (n, n_classes)."""
        check_is_fitted(self)
        found: Floats = self.inner_.decision_function(validate_data(self, X, reset=False, dtype=np.float64))
        return found

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        """The likelier class of each row, shape (n,)."""
        found = self.decision_function(X)
        chosen = (found > 0).astype(np.intp) if found.ndim == 1 else found.argmax(axis=1)
        labels: npt.NDArray[Any] = self.classes_[chosen]
        return labels


class RbfOneClassSVM(OutlierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """OneClassSVM with a Gaussian kernel, fitted on a random `max_rows` of the rows where there are more.

    `inner_` is the fitted OneClassSVM, `offset_` the score below which `predict` says -1.
    """

    inner_: Any
    offset_: float
    n_features_in_: int

    def __init__(
        self, nu: float = 0.05, *, gamma: float | None = None, max_rows: int = 10_000, random_state: Any = SEED
    ) -> None:
        self.nu = nu
        self.gamma = gamma
        self.max_rows = max_rows
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Fit on rows of one kind; `y` is ignored."""
        rows = validate_data(self, X, dtype=np.float64)
        if len(rows) > self.max_rows:
            rows = rows[np.sort(check_random_state(self.random_state).choice(len(rows), self.max_rows, replace=False))]
        gamma = self.gamma or 1.0 / (rows.shape[1] * max(float(rows.var()), 1e-12))
        self.inner_ = OneClassSVM(nu=self.nu, gamma=gamma).fit(rows)
        self.offset_ = float(self.inner_.offset_[0])
        return self

    def score_samples(self, X: npt.ArrayLike) -> Floats:
        """Weighted closeness to the support vectors, shape (n,): higher is more ordinary."""
        check_is_fitted(self)
        found: Floats = self.inner_.score_samples(validate_data(self, X, reset=False, dtype=np.float64))
        return found

    def decision_function(self, X: npt.ArrayLike) -> Floats:
        """The score less `offset_`, shape (n,)."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """1 for an ordinary row, -1 for an outlier; shape (n,)."""
        return np.where(self.decision_function(X) >= 0, 1, -1)


def svm_linear(**params: Any) -> Any:
    """Linear support vector machine; its score is the signed distance."""
    return after_scaling(LinearSVC, {"C": 0.1, "max_iter": 5000, "random_state": SEED}, params)


def svm(**params: Any) -> Any:
    """Gaussian kernel, exact up to 10,000 rows."""
    return after_scaling(RbfSVC, {}, params)


def one_class_svm(**params: Any) -> Any:
    """Gaussian kernel around people."""
    return after_scaling(RbfOneClassSVM, {}, params)
