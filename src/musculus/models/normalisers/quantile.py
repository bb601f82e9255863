"""The rank of a value among people with the same configuration, and what that rank means for everybody."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.models.normalisers.base import EVERYBODY, Floats, Metadata, Normaliser, groups_of
from musculus.models.normalisers.ties import dice

FINEST: Final = 1000  # quantiles kept of a column: more than people differ by
Tables = dict[str, list[Floats]]


class RankGauss(Normaliser):
    """The rank within the configuration's cohort as a normal score: 0 in the middle, 1 at its 84 % point.

    Equal values share a stretch of ranks; each row has its place in it from its own digits, the same whenever it is
    asked, so that no value stands for a configuration. Values beyond what was seen get the outermost rank.

    Parameters
    ----------
    fewest : rows a configuration needs for ranks of its own; with fewer, or never seen, it is ranked among everybody

    Attributes
    ----------
    cohorts_ : configuration -> for each column its sorted values, at most 1,000 of them; "" is everybody

    Examples
    --------
    >>> scores = RankGauss().fit_transform([[1.0], [2.0], [3.0], [10.0], [20.0], [30.0]], configuration=list("aaabbb"))
    >>> (scores[:3] == scores[3:]).all(), scores[1].round(2).item()
    (np.True_, 0.0)
    """

    cohorts_: Tables

    def __init__(self, *, fewest: int = 2) -> None:
        self.fewest = fewest

    def _learn(self, rows: Floats, about: Metadata) -> None:
        self.cohorts_ = {
            name: _sorted(rows[mine])
            for name, mine in groups_of(about.configuration).items()
            if mine.sum() >= self.fewest
        }
        self.cohorts_[EVERYBODY] = _sorted(rows)

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        from scipy.special import ndtri

        return np.asarray(ndtri(self._shares(rows, about)))

    def _shares(self, rows: Floats, about: Metadata) -> Floats:
        """Share of the cohort below each value, in (0, 1), ties broken by the row's digits."""
        found, drawn = np.full(rows.shape, np.nan), dice(rows)
        for name, mine in groups_of(about.configuration).items():
            cohort = self.cohorts_.get(name, self.cohorts_[EVERYBODY])
            for j, values in enumerate(cohort):
                if len(values):
                    found[mine, j] = _share(values, rows[mine, j], drawn[mine, j])
        return found


class CohortQuantile(RankGauss):
    """The value that has among everybody the rank that this one has within its configuration's cohort.

    Parameters and attributes are those of `RankGauss`.

    Examples
    --------
    >>> rows = [[1.0], [2.0], [3.0], [11.0], [12.0], [13.0]]
    >>> mapped = CohortQuantile().fit_transform(rows, configuration=[*"aaabbb"])
    >>> (mapped[:3] == mapped[3:]).all()
    np.True_
    """

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        shares = self._shares(rows, about)
        found = np.full(rows.shape, np.nan)
        for j, values in enumerate(self.cohorts_[EVERYBODY]):
            if len(values):
                places = (np.arange(len(values)) + 0.5) / len(values)
                told = ~np.isnan(shares[:, j])
                found[told, j] = np.interp(shares[told, j], places, values)
        return found


def _sorted(rows: Floats) -> list[Floats]:
    out = []
    for column in rows.T:
        values = np.sort(column[~np.isnan(column)])
        if len(values) > FINEST:
            values = np.quantile(values, (np.arange(FINEST) + 0.5) / FINEST, method="inverted_cdf")
        out.append(values)
    return out


def _share(values: Floats, asked: Floats, drawn: npt.NDArray[np.float64]) -> Floats:
    """Where asked values stand among sorted ones: between two of them by their distance, among equal ones by lot."""
    n = len(values)
    left, right = np.searchsorted(values, asked, "left"), np.searchsorted(values, asked, "right")
    equal = right - left
    among = np.where(equal > 1, left + drawn * equal, left + 0.5)  # one of its kind stands in the middle of its place
    places = np.arange(n) + 0.5
    unique, first = np.unique(values, return_index=True)
    last = np.append(first[1:], n) - 1
    middle = (places[first] + places[last]) / 2
    between = np.interp(asked, unique, middle)
    found = np.clip(np.where(equal > 0, among, between), 0.5, n - 0.5) / n
    return np.where(np.isnan(asked), np.nan, found)
