"""Who is it?  Few rows of many people: a linear discriminant whose covariance is mostly its diagonal."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin

from musculus.models.normalisers.quartiles import statistics

Floats = npt.NDArray[np.float64]
SHRINK: Final = 0.6  # share of the covariance that is its diagonal; from 0.3 to 0.9 figures move by a point or two
FEW: Final = 5  # rows of an activity below which its mean isn't taken off


class Recogniser(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Linear discriminant on arcsinh-scaled columns, each activity less what it does to everybody in training.

    Features of one task differ from those of another whoever does it; where the activity of a row is known, its mean
    over the training rows is taken off both sides. The pooled covariance within classes is drawn to its diagonal.

    Parameters
    ----------
    shrink : share of the covariance that is its diagonal
    angle : compare directions from the middle of everybody, as recognisers of speakers do, in the place of distances:
        another mouse, or few rows, move people's means out or in more than they turn them

    Attributes
    ----------
    classes_ : (n_classes,)
    means_ : (n_classes, n_features); weights_ : (n_classes, n_features); bias_ : (n_classes,)
    """

    def __init__(self, *, shrink: float = SHRINK, angle: bool = True) -> None:
        self.shrink = shrink
        self.angle = angle

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike, *, activity: npt.ArrayLike | None = None) -> Self:
        """Learn classes from rows of shape (n, n_features), NaN where undefined."""
        rows = np.asarray(X, np.float64)
        self.classes_, code = np.unique(np.asarray(y), return_inverse=True)
        self.center_, self.spread_ = statistics(rows, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
        z = np.arcsinh((np.where(np.isnan(rows), self.center_, rows) - self.center_) / self.spread_)
        self.scale_ = np.maximum(z.std(axis=0), 1e-9)
        z /= self.scale_
        self.mean_, self.activities_ = z.mean(axis=0), {}
        names = _names(activity, len(z))
        for name in np.unique(names).tolist():
            if (mine := names == name).sum() >= FEW:
                self.activities_[name] = z[mine].mean(axis=0)
        return self._discriminant(self._less(z, names), code)

    def _discriminant(self, z: Floats, code: npt.NDArray[np.intp]) -> Self:
        self.means_ = np.stack([z[code == i].mean(axis=0) for i in range(len(self.classes_))])
        left = z - self.means_[code]
        covariance = left.T @ left / max(len(z) - len(self.classes_), 1)
        diagonal = np.diag(np.maximum(np.diag(covariance), 0.01))
        self.weights_ = np.linalg.solve((1 - self.shrink) * covariance + self.shrink * diagonal, self.means_.T).T
        far = (self.weights_ * self.means_).sum(axis=1)  # squared distance of each class from the middle
        if self.angle:
            self.weights_, self.bias_ = self.weights_ / np.sqrt(np.maximum(far, 1e-12))[:, None], np.zeros(len(far))
        else:
            self.bias_ = -0.5 * far
        return self

    def decision_function(self, X: npt.ArrayLike, *, activity: npt.ArrayLike | None = None) -> Floats:
        """How much speaks for each class, (n, n_classes)."""
        rows = np.asarray(X, np.float64)
        z = np.arcsinh((np.where(np.isnan(rows), self.center_, rows) - self.center_) / self.spread_) / self.scale_
        return np.asarray(self._less(z, _names(activity, len(z))) @ self.weights_.T + self.bias_)

    def predict(self, X: npt.ArrayLike, *, activity: npt.ArrayLike | None = None) -> npt.NDArray[Any]:
        """The likeliest class of each row, (n,)."""
        best = self.decision_function(X, activity=activity).argmax(axis=1)
        return np.asarray(self.classes_[best])

    def _less(self, z: Floats, names: npt.NDArray[np.str_]) -> Floats:
        out = z - self.mean_
        for name, mean in self.activities_.items():
            out[names == name] = z[names == name] - mean
        return np.asarray(out)


def _names(activity: npt.ArrayLike | None, n_rows: int) -> npt.NDArray[np.str_]:
    return np.full(n_rows, "") if activity is None else np.asarray(activity).astype(str)
