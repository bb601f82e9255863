"""The columns the detector reads of one stroke, by name: measures, their ratios, and the profile.

None is a statistic of intervals, none tells where on the screen a stroke lay or how far it went, no speed is in px, and
nothing is counted or summed up over the stroke: such figures grow with how long somebody was on the way, which is the
task's doing. What is left is shape, texture, and how quickly movement changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.score.dynamics.profile import PROFILE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SUMMARIES: Final = ("mean", "std", "min", "q05", "q25", "median", "q75", "q95", "max", "skew", "kurtosis")
OVER: Final = "_over_mean"  # a summary of a series over the series' mean
SERIES: Final = ("velocity_s", "acceleration_s", "jerk_s", "snap_s")
RATES: Final[Mapping[str, tuple[str, str]]] = {  # how quickly movement changes, 1/s
    "acceleration_over_velocity": ("acceleration_s_mean", "velocity_s_mean"),
    "acceleration_over_velocity_median": ("acceleration_s_median", "velocity_s_median"),
    "acceleration_over_velocity_q95": ("acceleration_s_q95", "velocity_s_q95"),
    "jerk_over_acceleration": ("jerk_s_mean", "acceleration_s_mean"),
    "jerk_over_acceleration_median": ("jerk_s_median", "acceleration_s_median"),
    "jerk_over_acceleration_q05": ("jerk_s_q05", "acceleration_s_q05"),
    "snap_over_jerk": ("snap_s_mean", "jerk_s_mean"),
}
MEASURED: Final = (
    *(f"curvature_angle_{s}" for s in SUMMARIES), *(f"curvature_distance_{s}" for s in SUMMARIES),
    *(f"angular_velocity_s_{s}" for s in SUMMARIES),
    *(f"{name}_{s}" for name in (*SERIES, "curvature", "curvature_s") for s in ("skew", "kurtosis")),
    "straightness", "tortuosity", "jitter", "fractal_dimension", "direction_resultant", "jitter_t", "power_law_beta",
    "peak_time_ratio", "benford_mad", "collinear_share", "axis_step_share",
)  # fmt: skip
RATIOS: Final = tuple(f"{n}_{s}{OVER}" for n in SERIES for s in SUMMARIES if s not in ("mean", "skew", "kurtosis"))
COUNTED: Final = ("speed_peaks",)  # of the profile
COLUMNS: Final = (*MEASURED, *RATIOS, *RATES, *(name for name in PROFILE if name not in COUNTED))
_UNITS: Final = {"curvature_angle": "rad", "angular_velocity_s": "rad/s", "tremor_along": "px", "tremor_across": "px"}
_UNITS_OF_ONE: Final = {"tremor_slow": "px", "tremor_fast": "px", "start_angle": "rad", "end_angle": "rad"}


def unit(name: str) -> str:
    """The unit of a column.

    >>> unit("angular_velocity_s_max"), unit("snap_over_jerk"), unit("velocity_s_max_over_mean")
    ('rad/s', '1/s', '1')
    """
    if name.endswith(("_skew", "_kurtosis")):
        return "1"
    if name in RATES:
        return "1/s"
    found = [u for prefix, u in _UNITS.items() if name.startswith(prefix)]
    return found[0] if found else _UNITS_OF_ONE.get(name, "1")


@dataclass(frozen=True, eq=False)
class Recipe:
    """How columns are made: `asked` of the table of measures, then each as one column, or one over another (-1: none).

    Places are those in a table of the measures asked for and, after them, the profile.
    """

    asked: tuple[str, ...]
    upper: Ints
    lower: Ints


@lru_cache(maxsize=16)
def recipe(names: tuple[str, ...]) -> Recipe:
    """What these columns are made of. UnknownName, by `measure`, where one is neither of a stroke nor a measure."""
    parts = [_parts(name) for name in names]
    need = tuple(dict.fromkeys(p for made_of in parts for p in made_of if p not in PROFILE))
    place = {name: j for j, name in enumerate((*need, *PROFILE))}
    lower = [place[p[1]] if len(p) > 1 else -1 for p in parts]
    return Recipe(need, np.array([place[p[0]] for p in parts], np.int64), np.array(lower, np.int64))


def _parts(name: str) -> tuple[str, ...]:
    if name in RATES:
        return RATES[name]
    if name.endswith(OVER):
        whole = name.removesuffix(OVER)
        return whole, f"{whole[: whole.index('_s_') + 2]}_mean"
    return (name,)


def table(made: Recipe, measured: Floats, profile: Floats) -> Floats:
    """The columns of a recipe from what it asked for and the profile, (n_strokes, n_names); NaN for undefined."""
    known = np.hstack([measured, profile])
    out = known[:, made.upper]
    over = np.flatnonzero(made.lower >= 0)
    with np.errstate(all="ignore"):
        out[:, over] /= known[:, made.lower[over]]
    out[~np.isfinite(out)] = np.nan
    return np.ascontiguousarray(out)
