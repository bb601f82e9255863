"""Models that predict a number (age, days until the next visit), by the names of their sisters for classes.

Tables with a number for each person are small: one thread each, as several would wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from musculus.errors import MissingExtra, UnknownName
from musculus.models.families.pipeline import SEED, after_filling, after_scaling


def _ridge(**params: Any) -> Any:
    from sklearn.linear_model import Ridge

    return after_scaling(Ridge, {"alpha": 10.0}, params)


def _forest(**params: Any) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    defaults = {"n_estimators": 200, "min_samples_leaf": 3, "random_state": SEED, "n_jobs": 1}
    return after_filling(RandomForestRegressor, defaults, params)


def _xgboost(**params: Any) -> Any:
    from xgboost import XGBRegressor

    defaults = {"n_estimators": 200, "learning_rate": 0.05, "max_depth": 4, "subsample": 0.8, "random_state": SEED}
    return after_filling(XGBRegressor, {**defaults, "n_jobs": 1}, params)


def _lightgbm(**params: Any) -> Any:
    from lightgbm import LGBMRegressor

    quiet = {"verbose": -1, "deterministic": True, "force_row_wise": True, "n_jobs": 1}
    few = {"n_estimators": 200, "learning_rate": 0.05, "num_leaves": 15, "random_state": SEED}
    return after_filling(LGBMRegressor, {**few, **quiet}, params)


def _catboost(**params: Any) -> Any:
    from catboost import CatBoostRegressor

    quiet = {"verbose": 0, "allow_writing_files": False, "thread_count": 1}
    few = {"iterations": 200, "learning_rate": 0.05, "depth": 5, "random_seed": SEED}
    return after_filling(CatBoostRegressor, {**few, **quiet}, params)


REGRESSORS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({
    "ridge": _ridge,
    "logistic_regression": _ridge,  # its linear sister: a comparison of all models has a linear one for numbers too
    "random_forest": _forest,
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "catboost": _catboost,
})  # fmt: skip


def make_regressor(name: str, **params: Any) -> Any:
    """A fresh regressor by the name of its sister in `MODELS`, or `ridge`.

    Raises UnknownName for a family that predicts no number, and MissingExtra where its library isn't installed.

    >>> make_regressor("ridge", alpha=3.0)[-1]
    Ridge(alpha=3.0)
    """
    if name not in REGRESSORS:
        raise UnknownName("model of a number", name, REGRESSORS)
    try:
        return REGRESSORS[name](**params)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{name} needs {error.name}; install it with: pip install 'musculus[learn]'") from error
