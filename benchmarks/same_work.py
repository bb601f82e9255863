"""The work that everybody does alike: which series, which summaries, and when two answers agree.

A row of the work is (cut, t, x, y): milliseconds and pixels, rows of a cut together, cuts numbered from 0. From it
come the two views of EVENTS.md, 17 series of the raw tier, and 8 exact summaries of each by cut. numpy is all that is
imported here: peers in environments of their own read this file too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TIME_SERIES: Final = (
    "velocity", "velocity_x", "velocity_y", "speed_x", "speed_y", "acceleration", "acceleration_x", "acceleration_y",
    "acceleration_pos", "acceleration_neg", "jerk", "snap", "pace",
)  # fmt: skip
MOVING_SERIES: Final = ("angular_velocity",)  # of the moving intervals only
PATH_SERIES: Final = ("curvature_angle", "curvature", "curvature_distance")
SERIES: Final = (*TIME_SERIES, *MOVING_SERIES, *PATH_SERIES)
SUMMARIES: Final = ("mean", "std", "min", "q25", "median", "q75", "q95", "max")
QUANTILES: Final = {"q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}
COLUMNS: Final = tuple(f"{series}_{summary}" for series in SERIES for summary in SUMMARIES)
TOLERANCE: Final = 1e-9


@dataclass(frozen=True)
class Rows:
    """The rows of many cuts: `t` (ms), `x`, `y` (px), all of shape (n,); cut k is rows `offsets[k]:offsets[k + 1]`."""

    t: Floats
    x: Floats
    y: Floats
    offsets: Ints

    def __len__(self) -> int:
        return len(self.t)

    @property
    def cut(self) -> Ints:
        """For each row which cut it belongs to."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def first(self, events: int) -> Rows:
        """The first cuts with at most so many rows, one at least."""
        last = max(1, int(np.searchsorted(self.offsets, events, side="right")) - 1)
        end = self.offsets[last]
        return Rows(self.t[:end], self.x[:end], self.y[:end], self.offsets[: last + 1])

    def save(self, path: Any) -> None:
        """Write an .npz."""
        np.savez(path, t=self.t, x=self.x, y=self.y, offsets=self.offsets)

    @classmethod
    def load(cls, path: Any) -> Rows:
        """Read what `save` wrote."""
        with np.load(path) as file:
            return cls(**{name: file[name] for name in ("t", "x", "y", "offsets")})


def disagreement(names: list[str], values: Floats, our_names: list[str], ours: Floats) -> dict[str, float]:
    """For each column that both have, the largest difference over all cuts; inf where only one of the two is NaN.

    The scale of a difference is the larger of the two values and, for a summary, the largest absolute value of its
    series in that cut: a mean of numbers of 1e9 that cancel out to 1 is known to 1e-7, not to 1e-16.
    """
    at = {name: i for i, name in enumerate(our_names)}
    found = {}
    for i, name in enumerate(names):
        if name not in at:
            continue
        theirs, mine = values[:, i], ours[: len(values), at[name]]
        series = name.rpartition("_")[0]
        scale = np.fmax(np.abs(theirs), np.abs(mine))
        for end in ("min", "max"):
            if f"{series}_{end}" in at:
                scale = np.fmax(scale, np.abs(ours[: len(values), at[f"{series}_{end}"]]))
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.abs(theirs - mine) / np.where(scale > 0, scale, 1.0)
        off[np.isnan(theirs) & np.isnan(mine)] = 0.0
        found[name] = float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0))
    return found
