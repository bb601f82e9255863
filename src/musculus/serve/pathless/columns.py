"""Which measures are kept where paths are not: none that says where or which way, none to solve a path from.

Left out are positions and whatever changes when a path is turned (headings, octants, boxes, speeds along x and y): with
them the strokes of a visit could be laid end to end. Quantiles are left out, because those of a few values are the
values. And a path of n points has 3 n - 4 unknowns beside where it begins, and which way, and when: of a path with no
more unknowns than numbers would be kept of it, only a few are, and of the shortest only count and time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, position_rows
from musculus.events import Events

if TYPE_CHECKING:
    from musculus.measures.table import Measure

Ints = npt.NDArray[np.int64]
SUMMARIES: Final = ("mean", "std", "max", "count")  # of a series
SPREAD: Final = ("std", "max")  # those that go first where a path has few points
MOVEMENT: Final = ("spatial", "kinematic", "smoothness", "motor", "temporal", "sampling", "winslow")
BEYOND: Final = ("performance", "keyboard")  # of clicks and keys: they say nothing of the path
FEW: Final = (
    "event_count", "movement_time", "path_length", "displacement", "straightness", "mean_speed", "velocity_max",
    "max_abs_deviation", "time_to_peak_velocity", "peak_time_ratio", "submovements", "sparc",
)  # fmt: skip
LEAST: Final = ("event_count", "movement_time")
DIGITS: Final = 6  # significant ones: a full-precision length of a path over whole pixels tells its steps


def is_kept(column: str, m: Measure) -> bool:
    """Whether a column of the table of measures may be kept without its path.

    >>> from musculus.measures import COLUMNS
    >>> [c for c in ("velocity_mean", "velocity_q05", "velocity_x_mean", "box_width") if is_kept(c, COLUMNS[c])]
    ['velocity_mean']
    """
    if m.turns or m.moves or m.slow:
        return False
    return not m.summarise or column.rpartition("_")[2] in SUMMARIES


@cache
def of_strokes() -> tuple[str, ...]:
    """The columns that are kept of a stroke."""
    from musculus.measures import COLUMNS

    return tuple(c for c, m in COLUMNS.items() if m.category in MOVEMENT and m.category != "winslow" and is_kept(c, m))


@cache
def of_visits() -> tuple[str, ...]:
    """The columns that are kept of a whole visit: those of strokes, and of its clicks and keys."""
    from musculus.measures import COLUMNS

    return tuple(c for c, m in COLUMNS.items() if m.category in (*MOVEMENT, *BEYOND) and is_kept(c, m))


def allowed(columns: tuple[str, ...], points: int) -> frozenset[str]:
    """Those of the columns that are kept of a path with so many points, each at another place than the one before.

    >>> len(allowed(("event_count", "movement_time", "path_length"), 2))
    2
    """
    from musculus.measures import COLUMNS

    beyond = frozenset(c for c in columns if COLUMNS[c].category in BEYOND)
    movement = frozenset(columns) - beyond
    plain = frozenset(c for c in movement if c in FEW or c.rpartition("_")[2] not in SPREAD)
    for some in (movement, plain, movement & frozenset(FEW)):
        if 3 * points - 4 > len(some):
            return some | beyond
    return movement & frozenset(LEAST) | beyond


def points(events: Events, cuts: Cuts) -> Ints:
    """How many points the path of each cut has, not counting a place that is the same as the one before."""
    use = position_rows(events) & np.isfinite(events.t + events.x + events.y)
    counted = np.zeros(len(cuts), np.int64)
    for k in range(len(cuts)):
        rows = np.flatnonzero(use[cuts.start[k] : cuts.end[k]]) + cuts.start[k]
        moved = (np.diff(events.x[rows]) != 0) | (np.diff(events.y[rows]) != 0)
        counted[k] = moved.sum() + min(len(rows), 1)
    return counted


def rounded(value: float) -> float | None:
    """A number as it is kept, None where the measure is undefined.

    >>> rounded(1234.56789), rounded(float("nan"))
    (1234.57, None)
    """
    return float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None
