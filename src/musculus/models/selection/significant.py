"""Features that a statistical test finds to go with the labels, after correction for how many were tried."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.errors import UnknownName, UsageError
from musculus.models.selection.association import TESTS, associations, is_number
from musculus.models.selection.corrections import corrected

Floats = npt.NDArray[np.float64]


class Chooser(SelectorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """What all selectors share: a table that may hold NaN, labels, and at least one column kept.

    A subclass sets `score_` (higher is more wanted, shape (n_features,)) and `support_` in `_choose`.
    """

    score_: Floats
    support_: npt.NDArray[np.bool_]
    n_features_in_: int

    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Choose columns of a table of shape (n, n_features) by labels, or a number to be predicted, of shape (n,)."""
        rows, target = validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2)
        if type_of_target(target) == "unknown":
            raise ValueError("Unknown label type: labels are text, whole numbers, or a number to be predicted")
        self._choose(rows, target)
        if not self.support_.any():  # a model needs a column: the one nearest to being chosen
            self.support_[np.nanargmax(self.score_) if (~np.isnan(self.score_)).any() else 0] = True
        return self

    def _choose(self, rows: Floats, target: npt.NDArray[Any]) -> None:
        raise NotImplementedError

    def _get_support_mask(self) -> npt.NDArray[np.bool_]:
        check_is_fitted(self)
        return self.support_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


class SignificantFeatures(Chooser):
    """Columns whose corrected p is at most `level`; the one with the smallest p where there is none.

    Rows of one person aren't so many proofs: with several rows a person the p values are too small. They choose, they
    don't prove; what the choice is worth shows on people it has not seen.

    Parameters
    ----------
    test : mann_whitney (two labels), anova, kruskal, mutual_information, spearman (numbers to be predicted); a number
        to be predicted takes spearman where a test for labels is named
    correction : benjamini_hochberg, holm, none
    level : 0.05

    Attributes
    ----------
    statistic_, p_, corrected_p_ : (n_features,), NaN for a column that is constant or undefined
    support_ : (n_features,) kept or not

    Examples
    --------
    >>> SignificantFeatures().fit([[1.0, 5.0], [2.0, 3.0], [8.0, 5.0], [9.0, 3.0]], [0, 0, 1, 1]).get_support()
    array([ True, False])
    """

    statistic_: Floats
    p_: Floats
    corrected_p_: Floats

    def __init__(
        self, test: str = "kruskal", *, correction: str = "benjamini_hochberg", level: float = 0.05
    ) -> None:
        self.test = test
        self.correction = correction
        self.level = level

    def _choose(self, rows: Floats, target: npt.NDArray[Any]) -> None:
        if self.test not in TESTS:
            raise UnknownName("test", self.test, TESTS)
        if not 0 < self.level < 1:
            raise UsageError(f"level is {self.level!r}; a share in (0, 1)")
        number = is_number(target) and self.test != "mutual_information"
        self.statistic_, self.p_ = associations(rows, target, TESTS["spearman" if number else self.test])
        self.corrected_p_ = corrected(self.p_, self.correction)
        self.score_ = -self.p_
        with np.errstate(invalid="ignore"):
            self.support_ = self.corrected_p_ <= self.level
