"""Features that a selector chooses again and again, whichever half of the rows it sees."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.utils import check_random_state

from musculus.errors import UsageError
from musculus.models.selection.association import is_number
from musculus.models.selection.important import ImportantFeatures
from musculus.models.selection.significant import Chooser

Floats = npt.NDArray[np.float64]


class StableFeatures(Chooser):
    """Columns that `selector` keeps in at least a share `often` of `times` resamples (Meinshausen & Buehlmann 2010).

    Each resample is a random half of the rows, of each label where there are labels. None takes LASSO with so few
    columns a resample that by their bound less than one column of noise is expected to be kept.

    Attributes
    ----------
    score_ : (n_features,) share of the resamples that kept the column
    """

    def __init__(
        self, selector: Any = None, *, times: int = 30, often: float = 0.75, random_state: Any = 0
    ) -> None:
        self.selector = selector
        self.times = times
        self.often = often
        self.random_state = random_state

    def _choose(self, rows: Floats, target: npt.NDArray[Any]) -> None:
        if not 0 < self.often <= 1:
            raise UsageError(f"often is {self.often!r}; a share in (0, 1]")
        rng = check_random_state(self.random_state)
        kinds = np.zeros(len(target)) if is_number(target) else np.unique(target, return_inverse=True)[1]
        kept = np.zeros(rows.shape[1])
        few = max(1, int(np.sqrt(max(2 * self.often - 1, 0.01) * len(kept))))
        for _ in range(self.times):
            some = np.concatenate([_half(np.flatnonzero(kinds == kind), rng) for kind in np.unique(kinds)])
            chooser = ImportantFeatures("lasso", count=few) if self.selector is None else clone(self.selector)
            kept += chooser.fit(rows[some], target[some]).get_support()
        self.score_ = kept / self.times
        self.support_ = self.score_ >= self.often


def _half(rows: npt.NDArray[np.intp], rng: Any) -> npt.NDArray[np.intp]:
    return np.asarray(rng.permutation(rows)[: max((len(rows) + 1) // 2, min(2, len(rows)))])
