"""Which features a fitted model leans on, by its own account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def leaning(fitted: Any, names: Sequence[str]) -> Floats:
    """Weight of each feature, shares of the whole, shape (n_features,): weights of a linear model on scaled columns,
    gains of trees. NaN for families that have none; the flag of an undefined value counts for its feature.
    """
    steps = [step for _, step in fitted.steps] if hasattr(fitted, "steps") else [fitted]
    last = steps[-1]
    found = getattr(last, "feature_importances_", None)
    if found is None:
        found = np.abs(np.atleast_2d(last.coef_)).mean(axis=0) if hasattr(last, "coef_") else None
    if found is None:
        return np.full(len(names), np.nan)
    columns: npt.NDArray[Any] = np.array(names, dtype=object)
    for step in steps[:-1]:
        columns = step.get_feature_names_out(columns)
    at = {name: i for i, name in enumerate(names)}
    weights = np.zeros(len(names))
    for name, weight in zip(columns.tolist(), np.asarray(found, dtype=np.float64).tolist(), strict=True):
        weights[at[name if name in at else name.removesuffix("_undefined")]] += weight
    return weights / max(float(weights.sum()), 1e-12)


def selected(weights: Floats, names: Sequence[str], most: int = 30) -> list[dict[str, Any]]:
    """The features with the highest weight, for a report; empty where the family has no weights."""
    if np.isnan(weights).all():
        return []
    order = [int(j) for j in np.argsort(-weights, kind="stable")[:most] if weights[j] > 0]
    return [{"name": names[j], "weight": round(float(weights[j]), 5)} for j in order]
