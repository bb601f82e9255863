"""Each configuration less its cohort's mean, over its spread: what the mouse does to everybody."""

from __future__ import annotations

import numpy as np

from musculus.errors import UsageError
from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.bending import moments
from musculus.models.normalisers.quantile import CohortQuantile
from musculus.models.normalisers.scores import NormalScores
from musculus.models.normalisers.ties import WAYS, dice, quantum, tied


class CohortShift(Normaliser):
    """Columns less the mean of people with that configuration, plus everybody's, on the scale of normal scores.

    A mouse multiplies speeds; taking off the same number from slow people and fast would leave it in their spread, and
    a few wild rows would carry the mean. So columns are first ranked among everybody (`scores.NormalScores`), shifted
    there, and brought back to their units.

    Parameters
    ----------
    ties : what happens to columns where rows repeat a value (`ties.tied`): `rank` gives each the value of the same
        rank among everybody, ties by lot (`CohortQuantile`); `leave` them as they are, from which a forest still reads
        by how much their neighbours were shifted; `spread` each value at random within its step, then shift; `shift`
        them as the others, which tells the configuration
    fewest : rows a configuration needs for statistics of its own; one that has fewer, or was never seen, is left alone

    Attributes
    ----------
    scale_ : the fitted NormalScores
    center_, spread_ : (n_features,) mean and standard deviation of all rows on it
    groups_ : configuration -> (center, spread)
    tied_ : (n_features,)

    Examples
    --------
    >>> twice = CohortShift().fit_transform([[1.0], [4.0], [2.0], [8.0]], configuration=["a", "a", "b", "b"])
    >>> twice.round(1).ravel().tolist()
    [1.5, 6.0, 1.5, 6.0]
    """

    scale = False
    scale_: NormalScores
    center_: Floats
    spread_: Floats
    groups_: dict[str, tuple[Floats, Floats]]
    tied_: Bools
    quantum_: Floats
    ranks_: CohortQuantile

    def __init__(self, *, ties: str = "rank", fewest: int = 2) -> None:
        self.ties = ties
        self.fewest = fewest

    def _learn(self, rows: Floats, about: Metadata) -> None:
        if self.ties not in WAYS:
            raise UsageError(f"ties is {self.ties!r}; one of {', '.join(WAYS)}")
        self.tied_, self.quantum_ = tied(rows), quantum(rows)
        if self.ties == "rank":
            self.ranks_ = CohortQuantile(fewest=self.fewest).fit(rows, configuration=about.configuration)
        rows = self._spread(rows)
        self.scale_ = NormalScores.of(rows)
        bent = self.scale_(rows)
        self.center_, self.spread_ = moments(bent, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
        self.groups_ = {
            name: moments(bent[mine], self.center_, self.spread_)
            for name, mine in groups_of(about.configuration).items()
            if mine.sum() >= self.fewest
        }

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        rows = self._spread(rows)
        moved = ~self.tied_ if self.ties in ("leave", "rank") else np.ones(rows.shape[1], np.bool_)
        known = np.isin(about.configuration, list(self.groups_))
        if self.ties == "rank" and self.tied_.any():
            ranked = self.ranks_.transform(rows, configuration=about.configuration)
            rows = np.where(self.tied_ & known[:, None], ranked, rows)
        return np.asarray(np.where(moved & known[:, None], self.scale_.back(self.bent(rows, about)), rows))

    def bent(self, rows: Floats, about: Metadata) -> Floats:
        """All columns, shifted, on the scale where they were: shape (n, n_features)."""
        found = self.scale_(rows)
        for name, mine in groups_of(about.configuration).items():
            center, spread = self.groups_.get(name, (self.center_, self.spread_))
            factor = self.spread_ / spread if self.scale else 1.0
            found[mine] = (found[mine] - center) * factor + self.center_
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
    >>> found = CohortZ().fit_transform([[1.1], [2.2], [1.3], [8.4]], configuration=["a", "a", "b", "b"])
    >>> bool(np.allclose(found[:2], found[2:]))
    True
    """

    scale = True
