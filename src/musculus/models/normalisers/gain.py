"""A line in the logarithm of DPI times sensitivity, for mice that nobody has tried yet."""

from __future__ import annotations

import numpy as np

from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.cohort import statistics
from musculus.models.normalisers.ties import tied


class LogGain(Normaliser):
    """Each untied column less its slope on ln(gain), fitted within people; gain is DPI times sensitivity.

    Columns that are positive throughout are bent by a logarithm first, for speeds go with powers of the gain, and bent
    back afterwards. A mouse needs no cohort of its own, only its gain. Without gain the rows stay as they are.

    Attributes
    ----------
    slope_ : (n_features,) 0 for tied columns
    positive_ : (n_features,) bent by a logarithm
    middle_ : mean ln(gain) of the rows fitted

    Examples
    --------
    >>> speed, gain = [[1.01], [2.02], [3.03], [1.5], [3.0], [4.5]], [400, 800, 1200] * 2
    >>> LogGain().fit_transform(speed, person=[*"aaabbb"], gain=gain).round(2).ravel().tolist()
    [1.84, 1.84, 1.84, 2.73, 2.73, 2.73]
    """

    slope_: Floats
    positive_: Bools
    middle_: float

    def _learn(self, rows: Floats, about: Metadata) -> None:
        n = rows.shape[1]
        with np.errstate(invalid="ignore"):
            self.positive_ = (np.nanmin(np.where(np.isnan(rows), np.inf, rows), axis=0) > 0) & ~tied(rows)
        self.slope_, self.middle_ = np.zeros(n), 0.0
        if about.gain is None:
            return
        x = np.log(about.gain)
        self.middle_ = float(x.mean())
        bent, _ = statistics(rows, np.zeros(n), np.ones(n))
        values = np.where(np.isnan(rows), bent, rows)
        values = np.where(self.positive_, np.log(np.where(self.positive_, values, 1.0)), values)
        for mine in groups_of(about.person).values():
            values[mine] -= values[mine].mean(axis=0)
            x[mine] -= x[mine].mean()
        if (x @ x) > 1e-12:
            self.slope_ = np.where(tied(rows), 0.0, (x @ values) / (x @ x))

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        if about.gain is None:
            return rows.copy()
        away = (np.log(about.gain) - self.middle_)[:, None] * self.slope_
        return np.asarray(np.where(self.positive_, rows * np.exp(-np.where(self.positive_, away, 0.0)), rows - away))
