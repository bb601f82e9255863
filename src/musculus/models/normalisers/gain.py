"""A line in the logarithm of DPI times sensitivity, for mice that nobody has tried yet."""

from __future__ import annotations

import numpy as np

from musculus.models.normalisers.base import Bools, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.bending import Bend, moments
from musculus.models.normalisers.ties import tied


class LogGain(Normaliser):
    """Each untied column less its slope on ln(gain), fitted within people; gain is DPI times sensitivity.

    Columns are bent by a logarithm first, for speeds go with powers of the gain, and bent back afterwards. A mouse
    needs no cohort of its own, only its gain. Without gain the rows stay as they are.

    Attributes
    ----------
    bend_ : the scale
    slope_ : (n_features,) 0 for tied columns
    middle_ : mean ln(gain) of the rows fitted

    Examples
    --------
    >>> speed, gain = [[101.0], [202.0], [303.0], [150.0], [300.0], [450.0]], [400, 800, 1200] * 2
    >>> found = LogGain().fit_transform(speed, person=[*"aaabbb"], gain=gain).ravel()
    >>> bool(np.ptp(found[:3]) < 20), bool(np.ptp(found[3:]) < 20)
    (True, True)
    """

    bend_: Bend
    tied_: Bools
    slope_: Floats
    middle_: float

    def _learn(self, rows: Floats, about: Metadata) -> None:
        self.bend_, self.tied_ = Bend.of(rows), tied(rows)
        self.slope_, self.middle_ = np.zeros(rows.shape[1]), 0.0
        if about.gain is None:
            return
        x, bent = np.log(about.gain), self.bend_(rows)
        self.middle_ = float(x.mean())
        mean, _ = moments(bent, np.zeros(rows.shape[1]), np.ones(rows.shape[1]))
        bent = np.where(np.isnan(bent), mean, bent)
        for mine in groups_of(about.person).values():
            bent[mine] -= bent[mine].mean(axis=0)
            x[mine] -= x[mine].mean()
        if (x @ x) > 1e-12:
            self.slope_ = np.where(self.tied_, 0.0, (x @ bent) / (x @ x))

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        if about.gain is None:
            return rows.copy()
        away = (np.log(about.gain) - self.middle_)[:, None] * self.slope_
        return np.asarray(np.where(self.slope_ != 0, self.bend_.back(self.bend_(rows) - away), rows))
