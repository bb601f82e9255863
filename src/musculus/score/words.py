"""What a measure of a stroke is called in a reason: words that somebody reads who never saw its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

SERIES: Final = {
    "velocity_s": "speed", "acceleration_s": "acceleration", "jerk_s": "jerk", "snap_s": "change of jerk",
    "angular_velocity_s": "speed of turning", "curvature_angle": "turning angle",
    "curvature_distance": "distance of a bend from its chord", "curvature": "curvature", "curvature_s": "curvature",
    "acceleration": "acceleration", "jerk": "jerk", "snap": "change of jerk", "velocity": "speed",
}  # fmt: skip
SUMMARIES: Final = {
    "mean": "mean {0}", "std": "scatter of the {0}", "min": "lowest {0}", "max": "highest {0}", "median": "median {0}",
    "q05": "{0} that 5 % are below", "q25": "{0} that 25 % are below", "q75": "{0} that 75 % are below",
    "q95": "{0} that 95 % are below", "skew": "skewness of the {0}", "kurtosis": "heavy tails of the {0}",
}  # fmt: skip
NAMED: Final = {
    "x_flips": "turns between left and right", "y_flips": "turns between up and down",
    "x_flips_3": "turns between left and right by more than 3 px",
    "y_flips_3": "turns between up and down by more than 3 px",
    "inflections": "changes between turning left and turning right",
    "inflections_10deg": "changes between turning left and right, of 10 degrees or more", "corners": "corners",
    "total_abs_curvature": "all turning together", "straightness": "straightness (1 is a ruler line)",
    "tortuosity": "way over direct line (1 is a ruler line)", "path_crossings": "crossings of the own way",
    "jitter": "raggedness of the way", "jitter_t": "raggedness in time",
    "direction_changes": "changes of direction along the way", "orthogonal_changes": "changes of direction across it",
    "fractal_dimension": "roughness (fractal dimension; 1 is smooth)", "direction_resultant": "unity of direction",
    "submovements": "submovements", "ldlj": "smoothness (log dimensionless jerk)",
    "sparc": "smoothness (spectral arc length)", "power_law_beta": "how speed falls in bends (power law)",
    "peak_time_ratio": "when the speed peaks (share of the time)",
    "benford_mad": "first digits of the steps, against Benford's law",
    "collinear_share": "share of points on a line with their neighbours",
    "axis_step_share": "share of steps exactly along an axis", "acceleration_over_velocity": "acceleration over speed",
    "jerk_over_acceleration": "ratio of jerk to acceleration", "snap_over_jerk": "ratio of the change of jerk to jerk",
    "peak_ratio": "highest speed over the mean", "peak_place": "when the speed peaks (share of the time)",
    "speed_peaks": "peaks of speed", "first_share": "share of the way in the first movement",
    "still_share": "share of the time without movement", "still_runs": "pauses, for the time it took",
    "longest_still": "longest pause (share of the time)",
    "slow_start": "slow beginning (share of the time)", "slow_end": "slow ending (share of the time)",
    "speed_cv": "unevenness of the speed", "peak_symmetry": "rise of the speed against its fall (logarithm)",
    "acceleration_symmetry": "strongest speeding up against strongest slowing down (logarithm)",
    "acceleration_peak": "strongest change of speed (logarithm)",
    "bow_place": "where the way is farthest from the direct line", "overshoot": "overshoot, over the direct line",
    "back_share": "way that leads back, over the direct line", "start_angle": "angle at which it sets out",
    "end_angle": "angle at which it arrives", "tremor_along": "tremor along the way",
    "tremor_across": "tremor across the way", "tremor_ratio": "tremor across against along (logarithm)",
    "tremor_by_speed": "how tremor follows the speed", "tremor_slow": "tremor where it is slow",
    "tremor_fast": "tremor where it is fast", "jerk_share": "jerk for the speed (logarithm)",
    "change_share": "change from step to step for the speed (logarithm)",
    "same_step": "share of steps equal to the one before", "near_step": "share of steps nearly equal to the one before",
    "distinct_steps": "share of steps unlike any other", "turn_by_speed": "how bends follow the speed",
    "straight_turns": "share of steps without a turn", "turn_spread": "scatter of the turns",
}  # fmt: skip
LAGGED: Final[dict[str, str]] = {
    "acceleration": "likeness of the acceleration to that", "jerk": "likeness of the jerk to that",
    "change": "likeness of the change of step to that", "turn": "likeness of a turn to that",
    "side": "likeness of the deviation to the side to that",
}  # fmt: skip
STEPS: Final[dict[str, str]] = {"1": "one step", "2": "two steps"}
PATTERNS: Final[tuple[tuple[str, Callable[[re.Match[str]], str]], ...]] = (
    (r"speed_bin_(\d+)", lambda m: f"speed in part {int(m[1]) + 1} of 12 of its time, over the mean"),
    (r"way_time_(\d+)", lambda m: f"when {m[1]} % of the way are done (share of the time)"),
    (r"band_(\d+)_(\d+)", lambda m: f"changes of speed at {m[1]} to {m[2]} Hz (logarithm of their share)"),
    (r"bow_(\d)", lambda m: f"how far aside of the direct line the way is after {int(m[1]) + 1} of 9 parts"),
    (r"(acceleration|change|jerk|turn|side)_lag_(\d)", lambda m: f"{LAGGED[m[1]]} {STEPS[m[2]]} before"),
)


def words(name: str) -> str:
    """The measure in words; of a name that nobody knows the name, with spaces.

    >>> words("y_flips"), words("velocity_s_std_over_mean")
    ('turns between up and down', 'scatter of the speed, over its mean')
    >>> words("way_time_25"), words("a_b")
    ('when 25 % of the way are done (share of the time)', 'a b')
    """
    if name in NAMED:
        return NAMED[name]
    for pattern, said in PATTERNS:
        if found := re.fullmatch(pattern, name):
            return said(found)
    base, over = (name.removesuffix("_over_mean"), ", over its mean") if name.endswith("_over_mean") else (name, "")
    series, _, summary = base.rpartition("_")
    if summary in SUMMARIES and (series in SERIES or series in NAMED):
        return SUMMARIES[summary].format(SERIES.get(series) or NAMED[series]) + over
    return name.replace("_", " ")
