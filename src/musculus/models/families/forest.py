"""Forests of independent trees."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import IsolationForest, RandomForestClassifier

from musculus.models.families.pipeline import SEED, after_filling


def random_forest(**params: Any) -> Any:
    """300 trees with at least 3 rows to a leaf: smaller leaves score no better here and make files of hundreds of
    MB.
    """
    return after_filling(
        RandomForestClassifier, {"n_estimators": 300, "min_samples_leaf": 3, "random_state": SEED, "n_jobs": -1}, params
    )


def isolation_forest(**params: Any) -> Any:
    """How quickly random cuts separate a row from people."""
    return after_filling(IsolationForest, {"n_estimators": 200, "random_state": SEED}, params)
