"""Each person's rows in that person's own units, or each configuration's: normalisation by group."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.errors import DataError, UsageError

Floats = npt.NDArray[np.float64]
WAYS = ("shift", "scale", "both")


class ByGroup(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Columns less the group's median (`shift`), over the group's spread (`scale`), or `both`.

    The statistics are those of the rows a group was fitted or enrolled with, never of the rows to be transformed: a row
    comes out the same alone and in a crowd. A group that was never seen is treated as everybody together, and `enrol`
    adds one (a new customer after a first visit). Shifting columns with many equal values gives the group away to
    trees: check a normaliser with a model that isn't linear.

    Parameters
    ----------
    way : shift, scale or both
    fewest : rows a group needs for its own statistics

    Attributes
    ----------
    center_, spread_ : (n_features,) of all rows
    groups_ : group -> (center, spread)

    Examples
    --------
    >>> by = ByGroup("shift", fewest=2).fit([[1.0], [3.0], [11.0], [13.0]], groups=["ann", "ann", "bob", "bob"])
    >>> by.transform([[2.0], [12.0], [7.0]], groups=["ann", "bob", "new"]).ravel().tolist()
    [0.0, 0.0, 0.0]
    """

    center_: Floats
    spread_: Floats
    groups_: dict[str, tuple[Floats, Floats]]
    n_features_in_: int

    def __init__(self, way: str = "both", *, fewest: int = 5) -> None:
        self.way = way
        self.fewest = fewest

    def fit(self, X: npt.ArrayLike, y: object = None, *, groups: npt.ArrayLike | None = None) -> Self:
        """Learn the statistics of all rows, shape (n, n_features), and of each group, shape (n,)."""
        if self.way not in WAYS:
            raise UsageError(f"way is {self.way!r}; one of {', '.join(WAYS)}")
        rows: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.center_, self.spread_ = _statistics(rows, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
        self.groups_ = {}
        names = _names(groups, len(rows))
        for name in np.unique(names).tolist() if groups is not None else ():
            self._learn(rows[names == name], name)
        return self

    def enrol(self, X: npt.ArrayLike, group: str) -> Self:
        """Learn (or learn anew) one group from its rows; the other statistics stay as they are."""
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        self._learn(rows, str(group))
        return self

    def transform(self, X: npt.ArrayLike, groups: npt.ArrayLike | None = None) -> Floats:
        """The rows in their groups' units, shape (n, n_features); NaN stays NaN."""
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        found = np.empty_like(rows)
        names = _names(groups, len(rows))
        for name in np.unique(names).tolist():
            mine = names == name
            center, spread = self.groups_.get(name, (self.center_, self.spread_))
            found[mine] = rows[mine] - (center if self.way != "scale" else 0.0)
            found[mine] /= spread if self.way != "shift" else 1.0
        return found

    def _learn(self, rows: Floats, name: str) -> None:
        if len(rows) >= self.fewest:
            self.groups_[name] = _statistics(rows, self.center_, self.spread_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _names(groups: npt.ArrayLike | None, n_rows: int) -> npt.NDArray[np.str_]:
    if groups is None:
        return np.full(n_rows, "")
    names = np.asarray(groups).astype(str)
    if names.shape != (n_rows,):
        raise DataError(f"{names.size} groups for {n_rows} rows")
    return names


def _statistics(rows: Floats, center: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Median and quartiles' distance of each column; the given ones where a column is undefined or constant."""
    middle, width = center.copy(), spread.copy()
    for j, column in enumerate(rows.T):
        defined = column[~np.isnan(column)]
        if len(defined):
            low, middle[j], high = np.quantile(defined, [0.25, 0.5, 0.75])
            width[j] = high - low if high - low > 1e-12 * np.abs(defined).max() else spread[j]
    return middle, width
