"""Columns worth learning from."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

MAX_UNDEFINED: Final = 0.7  # a column that is undefined in more of the training rows than this is left out


def usable(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Columns that are defined in enough rows, and not constant; give it the rows that train, and no others.

    >>> usable(np.array([[1.0, 5.0, np.nan], [2.0, 5.0, np.nan]]))
    array([0])
    """
    defined = np.isfinite(rows)
    enough = defined.mean(axis=0) >= 1 - MAX_UNDEFINED
    low = np.where(defined, rows, np.inf).min(axis=0)
    high = np.where(defined, rows, -np.inf).max(axis=0)
    return np.flatnonzero(enough & (high > low))
