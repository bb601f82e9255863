"""Fitted estimators as the steps of a model file: for each class the function that takes its numbers out."""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

from musculus.errors import BundleError
from musculus.models.exports.part import Part

EXPORTS = MappingProxyType(
    {
        "ImputeScale": "native:impute_scale",
        "HistogramNB": "native:histogram_nb",
        "RandomConvolutions": "native:random_convolutions",
        "LogisticRegression": "native:logistic_regression",
        "LinearSVC": "native:linear_svc",
        "SVC": "native:svc",
        "RbfSVC": "native:rbf_svc",
        "RBFSampler": "native:rbf_sampler",
        "RbfOneClassSVM": "native:rbf_one_class_svm",
        "GaussianNB": "native:gaussian_nb",
        "PCA": "native:principal",
        "MLPClassifier": "native:mlp_classifier",
        "RandomForestClassifier": "trees:random_forest",
        "IsolationForest": "trees:isolation_forest",
        "XGBClassifier": "trees:xgboost",
        "LGBMClassifier": "trees:lightgbm",
        "CatBoostClassifier": "trees:catboost",
        "WarmStart": "warm:warm_start",
        "Ridge": "native:ridge",
        "RandomForestRegressor": "trees:random_forest",
        "XGBRegressor": "trees:xgboost",
        "LGBMRegressor": "trees:lightgbm",
        "CatBoostRegressor": "trees:catboost",
    }
)

__all__ = ["EXPORTS", "Part", "parts_of"]


def parts_of(model: Any) -> list[Part]:
    """The steps a model file needs to give what `row_scores` gives.

    Raises BundleError for a family that can't be served, naming those that can.
    """
    if hasattr(model, "steps"):
        return [part for _, step in model.steps if step not in (None, "passthrough") for part in parts_of(step)]
    name = type(model).__name__
    if name in EXPORTS:
        module, _, function = EXPORTS[name].partition(":")
        found: list[Part] = getattr(import_module(f"musculus.models.exports.{module}"), function)(model)
        return found
    if hasattr(model, "get_support"):
        return [Part("select", {"keep": model.get_support(indices=True)})]
    raise BundleError(
        f"{name} can't be served from a model file; those that can: {', '.join(sorted(EXPORTS))}, and selectors"
    )
