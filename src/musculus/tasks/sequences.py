"""Movement as a sequence: velocity on the 10 ms grid, one row of numbers a stroke, for models that look for shapes."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import cut
from musculus.events import Events
from musculus.features import FeatureTable

LENGTH: Final = 128  # grid steps of 10 ms: the first 1.28 s of a stroke
CHANNELS: Final = ("vx", "vy")


def velocity_rows(events: Events, per: str = "stroke", *, length: int = LENGTH) -> FeatureTable:
    """The first `length` velocities (px/s) of each cut, across then down; 0 after its end: a pointer that rests.

    Only cuts with a velocity at all, so at least two grid points, make a row. Columns are `vx_000 ... vy_127`.

    >>> e = Events.of(t=[0, 10, 20], x=[0, 1, 3], y=[0, 0, 0])
    >>> velocity_rows(e, length=3).values.tolist()
    [[100.0, 200.0, 0.0, 0.0, 0.0, 0.0]]
    """
    from musculus.measures.engine.grid import STEP
    from musculus.measures.paths import Paths

    cuts = cut(events, per)
    grid = Paths(events, cuts).grid
    kept = np.flatnonzero(np.diff(grid.offsets) >= 2)
    values = np.zeros((len(kept), len(CHANNELS) * length))
    for row, c in enumerate(kept.tolist()):
        rows = slice(grid.offsets[c], min(grid.offsets[c + 1], grid.offsets[c] + length + 1))
        for i, positions in enumerate((grid.x, grid.y)):
            steps = np.diff(positions[rows]) * (1000.0 / STEP)
            values[row, i * length : i * length + len(steps)] = steps
    names = tuple(f"{channel}_{k:03}" for channel in CHANNELS for k in range(length))
    about = {n: {"unit": "px/s", "tier": "s", "category": "sequence", "measure": "velocity_s"} for n in names}
    return FeatureTable(names, values, _ids(events, cuts.recording[kept], cuts.start[kept]), per, about)


def _ids(events: Events, recording: npt.NDArray[Any], start: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    names = np.array(events.recordings, dtype=object)
    context = {k: v[recording] for k, v in events.context.items()}
    return {"recording": names[recording], **context, "start": events.t[start]}
