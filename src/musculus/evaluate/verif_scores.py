"""What each model says of each row for each enrolled person: the step between rows and claims."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.usable import usable
from musculus.models import make_model
from musculus.models.outputs import class_scores, fit_model, row_scores
from musculus.models.table import entry_of
from musculus.tasks.verify import Trials

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EACH: Final = 2_000  # enrolled rows of one person that a model learns from: rows overlap, and more gain little
EDGE: Final = 1e-2  # added to probabilities before their log: one sure row shall not outweigh a session
SEED: Final = 0
COMPONENTS: Final = "principal__n_components"
# For many classes of many rows: as good by folds of enrolled sessions (`benchmarks/prove.py inner`), in a tenth of the
# time. Small trees on several threads wait for each other most of the time, and on a busy machine nearly all of it.
QUICK: Final[dict[str, dict[str, Any]]] = {
    "logistic_regression": {"C": 0.01, "max_iter": 200, "tol": 1e-2, "impute_scale__clip": 3.0},
    "convolutions": {"C": 0.03, "max_iter": 200, "tol": 1e-2},
    "gaussian_nb": {"principal__n_components": 60},
    "svm_linear": {"C": 1e-4},
    "lightgbm": {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 15, "max_bin": 63, "colsample_bytree": 0.3,
                 "subsample": 0.8, "subsample_freq": 1, "min_child_samples": 40, "reg_lambda": 5.0, "n_jobs": 1},
    "xgboost": {"n_estimators": 100, "max_depth": 4, "max_bin": 64, "colsample_bytree": 0.3, "n_jobs": 1},
    "catboost": {"iterations": 150, "depth": 5, "border_count": 64},
    "random_forest": {"n_estimators": 150},
    "svm": {"C": 3.0},
}  # fmt: skip


def row_scores_of(
    table: Trials,
    model: str,
    progress: Callable[[int, int], None] | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
    edge: float | None = EDGE,
) -> tuple[Ints, Floats, Any]:
    """The columns used, each test row's score for each person, shape (n_rows, n_people), and the fitted model (of a
    one-class family the last person's).

    0 for rows that enrol, -inf for people of whom no row enrols. Scores are logs of probabilities plus `edge` (None:
    the probabilities themselves), or margins; of a one-class family how many spreads a row lies from the median of the
    person's own rows, its inverse hyperbolic sine. `settings` are the model's, those of `QUICK` by default.
    """
    values, columns = table.table.values, usable(table.table.values[table.enrol])
    fit, test = _sample(table), np.flatnonzero(~table.enrol & np.isin(table.recording, table.session))
    seen, unseen = values[np.ix_(fit, columns)], values[np.ix_(test, columns)]
    known = np.unique(table.person[fit])
    scores = np.zeros((len(values), len(table.people)))
    scores[:, np.setdiff1d(np.arange(len(table.people)), known)] = -np.inf
    made = _maker(model, settings, min(seen.shape))
    if not entry_of(model).one_class:
        fitted = made().fit(seen, np.searchsorted(known, table.person[fit]))
        found = class_scores(fitted, unseen)
        if hasattr(fitted, "predict_proba") and edge is not None:
            found = np.log(found + edge)
        scores[np.ix_(test, known)] = found
        if progress:
            progress(1, 1)
        return columns, scores, fitted
    alone: Any = None
    for i, p in enumerate(known.tolist()):
        own = seen[table.person[fit] == p]
        alone = fit_model(made(), own, np.ones(len(own)))
        scores[test, p] = _spreads(row_scores(alone, own), row_scores(alone, unseen))
        if progress:
            progress(i + 1, len(known))
    return columns, scores, alone


def _maker(model: str, settings: Mapping[str, Any] | None, most: int) -> Callable[[], Any]:
    """`most`: a table of few rows or columns has no more components than that."""
    chosen = dict(QUICK.get(model, {}) if settings is None else settings)
    if isinstance(wanted := chosen.get(COMPONENTS), int):
        chosen[COMPONENTS] = min(wanted, most)
    return lambda: make_model(model, **chosen)


def _spreads(own: Floats, found: Floats) -> Floats:
    """A density compares with others only after the spread of its own person's rows. One wild row shall not outweigh a
    session, and two wild rows still differ: far out, logs of spreads count.
    """
    away: Floats = (found - np.median(own)) / max(float(own.std()), 1e-12)
    return np.arcsinh(away)


def _sample(table: Trials) -> Ints:
    """Enrolled rows to learn from: at most `EACH` of a person, dealt by a seed."""
    rng = np.random.default_rng(SEED)
    of_each = [
        rng.permutation(np.flatnonzero(table.enrol & (table.person == p)))[:EACH] for p in range(len(table.people))
    ]
    return rng.permutation(np.concatenate(of_each))
