"""Every column name of the contract of measures, as its words give them; what they leave open is in OPEN_NAMES."""

from __future__ import annotations

SUMMARIES = ("mean", "std", "min", "q05", "q25", "median", "q75", "q95", "max", "skew", "kurtosis")
KEY_CLASSES = (
    "letter", "digit", "space", "enter", "backspace", "delete", "tab", "arrow", "modifier", "function", "other",
)  # fmt: skip

SPATIAL = (
    "path_length", "displacement", "straightness", "tortuosity",
    "max_abs_deviation", "mean_deviation", "mean_abs_deviation", "deviation_sd",
    "auc_signed", "auc_abs", "path_crossings", "jitter", "jitter_t",
    "x_flips", "y_flips", "x_flips_3", "y_flips_3", "inflections", "inflections_10deg", "corners",
    "total_abs_curvature", "winding", "bending_energy", "direction_changes", "orthogonal_changes",
    "fractal_dimension", "direction_mean", "direction_resultant",
    *(f"direction_octant_{k}" for k in range(8)),
    "box_width", "box_height",
)  # fmt: skip
SPATIAL_SERIES = ("curvature_angle", "curvature", "curvature_distance")

KINEMATIC = ("mean_speed", "power_law_beta", "submovements", "ldlj", "sparc", "time_centre", "time_scatter")
KINEMATIC_SERIES = (
    "velocity", "velocity_x", "velocity_y", "speed_x", "speed_y", "acceleration", "jerk", "snap",
    "acceleration_x", "acceleration_y", "angular_velocity", "pace", "acceleration_pos", "acceleration_neg",
)  # fmt: skip
SMOOTH_SERIES = ("velocity_s", "acceleration_s", "jerk_s", "snap_s", "angular_velocity_s", "curvature_s")

MOTOR = (
    "sample_entropy", "lognormal_components", "lognormal_snr", "lognormal_D", "lognormal_t0", "lognormal_mu",
    "lognormal_sigma", "lognormal_theta_start", "lognormal_theta_end",
    "time_to_peak_velocity", "peak_time_ratio", "benford_mad", "collinear_share", "axis_step_share",
)  # fmt: skip

TEMPORAL = (
    "movement_time", "response_time", "initiation_time", "initiation_time_10", "idle_time",
    "pause_time", "pause_count", "hover_time_100", "hover_count_100", "page_time",
)  # fmt: skip
TEMPORAL_SERIES = ("click_interval",)  # open: one number, or a series with its count like those of Performance

# open: the suffix
SCROLL = tuple(f"scroll_{what}_{axis}" for what in ("distance", "net", "reversals") for axis in "xy")
PERFORMANCE = (
    "clicks", "unpaired_buttons", "click_rate", *SCROLL, "target_reentries", "fitts_throughput", "rage_clicks",
    "dead_clicks",
)  # fmt: skip
PERFORMANCE_SERIES = (
    "hold_time", "click_error", "click_offset", "time_to_click", "pause_before_click",
    "fitts_id", "double_click_interval",
)  # fmt: skip

KEYBOARD = ("key_count", "key_rate")
KEYBOARD_SERIES = ("key_hold", "key_flight", "key_interval")

SAMPLING = (
    "event_count", "event_rate", "clock_resolution", "dt_cv", "dt_mode_share", "dt_entropy", "dt_zero_share",
    "clock_regressions", "coalesced_share", "fractional_share", "out_of_screen",
)  # fmt: skip
WINSLOW = (
    "winslow_segments", "winslow_motions", "winslow_motion_length", "winslow_motion_time", "winslow_speed",
    "winslow_speed_variance", "winslow_acceleration_variance",
)  # fmt: skip


def summarised(*series: str) -> tuple[str, ...]:
    """The columns of series: the name and each summary."""
    return tuple(f"{name}_{summary}" for name in series for summary in SUMMARIES)


def counted(*series: str) -> tuple[str, ...]:
    """The columns of series of happenings: the count, then the summaries."""
    return tuple(column for name in series for column in (f"{name}_count", *summarised(name)))


def keyboard() -> tuple[str, ...]:
    """Keyboard columns over all keys, then per class."""
    names: list[str] = []
    for suffix in ("", *(f"_{word}" for word in KEY_CLASSES)):
        names += [name + suffix for name in KEYBOARD]
        names += summarised(*(name + suffix for name in KEYBOARD_SERIES))
    return tuple(names)


CONTRACT: tuple[str, ...] = (
    *SPATIAL, *summarised(*SPATIAL_SERIES),
    *KINEMATIC, *summarised(*KINEMATIC_SERIES), *summarised(*SMOOTH_SERIES),
    *MOTOR,
    *TEMPORAL, *counted(*TEMPORAL_SERIES),
    *PERFORMANCE, *counted(*PERFORMANCE_SERIES),
    *keyboard(),
    *SAMPLING, *WINSLOW,
)  # fmt: skip

# The text names the thing but not the column: the engine's authors settle these.
OPEN_NAMES: tuple[str, ...] = (
    *counted(*TEMPORAL_SERIES),  # one number (the only one of a `click` cut) or a series
    *SCROLL,  # "each for both axes" gives no suffix
    *(f"{name}_count" for name in PERFORMANCE_SERIES),  # "with its count" gives no name
    "fitts_throughput",  # one number a cut, or a series over sequences
    *(f"{name}_{word}" for name in KEYBOARD for word in KEY_CLASSES),  # is the rate per class too?
)

# A definition the text leaves to the fitter: only what a sum of lognormals fixes is checked.
FITTED: tuple[str, ...] = tuple(name for name in MOTOR if name.startswith("lognormal_"))
