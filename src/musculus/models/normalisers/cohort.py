"""Each configuration less its cohort's middle, over its spread: what the mouse does to everybody."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.errors import UsageError
from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.ties import WAYS, dice, quantum, tied


class CohortShift(Normaliser):
    """Columns less the median of people with that configuration, plus the median of everybody.

    Parameters
    ----------
    ties : what happens to columns where more than 5 % of the rows repeat a value: `leave` them as they are; `spread`
        each value at random within its step, then shift; `shift` them as the others, which tells the configuration
    fewest : rows a configuration needs for statistics of its own; one that has fewer, or was never seen, is left alone

    Attributes
    ----------
    center_, spread_ : (n_features,) median and quartiles' distance of all rows
    groups_ : configuration -> (center, spread)
    tied_ : (n_features,)

    Examples
    --------
    >>> both = ["a", "a", "b", "b"]
    >>> CohortShift().fit_transform([[0.1], [0.2], [10.3], [10.4]], configuration=both).round(2).ravel().tolist()
    [5.2, 5.3, 5.2, 5.3]
    """

    scale = False
    center_: Floats
    spread_: Floats
    groups_: dict[str, tuple[Floats, Floats]]
    tied_: Bools
    quantum_: Floats

    def __init__(self, *, ties: str = "leave", fewest: int = 2) -> None:
        self.ties = ties
        self.fewest = fewest

    def _learn(self, rows: Floats, about: Metadata) -> None:
        if self.ties not in WAYS:
            raise UsageError(f"ties is {self.ties!r}; one of {', '.join(WAYS)}")
        self.tied_, self.quantum_ = tied(rows), quantum(rows)
        rows = self._spread(rows)
        self.center_, self.spread_ = statistics(rows, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
        self.groups_ = {
            name: statistics(rows[mine], self.center_, self.spread_)
            for name, mine in groups_of(about.configuration).items()
            if mine.sum() >= self.fewest
        }

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        found = self._spread(rows).copy()
        moved = ~self.tied_ if self.ties == "leave" else np.ones(rows.shape[1], np.bool_)
        for name, mine in groups_of(about.configuration).items():
            center, spread = self.groups_.get(name, (self.center_, self.spread_))
            at = np.ix_(mine, moved)
            factor = (self.spread_ / spread)[moved] if self.scale else 1.0
            found[at] = (found[at] - center[moved]) * factor + self.center_[moved]
        return found

    def _spread(self, rows: Floats) -> Floats:
        if self.ties != "spread" or not self.tied_.any():
            return rows
        return np.asarray(np.where(self.tied_, rows + (dice(rows) - 0.5) * self.quantum_, rows))


class CohortZ(CohortShift):
    """As `CohortShift`, and the spread of the configuration's people made that of everybody.

    Parameters and attributes are those of `CohortShift`.

    Examples
    --------
    >>> both = ["a", "a", "b", "b"]
    >>> CohortZ().fit_transform([[0.1], [0.2], [10.0], [12.0]], configuration=both).round(2).ravel().tolist()
    [-5.22, 15.42, -5.22, 15.42]
    """

    scale = True


def statistics(rows: Floats, center: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Median and quartiles' distance of each column; the given ones where a column is undefined or constant."""
    middle, width = center.copy(), spread.copy()
    told: npt.NDArray[np.bool_] = ~np.isnan(rows)
    for j, column in enumerate(rows.T):
        defined = column[told[:, j]]
        if len(defined):
            low, middle[j], high = np.quantile(defined, [0.25, 0.5, 0.75])
            width[j] = high - low if high - low > 1e-12 * np.abs(defined).max() else spread[j]
    return middle, width
