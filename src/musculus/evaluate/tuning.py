"""Settings searched inside the training part, never beyond it: folds of its own people, seeded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Floats
from musculus.evaluate.metrics import roc_auc
from musculus.evaluate.splits import between
from musculus.models import MODELS, make_model
from musculus.models.outputs import class_scores, fit_model, row_scores

FOLDS: Final = 3
SEED: Final = 0
Range = tuple[float, float, str]  # from, to, and how: log, whole, even
SPACES: Final[Mapping[str, Mapping[str, Range]]] = MappingProxyType({
    "logistic_regression": {"C": (1e-4, 10, "log")},
    "svm_linear": {"C": (1e-4, 10, "log")},
    "svm": {"C": (0.1, 100, "log")},
    "random_forest": {"min_samples_leaf": (1, 20, "whole"), "max_features": (0.05, 0.6, "even")},
    "xgboost": {"learning_rate": (0.02, 0.3, "log"), "max_depth": (2, 8, "whole"), "reg_lambda": (0.1, 30, "log")},
    "lightgbm": {"learning_rate": (0.02, 0.3, "log"), "num_leaves": (4, 64, "whole"), "reg_lambda": (0.1, 30, "log")},
    "catboost": {"learning_rate": (0.02, 0.3, "log"), "depth": (3, 8, "whole"), "l2_leaf_reg": (1, 30, "log")},
    "mlp": {"alpha": (1e-5, 1, "log"), "learning_rate_init": (1e-4, 1e-2, "log")},
    "gaussian_nb": {"var_smoothing": (1e-9, 1, "log")},
    "histogram_nb": {"n_buckets": (10, 200, "whole"), "smoothing": (0.01, 10, "log")},
    "histogram_nb_log": {"n_buckets": (10, 200, "whole"), "smoothing": (0.01, 10, "log")},
    "histogram_nb_mass": {"n_buckets": (5, 60, "whole"), "smoothing": (0.01, 10, "log")},
    "one_class_svm": {"nu": (0.005, 0.5, "log")},
})  # fmt: skip


def tuned(model: str, x: Floats, y: npt.NDArray[Any], person: npt.NDArray[Any], trials: int) -> dict[str, Any]:
    """The best of so many settings by the AUC of held-out people among the training rows; {} where nothing is to tune.

    A number to be predicted, and a training part of fewer people than folds, keep the defaults.
    """
    if model not in SPACES or y.dtype.kind == "f" or len(np.unique(person)) < FOLDS:
        return {}
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    folds = list(between("person", person, FOLDS, labels=y, seed=SEED))

    def score(trial: Any) -> float:
        params = {name: _suggested(trial, name, span) for name, span in SPACES[model].items()}
        return float(np.mean([_auc(model, params, x, y, split.train, split.test) for split in folds]))

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=SEED))
    study.optimize(score, n_trials=trials)
    return dict(study.best_params)


def _suggested(trial: Any, name: str, span: Range) -> Any:
    low, high, how = span
    if how == "whole":
        return trial.suggest_int(name, int(low), int(high))
    return trial.suggest_float(name, low, high, log=how == "log")


def _auc(
    model: str, params: dict[str, Any], x: Floats, y: npt.NDArray[Any], train: npt.NDArray[Any], test: npt.NDArray[Any]
) -> float:
    """Mean over classes of each against the rest; 0.5 where a fold can't say."""
    fitted = fit_model(make_model(model, **params), x[train], y[train], target=y.max())
    if MODELS[model].one_class:
        found = [roc_auc(y[test] == y.max(), row_scores(fitted, x[test]))]
    else:
        last = fitted[-1] if hasattr(fitted, "steps") else fitted
        scores = class_scores(fitted, x[test])
        found = [roc_auc(y[test] == c, scores[:, i]) for i, c in enumerate(last.classes_)]
    return float(np.mean(np.nan_to_num(found, nan=0.5)))
