"""Columns with many equal values, where a shift would stamp the configuration on every row.

A count is 3 or 4 with every mouse; less 0.31 with one and 0.42 with another it is 2.69 or 2.58, and a tree reads the
mouse off the decimals. So columns with ties aren't shifted: they are ranked, left alone, or their ties spread before.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.models.normalisers.bending import Bend

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
TIED: Final = 0.01  # share of rows that may repeat a value of another row before a column counts as tied
NEAR, CROWD, AT_LEAST = 1e-3, 0.02, 4  # of the 5-95 % range: a stretch that holds 2 % of the rows, and more than 4
WAYS: Final = ("rank", "leave", "spread", "shift")


def tied(rows: Floats) -> Bools:
    """Which columns repeat values, or crowd at one, shape (n_features,).

    More than 1 % of the rows repeat another's value, or more than 2 % (and 4) lie, on the scale of `Bend`, within a
    thousandth of the range that holds the middle 90 %: a crowd beside a few far values is as good as tied.

    >>> tied(np.array([[1.0, 0.1], [1.0, 0.2], [2.0, 0.3]])).tolist()
    [True, False]
    """
    found = np.zeros(rows.shape[1], np.bool_)
    for j, column in enumerate(Bend.of(rows)(rows).T):
        told = np.sort(column[~np.isnan(column)])
        if not len(told):
            continue
        low, high = np.quantile(told, [0.05, 0.95])
        crowd = (np.searchsorted(told, told + NEAR * (high - low), "right") - np.arange(len(told))).max()
        repeated = 1 - len(np.unique(told)) / len(told) > TIED
        found[j] = repeated or crowd > max(CROWD * len(told), AT_LEAST)
    return found


def quantum(rows: Floats) -> Floats:
    """Typical step between neighbouring different values of each column, shape (n_features,); 0 where there is one."""
    found = np.zeros(rows.shape[1])
    for j, column in enumerate(rows.T):
        values = np.unique(column[~np.isnan(column)])
        found[j] = float(np.median(np.diff(values))) if len(values) > 1 else 0.0
    return found


def dice(rows: Floats) -> Floats:
    """A number in (0, 1) for each cell, drawn from the row's own digits: the same row always has the same.

    What breaks ties must not depend on which other rows are there, nor on their order.
    """
    with np.errstate(over="ignore"):
        bits = np.ascontiguousarray(np.nan_to_num(rows, nan=-1.0) + 0.0).view(np.uint64)  # + 0.0: -0 is 0
        place = np.arange(1, rows.shape[1] + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        row = np.bitwise_xor.reduce(_mixed(bits + place), axis=1)
        drawn = (_mixed(row[:, None] + place * np.uint64(3)) >> np.uint64(11)).astype(np.float64)
        return np.asarray(drawn * 2.0**-53 + 2.0**-54, np.float64)


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """The finaliser of splitmix64: each bit of the input moves half of the output's."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(bits ^ (bits >> np.uint64(31)))
