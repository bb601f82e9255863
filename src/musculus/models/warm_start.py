"""A model of one site as the starting point on another: the new one learns what the old one's score leaves open."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.models.impute_scale import ImputeScale
from musculus.models.outputs import class_scores
from musculus.score import Scorer

Floats = npt.NDArray[np.float64]


class WarmStart(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """`model` on the columns and, beside them, the scores of `source`, a model fitted elsewhere on the same columns.

    With few rows of the new site the old score carries the decision, with many the new columns do; any family can be
    either of the two. The old scores are weighted by `trust`: columns are scaled, so a score counts as much as so many
    columns. Without a source this is a cold start.

    `source` is a fitted estimator, or a model file as `musculus.load_model` gives it, which alone can be saved.

    Attributes
    ----------
    inner_ : the fitted model; scale_ : the fitted filling and scaling of columns and scores
    """

    inner_: Any
    scale_: ImputeScale
    classes_: npt.NDArray[Any]
    n_features_in_: int

    def __init__(self, source: Any = None, model: Any = None, *, trust: float = 5.0) -> None:
        self.source = source
        self.model = model
        self.trust = trust

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Fit on rows of the new site, shape (n, n_features), and their labels."""
        from sklearn.linear_model import LogisticRegression

        rows, labels = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan")
        check_classification_targets(labels)
        self.classes_ = np.unique(labels)
        if len(self.classes_) < 2:
            raise ValueError(f"a classifier needs two classes; the labels hold 1 class, {self.classes_[0]!r}")
        self.scale_ = ImputeScale(flag=False).fit(rows)
        inner = LogisticRegression(C=0.01, max_iter=500) if self.model is None else clone(self.model)
        self.inner_ = inner.fit(self._beside(rows), labels)
        return self

    def predict_proba(self, X: npt.ArrayLike) -> Floats:
        """Probability of each class, shape (n, n_classes)."""
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        found: Floats = self.inner_.predict_proba(self._beside(rows))
        return found

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[Any]:
        """The likelier class of each row, shape (n,)."""
        found = self.predict_proba(X)
        labels: npt.NDArray[Any] = self.classes_[found.argmax(axis=1)]
        return labels

    def _beside(self, rows: Floats) -> Floats:
        scaled = self.scale_.transform(rows)
        if self.source is None:
            return scaled
        return np.hstack([scaled, self.trust * evidence(self.source, rows)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def evidence(source: Any, rows: Floats) -> Floats:
    """What the old model says of each row, shape (n, n_classes): logs of its probabilities, or its margins."""
    if isinstance(source, Scorer):
        return source.evidence(rows)
    found = class_scores(source, rows)
    return np.log(np.clip(found, 1e-4, 1.0)) if hasattr(source, "predict_proba") else found
