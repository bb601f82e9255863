"""Features that a model leans on: LASSO, importance in trees, loss when a column is shuffled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName, UsageError
from musculus.models.impute_scale import ImputeScale
from musculus.models.selection.association import is_number
from musculus.models.selection.significant import Chooser

Floats = npt.NDArray[np.float64]
WAYS = ("lasso", "trees", "permutation")
TREES = 100


class ImportantFeatures(Chooser):
    """The columns a model finds of use.

    Parameters
    ----------
    by : `lasso` (weights that an L1 penalty leaves other than 0), `trees` (impurity taken away in extremely randomised
        trees), `permutation` (what held-out rows lose when the column is shuffled, less twice its spread)
    count : how many to keep; None keeps those above the mean importance (for LASSO and permutation: above 0)
    strength : LASSO's penalty; higher keeps fewer
    random_state : seed of trees and shuffles

    Attributes
    ----------
    score_ : (n_features,) importance, at least 0
    """

    def __init__(
        self, by: str = "trees", *, count: int | None = None, strength: float = 0.1, random_state: Any = 0
    ) -> None:
        self.by = by
        self.count = count
        self.strength = strength
        self.random_state = random_state

    def _choose(self, rows: Floats, target: npt.NDArray[Any]) -> None:
        if self.by not in WAYS:
            raise UnknownName("importance", self.by, WAYS)
        if self.count is not None and self.count < 1:
            raise UsageError(f"count is {self.count!r}; a whole number from 1, or None")
        table = ImputeScale(flag=False).fit_transform(rows)
        ways = {"lasso": self._lasso, "trees": self._trees, "permutation": self._permutation}
        self.score_ = ways[self.by](table, target)
        least = self.score_.mean() if self.by == "trees" else 0.0
        self.support_ = self.score_ > least
        if self.count is not None:
            self.support_ &= self.score_ >= np.sort(self.score_)[::-1][min(self.count, len(self.score_)) - 1]

    def _lasso(self, table: Floats, target: npt.NDArray[Any]) -> Floats:
        from sklearn.linear_model import Lasso

        if is_number(target):
            centred = (target - target.mean()) / max(float(target.std()), 1e-12)
            weight: Floats = Lasso(alpha=self.strength, max_iter=5000).fit(table, centred).coef_
            return np.abs(weight)
        names = np.unique(target)
        sides = names[1:] if len(names) == 2 else names  # one against all: squares on 0 and 1 are fast, and choose well
        weights = [
            np.abs(Lasso(alpha=self.strength * 0.5, max_iter=5000).fit(table, (target == name) * 1.0).coef_)
            for name in sides
        ]
        return np.asarray(np.max(weights, axis=0)) if weights else np.zeros(table.shape[1])

    def _trees(self, table: Floats, target: npt.NDArray[Any]) -> Floats:
        return np.asarray(forest(target, self.random_state).fit(table, target).feature_importances_)

    def _permutation(self, table: Floats, target: npt.NDArray[Any]) -> Floats:
        from sklearn.inspection import permutation_importance

        held = np.random.default_rng(0).permutation(len(table)) < max(1, len(table) // 4)
        fit = ~held if len(table) > 3 and len(np.unique(target[~held])) > 1 else np.ones(len(table), np.bool_)
        fitted = forest(target, self.random_state).fit(table[fit], target[fit])
        found = permutation_importance(
            fitted, table[held], target[held], n_repeats=5, random_state=self.random_state, scoring=None
        )
        least: Floats = np.asarray(found.importances_mean) - 2 * np.asarray(found.importances_std)
        return np.maximum(least, 0.0)


def forest(target: npt.NDArray[Any], random_state: Any) -> Any:
    """Extremely randomised trees for labels, or for a number to be predicted."""
    from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

    kind = ExtraTreesRegressor if is_number(target) else ExtraTreesClassifier
    return kind(n_estimators=TREES, min_samples_leaf=2, max_features="sqrt", random_state=random_state)
