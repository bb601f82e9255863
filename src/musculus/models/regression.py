"""Models that predict a number (age, days until the next visit), by the names of their sisters for classes."""

from __future__ import annotations

from typing import Any, Final

from musculus.errors import UnknownName
from musculus.models.families.pipeline import SEED, after_filling, after_scaling

REGRESSORS: Final = ("ridge", "random_forest", "lightgbm")


def make_regressor(name: str, **params: Any) -> Any:
    """A fresh regressor; `logistic_regression` gives its linear sister, ridge. UnknownName for one that isn't there.

    >>> make_regressor("ridge", alpha=3.0)[-1]
    Ridge(alpha=3.0)
    """
    if name in ("ridge", "logistic_regression"):
        from sklearn.linear_model import Ridge

        return after_scaling(Ridge, {"alpha": 10.0}, params)
    if name == "random_forest":
        from sklearn.ensemble import RandomForestRegressor

        return after_filling(
            RandomForestRegressor, {"n_estimators": 200, "min_samples_leaf": 3, "random_state": SEED}, params
        )
    if name == "lightgbm":
        from lightgbm import LGBMRegressor

        quiet = {"verbose": -1, "deterministic": True, "force_row_wise": True}
        few = {"n_estimators": 200, "learning_rate": 0.05, "num_leaves": 15, "random_state": SEED}
        return after_filling(LGBMRegressor, {**few, **quiet}, params)
    raise UnknownName("model of a number", name, REGRESSORS)
