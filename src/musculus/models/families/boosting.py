"""Gradient boosted trees from three libraries, each imported when it is asked for. Labels are whole numbers 0, 1, 2
...
"""

from __future__ import annotations

from typing import Any

from musculus.models.families.pipeline import SEED, after_filling


def xgboost(**params: Any) -> Any:
    """XGBoost on histograms."""
    from xgboost import XGBClassifier

    defaults = {
        "n_estimators": 300,
        "learning_rate": 0.1,
        "max_depth": 6,
        "subsample": 0.8,
        "random_state": SEED,
        "n_jobs": -1,
    }
    return after_filling(XGBClassifier, defaults, params)


def lightgbm(**params: Any) -> Any:
    """LightGBM."""
    from lightgbm import LGBMClassifier

    defaults = {"n_estimators": 300, "learning_rate": 0.05, "num_leaves": 31, "random_state": SEED, "n_jobs": -1}
    return after_filling(
        LGBMClassifier, {**defaults, "verbose": -1, "deterministic": True, "force_row_wise": True}, params
    )


def catboost(**params: Any) -> Any:
    """CatBoost on numbers only."""
    from catboost import CatBoostClassifier

    defaults = {"iterations": 300, "learning_rate": 0.1, "depth": 6, "random_seed": SEED, "verbose": 0}
    return after_filling(CatBoostClassifier, {**defaults, "allow_writing_files": False}, params)
