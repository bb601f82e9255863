"""Classes of window widths: a page that responds to its width has one layout in each, roughly."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

# Where the common frameworks change their layouts, and where screens commonly end.
EDGES: Final = (0.0, 480.0, 768.0, 1024.0, 1280.0, 1536.0, 1920.0, np.inf)
UNKNOWN: Final = -1


def classes(widths: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Class of each width (px); -1 where it isn't known.

    >>> classes([400, 768, np.nan]).tolist()
    [0, 2, -1]
    """
    w = np.asarray(widths, np.float64)
    found = np.searchsorted(EDGES, w, side="right") - 1
    return np.where(np.isfinite(w), found, UNKNOWN)


def said(which: int) -> str:
    """The class in words.

    >>> said(0), said(4), said(6), said(-1)
    ('window below 480 px', 'window 1280-1535 px', 'window from 1920 px', 'window of unknown width')
    """
    if which == UNKNOWN:
        return "window of unknown width"
    low, high = EDGES[which], EDGES[which + 1]
    if low == 0:
        return f"window below {high:.0f} px"
    return f"window from {low:.0f} px" if np.isinf(high) else f"window {low:.0f}-{high - 1:.0f} px"
