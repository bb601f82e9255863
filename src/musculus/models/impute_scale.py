"""What goes before most models: undefined values filled and flagged, columns centred, scaled and clipped."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from musculus.errors import UsageError
from musculus.score.arrays import Floats
from musculus.score.kernels.impute_scale import ImputeScaleKernel
from musculus.score.kernels.parts import Indices


class ImputeScale(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Medians for NaN with a 0/1 column beside them, then robust scaling.

    Speeds and jerks have tails over many powers of ten, so centre and scale are the median and the quartiles' distance,
    and what lies farther out than `clip` of those is moved there.

    Parameters
    ----------
    flag : add a column `<name>_undefined` for each column with a NaN in training
    scale : centre by the median and divide by the quartiles' distance; where that is 0 by the distance of the 5 % and
        95 % quantiles, then by the standard deviation; a constant column is only centred
    clip : largest absolute value after scaling, None for no limit; without `scale` it is not used
    single : round to float32, so that trees served in ONNX see the very numbers they were trained on

    Attributes
    ----------
    fill_, center_, scale_ : (n_features,); a column without any defined value is filled with 0
    flagged_ : (n_flags,) column numbers

    Examples
    --------
    >>> ImputeScale().fit_transform([[1.0], [2.0], [3.0], [np.nan]])
    array([[-1.,  0.],
           [ 0.,  0.],
           [ 1.,  0.],
           [ 0.,  1.]])
    """

    fill_: Floats
    center_: Floats
    scale_: Floats
    flagged_: Indices
    n_features_in_: int

    def __init__(
        self, *, flag: bool = True, scale: bool = True, clip: float | None = 10.0, single: bool = False
    ) -> None:
        self.flag = flag
        self.scale = scale
        self.clip = clip
        self.single = single

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:
        """Learn medians, scales and which columns are sometimes undefined, from rows of shape (n, n_features)."""
        if self.clip is not None and not self.clip > 0:
            raise UsageError(f"clip is {self.clip!r}; a number above 0, or None")
        rows: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        undefined = np.isnan(rows)
        columns = [column[~gone] for column, gone in zip(rows.T, undefined.T, strict=True)]
        # Trees cut half way between two values, so a fill between them could fall on either side once it is rounded.
        how: Literal["lower", "midpoint"] = "lower" if self.single else "midpoint"
        self.fill_ = np.array([np.quantile(column, 0.5, method=how) if len(column) else 0.0 for column in columns])
        self.flagged_ = np.flatnonzero(undefined.any(axis=0)) if self.flag else np.empty(0, dtype=np.int64)
        self.center_ = self.fill_.copy() if self.scale else np.zeros(len(columns))
        self.scale_ = np.array([_width(column) for column in columns]) if self.scale else np.ones(len(columns))
        return self

    def transform(self, X: npt.ArrayLike) -> Floats:
        """Shape (n, n_features + n_flags), no NaN."""
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        found = self.kernel()(rows)
        return _to_single(found) if self.single else found

    def kernel(self) -> ImputeScaleKernel:
        """The computation itself, as a model file keeps it."""
        clip = np.inf if self.clip is None or not self.scale else float(self.clip)
        return ImputeScaleKernel(self.fill_, self.center_, self.scale_, clip, self.flagged_)

    def get_feature_names_out(self, input_features: Any = None) -> npt.NDArray[np.object_]:
        """The columns' names, then `<name>_undefined` for each flag."""
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        flags = np.array([f"{name}_undefined" for name in names[self.flagged_]], dtype=object)
        return np.concatenate([np.asarray(names, dtype=object), flags])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def _width(column: Floats) -> float:
    if not len(column):
        return 1.0
    q05, q25, q75, q95 = np.quantile(column, [0.05, 0.25, 0.75, 0.95])
    noise = 1e-12 * float(np.abs(column).max())  # what rounding leaves of a constant
    return next((float(width) for width in (q75 - q25, q95 - q05, column.std()) if width > noise), 1.0)


def _to_single(table: Floats) -> Floats:
    largest = float(np.finfo(np.float32).max)
    return np.clip(table, -largest, largest).astype(np.float32).astype(np.float64)
