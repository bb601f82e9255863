"""Many tests at once: p values corrected for how many there are. NaN (no test could be made) stays NaN, uncounted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName

Floats = npt.NDArray[np.float64]
CORRECTIONS = ("benjamini_hochberg", "holm", "none")


def corrected(p: npt.ArrayLike, way: str = "benjamini_hochberg") -> Floats:
    """Corrected p values, shape (n,): `benjamini_hochberg` keeps the share of false finds, `holm` any false find, low.

    >>> corrected([0.01, 0.04, 0.03], "holm").round(9).tolist()
    [0.03, 0.06, 0.06]
    >>> corrected([0.01, 0.04, 0.03]).round(9).tolist()
    [0.03, 0.04, 0.04]
    """
    if way not in CORRECTIONS:
        raise UnknownName("correction", way, CORRECTIONS)
    found = np.array(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(found))
    if way == "none" or not len(tested):
        return found
    order = tested[np.argsort(found[tested], kind="stable")]
    n = len(order)
    if way == "holm":
        raised = np.maximum.accumulate(found[order] * np.arange(n, 0, -1))
    else:
        raised = np.minimum.accumulate((found[order] * n / np.arange(1, n + 1))[::-1])[::-1]
    found[order] = np.minimum(raised, 1.0)
    return found
