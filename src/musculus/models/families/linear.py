"""Linear models that give probabilities."""

from __future__ import annotations

from typing import Any

from sklearn.linear_model import LogisticRegression

from musculus.models.families.pipeline import after_scaling


def logistic_regression(**params: Any) -> Any:
    """Logistic regression with a ridge penalty; its score is the log odds."""
    return after_scaling(LogisticRegression, {"max_iter": 1000}, params)
