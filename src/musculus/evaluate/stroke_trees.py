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
OF_BOTS, OF_BOTS_AGAIN, OF_DISTORTED, OF_NOBODY = 1.0, 0.3, 0.15, 1.0  # what each kind weighs; people as much as all
OF_PEOPLE: Final = (0.5, 0.25, 0.25, 0.25, 0.25, 0.15, 0.15)  # recorded, by a page, by mice, pieces and again twice
OF_PEOPLE_ALONE: Final = (0.5, 0.25, 0.25, 0.1, 0.1)  # without bots by the same recorders, theirs would only be a veil
VERSIONS: Final = 9
SCALE: Final = 5000.0  # rows that all of people are worth: LightGBM's limits count weights


@dataclass(frozen=True, eq=False)
class Versions:
    """People's rows, each (n, n_columns): as recorded, by a page, by mice, in other pieces (two), distorted (two), and
    again by recorders of all kinds (two).
    """

    recorded: Floats
    paged: Floats
    by_mice: Floats
    composed: tuple[Floats, Floats]
    distorted: tuple[Floats, Floats]
    again: tuple[Floats, Floats]

    def __getitem__(self, which: Any) -> Versions:
        more = [(one[which], two[which]) for one, two in (self.composed, self.distorted, self.again)]
        return Versions(self.recorded[which], self.paged[which], self.by_mice[which], *more)

    @classmethod
    def beside(cls, table: Floats) -> Versions:
        """The versions from one table with a block of columns for each; `together` makes it."""
        parts = np.split(table, VERSIONS, axis=1)
        pairs = [(parts[i], parts[i + 1]) for i in range(3, VERSIONS, 2)]
        return cls(parts[0], parts[1], parts[2], *pairs)

    @property
    def together(self) -> Floats:
        """All versions side by side, (n, 9 n_columns)."""
        return np.hstack([self.recorded, self.paged, self.by_mice, *self.composed, *self.distorted, *self.again])


@dataclass(frozen=True, eq=False)
class Bots:
    """Bots' rows, each (n, n_columns): as recorded, and again by the recorders that recorded people again (two)."""

    recorded: Floats
    again: tuple[Floats, Floats]

    def __len__(self) -> int:
        return len(self.recorded)

    def __getitem__(self, which: Any) -> Bots:
        first, second = self.again
        return Bots(self.recorded[which], (first[which], second[which]))


def fit(people: Versions, bots: Bots | None = None, seed: int = 0) -> Any:
    """A fitted LGBMClassifier, 1 for people; without bots it has learned from people alone."""
    from lightgbm import LGBMClassifier

    rng = np.random.default_rng(seed)
    kinds = [people.recorded, people.paged, people.by_mice, *people.composed, *(people.again if bots else ())]
    sides = [(v, 1, w) for v, w in zip(kinds, OF_PEOPLE if bots else OF_PEOPLE_ALONE, strict=True)]
    sides.append((taken_apart(np.vstack(kinds), rng, 1 if bots else 2), 0, OF_NOBODY))
    if bots:
        sides.append((bots.recorded, 0, OF_BOTS))
        sides += [(b, 0, OF_BOTS_AGAIN / len(bots.again)) for b in bots.again]
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
