"""Features that beat the best of their own shuffled copies (Boruta's idea)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state

from musculus.models.impute_scale import ImputeScale
from musculus.models.selection.corrections import corrected
from musculus.models.selection.important import forest
from musculus.models.selection.significant import Chooser

Floats = npt.NDArray[np.float64]


class ShadowFeatures(Chooser):
    """Columns that are more important in trees than the best of all shuffled columns, more often than chance allows.

    In each of `rounds` rounds every column gets a shuffled copy beside it; a column hits where its importance is above
    that of every copy. Kept is what hits more often than a fair coin, Holm-corrected (Kursa & Rudnicki 2010, without
    their rejecting on the way).

    Attributes
    ----------
    hits_ : (n_features,) rounds won
    p_ : (n_features,) of so many hits by a fair coin, Holm-corrected
    """

    hits_: npt.NDArray[np.int64]
    p_: Floats

    def __init__(self, rounds: int = 20, *, level: float = 0.05, random_state: Any = 0) -> None:
        self.rounds = rounds
        self.level = level
        self.random_state = random_state

    def _choose(self, rows: Floats, target: npt.NDArray[Any]) -> None:
        from scipy.stats import binom

        table = ImputeScale(flag=False).fit_transform(rows)
        rng = check_random_state(self.random_state)
        n = table.shape[1]
        self.hits_, total = np.zeros(n, np.int64), np.zeros(n)
        for _ in range(self.rounds):
            copies = np.stack([column[rng.permutation(len(column))] for column in table.T], axis=1)
            model = forest(target, rng.randint(2**31 - 1)).fit(np.hstack([table, copies]), target)
            found = model.feature_importances_
            self.hits_ += found[:n] > found[n:].max()
            total += found[:n]
        self.p_ = corrected(binom.sf(self.hits_ - 1, self.rounds, 0.5), "holm")
        self.score_ = self.hits_ + total / max(float(total.sum()), 1e-12)
        self.support_ = self.p_ <= self.level
