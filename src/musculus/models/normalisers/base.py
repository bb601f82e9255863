"""What all normalisers of rows share: metadata beside the table, NaN let through, columns that keep their names."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from musculus.errors import DataError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.str_]
EVERYBODY = ""


class Metadata:
    """What is known of each row: words of shape (n,), all alike where nothing was given; gain as numbers, or None."""

    def __init__(self, n_rows: int, **given: Any) -> None:
        self.n_rows = n_rows
        self.gain = _numbers(given.pop("gain"), n_rows)
        self.given = {k for k, v in given.items() if v is not None}
        self.configuration, self.person, self.session = (
            _words(k, given[k], n_rows) for k in ("configuration", "person", "session")
        )


class Normaliser(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no types
    """Rows in, rows of the same columns out. A subclass writes `_learn(rows, about)` and `_apply(rows, about)`.

    Statistics are those of the rows that were fitted, never of the rows to be transformed: a row comes out the same
    alone and in a crowd (a session's or person's own units need that session's rows: those two say so).
    """

    n_features_in_: int

    def fit(
        self, X: npt.ArrayLike, y: object = None, *, configuration: npt.ArrayLike | None = None,
        person: npt.ArrayLike | None = None, session: npt.ArrayLike | None = None, gain: npt.ArrayLike | None = None,
    ) -> Self:  # fmt: skip
        """Learn from rows of shape (n, n_features), NaN where undefined, and what is known of each, shape (n,)."""
        rows: Floats = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self._learn(
            rows, Metadata(len(rows), configuration=configuration, person=person, session=session, gain=gain)
        )
        return self

    def transform(
        self, X: npt.ArrayLike, *, configuration: npt.ArrayLike | None = None, person: npt.ArrayLike | None = None,
        session: npt.ArrayLike | None = None, gain: npt.ArrayLike | None = None,
    ) -> Floats:  # fmt: skip
        """The rows without what the configuration did, shape (n, n_features); NaN stays NaN."""
        check_is_fitted(self)
        rows: Floats = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite="allow-nan")
        about = Metadata(len(rows), configuration=configuration, person=person, session=session, gain=gain)
        return self._apply(rows, about)

    def fit_transform(self, X: npt.ArrayLike, y: object = None, **about: Any) -> Any:
        """Fit, and transform the same rows; what is known of them counts for both."""
        return self.fit(X, y, **about).transform(X, **about)

    def _learn(self, rows: Floats, about: Metadata) -> None:
        raise NotImplementedError

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        raise NotImplementedError

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def groups_of(names: Words) -> dict[str, Bools]:
    """Which rows belong to each name."""
    return {name: names == name for name in np.unique(names).tolist()}


def _words(what: str, values: npt.ArrayLike | None, n_rows: int) -> Words:
    if values is None:
        return np.full(n_rows, EVERYBODY)
    names = np.asarray(values).astype(str)
    if names.shape != (n_rows,):
        raise DataError(f"{what}: {names.size} values for {n_rows} rows; one a row")
    return names


def _numbers(values: npt.ArrayLike | None, n_rows: int) -> Floats | None:
    if values is None:
        return None
    found = np.asarray(values, dtype=np.float64)
    if found.shape != (n_rows,) or not (found > 0).all():
        raise DataError(f"gain: DPI times sensitivity, above 0, for each of the {n_rows} rows; found {found.shape}")
    return found
