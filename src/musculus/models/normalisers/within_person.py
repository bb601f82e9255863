"""What changes within one person, from mouse to mouse and row to row, counts less."""

from __future__ import annotations

import numpy as np

from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.cohort import CohortShift
from musculus.models.normalisers.coral import power, shrunk


class WithinPerson(Normaliser):
    """Cohort shift, then all columns turned and scaled so that people's own changes are alike in every direction.

    The covariance within people (each row less its person's mean, over all configurations) is learned from training
    people who used several mice; multiplied by its inverse root, a direction in which one and the same person moves
    from mouse to mouse weighs little. Known from the recognition of speakers, where the telephone is the mouse
    (Hatch, Kajarekar & Stolcke 2006). Columns are mixed: they keep their number, not their meaning.

    Parameters
    ----------
    shrink : share of the covariance that is its diagonal
    clip : columns are cut off so many standard deviations from their mean first

    Attributes
    ----------
    shift_ : the fitted CohortShift
    matrix_ : (n_features, n_features)

    Examples
    --------
    >>> rows = np.array([[0.0, 0.0], [1.0, 8.0], [3.0, 1.0], [4.0, 8.5]])
    >>> found = WithinPerson(shrink=0.9).fit_transform(rows, person=["ann", "ann", "bob", "bob"])
    >>> bool(abs(rows[1, 1] - rows[0, 1]) > abs(rows[2, 0] - rows[0, 0]))  # within ann more than between the two
    True
    >>> bool(abs(found[1, 1] - found[0, 1]) > abs(found[2, 0] - found[0, 0]))
    False
    """

    shift_: CohortShift
    matrix_: Floats
    kept_: Bools

    def __init__(self, *, shrink: float = 0.5, clip: float = 5.0) -> None:
        self.shrink = shrink
        self.clip = clip

    def _learn(self, rows: Floats, about: Metadata) -> None:
        self.shift_ = CohortShift(ties="leave").fit(rows, configuration=about.configuration)
        z = self._units(rows, about)
        if "person" in about.given:
            for mine in groups_of(about.person).values():
                z[mine] -= z[mine].mean(axis=0)
        covariance = z.T @ z / max(len(z), 1)
        covariance += np.diag(np.where(np.diag(covariance) > 1e-9, 0.0, 1.0))
        self.matrix_ = power(shrunk(covariance, self.shrink), -0.5)

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        return np.asarray(self._units(rows, about) @ self.matrix_)

    def _units(self, rows: Floats, about: Metadata) -> Floats:
        z = (self.shift_.bent(rows, about) - self.shift_.center_) / self.shift_.spread_
        return np.asarray(np.nan_to_num(np.clip(z, -self.clip, self.clip), nan=0.0))
