"""One way to fit and one way to ask, whatever the family: higher is more human, or more the target."""
# ruff: noqa: N803 - scikit-learn calls the table X

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import is_outlier_detector

from musculus.errors import DataError, UnknownName
from musculus.score.arrays import Floats


def fit_model(model: Any, X: npt.ArrayLike, y: npt.ArrayLike, *, target: Any = 1) -> Any:
    """Fit and return the model: one-class families on the rows whose label is `target`, the others on all.

    Labels are whole numbers from 0. Raises DataError where there is nothing to learn from.

    >>> from musculus.models.table import make_model
    >>> fit_model(make_model("winslow"), [[1.0], [2.0], [9.0]], [1, 1, 0]).edges_.max()
    np.float64(2.0)
    """
    rows, labels = np.asarray(X, dtype=np.float64), np.asarray(y)
    chosen = labels == target
    if not chosen.any():
        raise DataError(
            f"no row has the label {target!r}; the labels are {', '.join(map(str, np.unique(labels)[:10].tolist()))}"
        )
    if is_outlier_detector(model):
        return model.fit(rows[chosen])
    if chosen.all():
        raise DataError(f"all {len(labels)} rows have the label {target!r}; add others, or take a one-class family")
    return model.fit(rows, labels)


def row_scores(model: Any, X: npt.ArrayLike, *, target: Any = 1) -> Floats:
    """The score of each row, shape (n,): what `score_kind` says; higher is more human, or more the target."""
    rows = np.asarray(X, dtype=np.float64)
    kind = score_kind(model)
    if kind in ("log share", "isolation", "closeness"):
        found: Any = model.score_samples(rows)
    elif kind == "value":
        found = model.predict(rows)
    else:
        place = class_index(model, target)
        found = model.predict_proba(rows) if kind == "probability" else model.decision_function(rows)
        found = found[:, place] if np.ndim(found) == 2 else found * (1 if place == 1 else -1)
    return np.ascontiguousarray(found, dtype=np.float64)


def class_scores(model: Any, X: npt.ArrayLike) -> Floats:
    """The score of each row for each class, shape (n, n_classes): probabilities where the family gives them, else
    margins.
    """
    rows = np.asarray(X, dtype=np.float64)
    found = model.predict_proba(rows) if hasattr(model, "predict_proba") else model.decision_function(rows)
    table: Floats = np.asarray(found, dtype=np.float64)
    return np.stack([-table, table], axis=1) if table.ndim == 1 else table


def score_kind(model: Any) -> str:
    """What the number that `row_scores` gives is: log share, closeness, isolation, log odds, margin, probability or
    value.
    """
    last = model[-1] if hasattr(model, "steps") else model
    if is_outlier_detector(model):
        return {"HistogramNB": "log share", "IsolationForest": "isolation"}.get(type(last).__name__, "closeness")
    if not len(getattr(last, "classes_", ())):  # CatBoost's regressor has the attribute, and it is empty
        return "value"
    if not hasattr(model, "predict_proba"):
        return "margin"
    return (
        "log odds" if hasattr(last, "coef_") and len(last.classes_) == 2 else "probability"
    )  # trees' files hold probabilities


def class_index(model: Any, target: Any) -> int:
    """Where the target stands among the model's classes.

    Raises UnknownName.
    """
    classes = (model[-1] if hasattr(model, "steps") else model).classes_.tolist()
    if target not in classes:
        raise UnknownName("class of this model", str(target), map(str, classes))
    return int(classes.index(target))
