"""Movement along time: speed, acceleration, jerk and curvature of a recording, on the 10 ms grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import cut
from musculus.errors import UsageError
from musculus.events import Events
from musculus.measures.paths import Paths

Floats = npt.NDArray[np.float64]
STEP, GAP = 10.0, 500.0  # ms: the grid's step, and the rest after which a new run begins
UNITS: Final = {"velocity": "px/s", "acceleration": "px/s²", "jerk": "px/s³", "curvature": "rad/px"}


@dataclass(frozen=True, eq=False)
class Lines:
    """Series of one recording beside `t` (ms); NaN where a run is too short, and between runs.

    The rate-independent tier: `velocity_s`, `acceleration_s`, `jerk_s`, `curvature_s` of the table of measures.
    """

    t: Floats
    velocity: Floats
    acceleration: Floats
    jerk: Floats
    curvature: Floats

    def numbers(self, events: Events) -> dict[str, Any]:
        """What JSON says of the lines."""
        return {"recording": events.recordings[0], "units": UNITS, "t": self.t.tolist()} | {
            name: getattr(self, name).tolist() for name in UNITS
        }


def lines(events: Events) -> Lines:
    """The four lines of one recording; UsageError for several, which have several clocks."""
    if len(events) != 1:
        raise UsageError(f"time lines are of one recording; there are {len(events)}: choose one")
    path = Paths(events, cut(events, "recording"))
    grid = path.grid
    begins = np.flatnonzero(np.append(True, np.diff(path.t) >= GAP)) if len(path.t) else np.zeros(0, np.int64)
    counts = np.diff(grid.runs)
    inner = np.arange(len(grid.x)) - np.repeat(grid.runs[:-1], counts)
    t = np.repeat(path.t[begins], counts) + STEP * inner
    d = grid.derivatives
    found = [_parted(v, grid.runs) for v in (t, d.velocity, d.acceleration, d.jerk, d.curvature)]
    return Lines(*found)


def _parted(values: Floats, runs: npt.NDArray[np.int64]) -> Floats:
    """The values with a NaN between runs, so that no line is drawn over a rest."""
    return np.insert(values, runs[1:-1], np.nan)
