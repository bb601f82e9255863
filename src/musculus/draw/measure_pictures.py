"""Which path each measure's figure shows, and how what the measure looks at is drawn on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from musculus.draw import measure_marks as marks
from musculus.draw import measure_paths as paths
from musculus.draw import measure_times as times
from musculus.draw.measure_marks import Draw
from musculus.draw.measure_paths import Path


@dataclass(frozen=True)
class Picture:
    """A path, and how a measure is drawn on it."""

    path: Path
    draw: Draw


def _steps_across(p: Path) -> marks.Floats:
    return np.diff(p.x)


def _steps_down(p: Path) -> marks.Floats:
    return np.diff(p.y)


def _steps_aside(p: Path) -> marks.Floats:
    return np.diff(p.deviation)


def _steps_along(p: Path) -> marks.Floats:
    return np.diff(p.progress)


ON_A_PATH: Final = {
    "path_length": (paths.ARC, marks.way),
    "displacement": (paths.ARC, marks.chord),
    "straightness": (paths.BENT, marks.both),
    "tortuosity": (paths.BENT, marks.both),
    "max_abs_deviation": (paths.ARC, marks.farthest),
    "mean_deviation": (paths.WEAVE, marks.offsets),
    "mean_abs_deviation": (paths.WEAVE, marks.offsets),
    "deviation_sd": (paths.WEAVE, marks.offsets),
    "auc_signed": (paths.WEAVE, marks.area),
    "auc_abs": (paths.WEAVE, marks.area),
    "path_crossings": (paths.WEAVE, marks.crossings),
    "jitter": (paths.TREMBLING, marks.smoothed),
    "jitter_t": (paths.TREMBLING, marks.smoothed),
    "x_flips": (paths.ZIGZAG, marks.flips(_steps_across)),
    "x_flips_3": (paths.ZIGZAG, marks.flips(_steps_across, least=3.0)),
    "y_flips": (paths.STEPS, marks.flips(_steps_down)),
    "y_flips_3": (paths.STEPS, marks.flips(_steps_down, least=3.0)),
    "inflections": (paths.WEAVE, marks.inflections),
    "corners": (paths.CORNERS, marks.corners),
    "total_abs_curvature": (paths.WEAVE, marks.turning),
    "winding": (paths.LOOP, marks.turning),
    "bending_energy": (paths.WEAVE, marks.turning),
    "direction_changes": (paths.WEAVE, marks.along(_steps_aside)),
    "orthogonal_changes": (paths.BACK, marks.along(_steps_along)),
    "fractal_dimension": (paths.WEAVE, marks.reach),
    "direction_mean": (paths.FAN, marks.headings),
    "direction_resultant": (paths.FAN, marks.headings),
    "direction_octant": (paths.FAN, marks.octants),
    "box_width": (paths.ARC, marks.box(across=True)),
    "box_height": (paths.ARC, marks.box(across=False)),
    "curvature_angle": (paths.THREE, marks.turning),
    "curvature": (paths.THREE, marks.turning),
    "curvature_distance": (paths.THREE, marks.from_neighbours),
}
RAW: Final = ("velocity", "velocity_x", "velocity_y", "speed_x", "speed_y", "acceleration", "acceleration_x",
              "acceleration_y", "acceleration_pos", "acceleration_neg", "jerk", "snap", "pace")  # fmt: skip
SMOOTH: Final = ("velocity_s", "acceleration_s", "jerk_s", "snap_s", "angular_velocity_s", "curvature_s")
ALONG_TIME: Final = {
    **{name: (paths.STROKE, times.series(name)) for name in RAW},
    **{name: (paths.PIXELS, times.raw_and_smooth(name)) for name in SMOOTH if name != "curvature_s"},
    "angular_velocity": (paths.STROKE, times.series("angular_velocity")),
    "curvature_s": (paths.STROKE, times.series("curvature_s")),
    "submovements": (paths.CORRECTED, times.peaks),
    "time_to_peak_velocity": (paths.STROKE, times.fastest),
    "peak_time_ratio": (paths.STROKE, times.fastest),
    "time_centre": (paths.ARC, times.centre),
    "time_scatter": (paths.ARC, times.centre),
}
PICTURES: Final[Mapping[str, Picture]] = {name: Picture(*how) for name, how in (ON_A_PATH | ALONG_TIME).items()}
