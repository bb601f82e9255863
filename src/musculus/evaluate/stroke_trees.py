"""The detector of single strokes: people against bots, distorted people, and rows of nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.training_negatives import taken_apart

Floats = npt.NDArray[np.float64]
TREES: Final[dict[str, Any]] = {
    "n_estimators": 300, "learning_rate": 0.06, "num_leaves": 15, "max_depth": 5, "colsample_bytree": 0.3,
    "min_child_samples": 10, "reg_lambda": 1.0, "subsample": 0.7, "subsample_freq": 1, "n_jobs": 1, "verbose": -1,
    "random_state": 0, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
OF_BOTS, OF_DISTORTED, OF_NOBODY = 1.0, 0.15, 1.0  # what each kind weighs; people weigh as much as all of them
OF_PEOPLE: Final = (0.5, 0.25, 0.25, 0.1, 0.1)  # as recorded, by a page, by mice, in other pieces twice
VERSIONS: Final = 7
SCALE: Final = 5000.0  # rows that all of people are worth: LightGBM's limits count weights


@dataclass(frozen=True, eq=False)
class Versions:
    """People's rows, each (n, n_columns): as recorded, by a page, by mice, in other pieces (two), distorted (two)."""

    recorded: Floats
    paged: Floats
    by_mice: Floats
    composed: tuple[Floats, Floats]
    distorted: tuple[Floats, Floats]

    def __getitem__(self, which: Any) -> Versions:
        first, second = self.composed
        bent, shaken = self.distorted
        more = (first[which], second[which]), (bent[which], shaken[which])
        return Versions(self.recorded[which], self.paged[which], self.by_mice[which], *more)

    @classmethod
    def beside(cls, table: Floats) -> Versions:
        """The versions from one table with a block of columns for each; `together` makes it."""
        parts = np.split(table, VERSIONS, axis=1)
        return cls(parts[0], parts[1], parts[2], (parts[3], parts[4]), (parts[5], parts[6]))

    @property
    def together(self) -> Floats:
        """All versions side by side, (n, 7 n_columns)."""
        return np.hstack([self.recorded, self.paged, self.by_mice, *self.composed, *self.distorted])


def fit(people: Versions, bots: Floats, seed: int = 0) -> Any:
    """A fitted LGBMClassifier, 1 for people; without bots (no rows) it has learned from people alone."""
    from lightgbm import LGBMClassifier

    rng = np.random.default_rng(seed)
    kinds = (people.recorded, people.paged, people.by_mice, *people.composed)
    sides = [(v, 1, w) for v, w in zip(kinds, OF_PEOPLE, strict=True)]
    sides.append((taken_apart(np.vstack(kinds), rng, 1), 0, OF_NOBODY))
    if len(bots):
        sides.append((bots, 0, OF_BOTS))
        sides += [(d, 0, OF_DISTORTED / len(people.distorted)) for d in people.distorted]
    total = [sum(w for _, label, w in sides if label == side) for side in (0, 1)]
    rows = np.vstack([v for v, _, _ in sides])
    labels = np.concatenate([np.full(len(v), label) for v, label, _ in sides])
    share = [np.full(len(v), w / len(v) / total[label]) for v, label, w in sides]
    return LGBMClassifier(**TREES).fit(rows, labels, sample_weight=SCALE * np.concatenate(share))


def log_odds(model: Any, rows: Floats) -> Floats:
    """The model's own score, (n,)."""
    found: Floats = model.predict_proba(rows, raw_score=True) if len(rows) else np.zeros(0)
    return found
