"""The shape of a stroke's path beside its chord: where it bows, how it leaves and how it arrives."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.score.dynamics.frames import compiled, place_of

POINTS: Final = 8
END: Final = 0.1  # of the way: what leaving and arriving are
SHAPE: Final = (
    *(f"bow_{i}" for i in range(POINTS)), "bow_place", "overshoot", "back_share", "start_angle", "end_angle",
)  # fmt: skip


@compiled
def write_shape(x, y, way, o):  # type: ignore[no-untyped-def]
    """Write the columns of `SHAPE`, as shares of the chord; the side the path bows to most counts as positive."""
    dx, dy = x[-1] - x[0], y[-1] - y[0]
    square = dx * dx + dy * dy
    if square <= 1.0:
        return
    along = ((x - x[0]) * dx + (y - y[0]) * dy) / square
    aside = ((y - y[0]) * dx - (x - x[0]) * dy) / square
    most = np.argmax(np.abs(aside))
    side = 1.0 if aside[most] >= 0 else -1.0
    for b in range(POINTS):
        j, part = place_of(way, (b + 1) / (POINTS + 1))
        o[b] = side * (aside[j] + part * (aside[j + 1] - aside[j]))
    o[POINTS] = way[most] / way[-1]
    o[POINTS + 1] = along.max() - 1.0
    back = 0.0
    for i in range(len(along) - 1):
        back += max(along[i] - along[i + 1], 0.0)
    o[POINTS + 2] = back
    o[POINTS + 3], o[POINTS + 4] = _ends(x, y, way, np.arctan2(dy, dx))


@compiled
def _ends(x, y, way, chord):  # type: ignore[no-untyped-def]
    """Angles between the chord and the first and the last tenth of the way, rad."""
    n = len(way) - 1
    i = 0
    while i < n and way[i + 1] < END * way[-1]:
        i += 1
    i = min(i + 1, n)
    j = n
    while j > 0 and way[j - 1] > (1 - END) * way[-1]:
        j -= 1
    j = max(j - 1, 0)
    leaves = np.arctan2(y[i] - y[0], x[i] - x[0]) - chord
    arrives = np.arctan2(y[n] - y[j], x[n] - x[j]) - chord
    return abs(np.arctan2(np.sin(leaves), np.cos(leaves))), abs(np.arctan2(np.sin(arrives), np.cos(arrives)))
