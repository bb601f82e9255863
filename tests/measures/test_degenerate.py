"""What the shortest paths give: the table of MEASURES.md, every name of it, and paths without a point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from measures.drawing import of, row
from musculus.events import Events
from musculus.measures import COLUMNS, MEASURES

NAN = math.nan
PATHS = {
    "one point": ([7.0], [5.0]),
    "two points": ([0.0, 3.0], [0.0, 4.0]),
    "standing": ([1.0, 1.0], [1.0, 1.0]),
    "line": ([0.0, 3.0, 6.0], [0.0, 4.0, 8.0]),
    "there and back": ([0.0, 5.0, 0.0], [0.0, 0.0, 0.0]),
}
# One line a row of the table: names, then the value for each of the five paths.
TABLE: dict[str, tuple[float, ...]] = {
    "path_length": (0, 5, 0, 10, 10),
    "displacement": (0, 5, 0, 10, 0),
    "straightness": (NAN, 1, NAN, 1, 0),
    "max_abs_deviation mean_deviation mean_abs_deviation": (NAN, 0, NAN, 0, NAN),
    "deviation_sd": (NAN, NAN, NAN, 0, NAN),
    "auc_signed": (NAN, 0, NAN, 0, 0),
    "auc_abs": (NAN, 0, NAN, 0, NAN),
    "path_crossings": (0, 0, 0, 0, NAN),
    "y_flips y_flips_3 inflections inflections_10deg": (0, 0, 0, 0, 0),
    "corners x_flips x_flips_3": (0, 0, 0, 0, 1),
    "winding total_abs_curvature": (0, 0, 0, 0, math.pi),
    "bending_energy": (0, 0, 0, 0, math.pi**2 / 5),
    "direction_changes orthogonal_changes": (0, 0, 0, 0, NAN),
    "tortuosity": (NAN, 1, NAN, 1, NAN),
    "box_width": (0, 3, 0, 6, 5),
    "box_height": (0, 4, 0, 8, 0),
    "jitter jitter_t ldlj sparc power_law_beta": (NAN, NAN, NAN, NAN, NAN),
    "submovements": (NAN, NAN, NAN, 1, 1),
    "fractal_dimension": (NAN, 1, NAN, 1, NAN),
    "direction_mean": (NAN, math.atan2(4, 3), NAN, math.atan2(4, 3), NAN),
    "direction_resultant": (NAN, 1, NAN, 1, 0),
    "direction_octant_0 direction_octant_4": (NAN, 0, NAN, 0, 0.5),
    "direction_octant_1": (NAN, 1, NAN, 1, 0),
    "direction_octant_2 direction_octant_3 direction_octant_5": (NAN, 0, NAN, 0, 0),
    "direction_octant_6 direction_octant_7": (NAN, 0, NAN, 0, 0),
    "mean_speed": (NAN, 500, 0, 500, 500),
    "movement_time": (0, 10, 10, 20, 20),
    "idle_time": (0, 0, 10, 0, 0),
    "initiation_time": (NAN, 10, NAN, 10, 10),
    "time_centre": (NAN, 10, NAN, 15, 15),
    "time_scatter": (NAN, 0, NAN, 25, 25),
    "pause_time pause_count hover_time_100 hover_count_100": (0, 0, 0, 0, 0),
    "dt_cv": (NAN, NAN, NAN, 0, 0),
    "dt_mode_share": (NAN, 1, 1, 1, 1),
    "dt_entropy dt_zero_share": (NAN, 0, 0, 0, 0),
    "winslow_segments": (0, 1, 1, 2, 2),
    "winslow_motions": (0, 1, 1, 1, 1),
    "winslow_motion_length": (NAN, 5, 0, 10, 10),
    "winslow_motion_time": (NAN, 10, 10, 20, 20),
    "winslow_speed": (NAN, 500, 0, 500, 500),
    "winslow_speed_variance": (NAN, NAN, NAN, 0, 0),
    "winslow_acceleration_variance": (NAN, NAN, NAN, NAN, NAN),
}
# Means of the series; the other summaries follow from `summaries`.
SERIES: dict[str, tuple[float, ...]] = {
    "velocity_mean": (NAN, 500, 0, 500, 500),
    "velocity_x_mean": (NAN, 300, 0, 300, 0),
    "velocity_y_mean": (NAN, 400, 0, 400, 0),
    "speed_x_mean": (NAN, 300, 0, 300, 500),
    "speed_y_mean": (NAN, 400, 0, 400, 0),
    "pace_mean": (NAN, 2, NAN, 2, 2),
    "acceleration_mean acceleration_y_mean": (NAN, NAN, NAN, 0, 0),
    "acceleration_x_mean": (NAN, NAN, NAN, 0, -1e5),
    "angular_velocity_mean": (NAN, NAN, NAN, 0, 100 * math.pi),
    "curvature_angle_mean": (NAN, NAN, NAN, 0, math.pi),
    "curvature_mean": (NAN, NAN, NAN, 0, math.pi / 5),
    "curvature_distance_mean": (NAN, NAN, NAN, 0, NAN),
    "acceleration_pos_mean acceleration_neg_mean jerk_mean snap_mean": (NAN, NAN, NAN, NAN, NAN),
    "velocity_s_mean acceleration_s_mean jerk_s_mean snap_s_mean": (NAN, NAN, NAN, NAN, NAN),
    "angular_velocity_s_mean curvature_s_mean": (NAN, NAN, NAN, NAN, NAN),
}
CELLS = [
    (name, path, values[k])
    for names, values in {**TABLE, **SERIES}.items()
    for name in names.split()
    for k, path in enumerate(PATHS)
]


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, float]]:
    return {name: of(*positions) for name, positions in PATHS.items()}


@pytest.mark.parametrize(("name", "path", "value"), CELLS)
def test_the_table_of_degenerate_paths_holds(
    name: str, path: str, value: float, measured: dict[str, dict[str, float]]
) -> None:
    assert measured[path][name] == pytest.approx(value, rel=1e-12, abs=1e-12, nan_ok=True)


def test_the_table_has_every_spatial_kinematic_and_smoothness_measure() -> None:
    told = {COLUMNS[name].name for name, _, _ in CELLS}
    assert told >= {m.name for m in MEASURES.values() if m.category in ("spatial", "kinematic", "smoothness")}


@pytest.mark.parametrize("kind", ["move", "enter", "wheel", "key_down"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_cut_without_a_position_has_no_path_measure_and_no_motion(n: int, kind: str) -> None:
    nowhere = [NAN] * n
    found = row(Events.of(np.arange(n) * 10.0, nowhere, nowhere, kind))
    path = [c for c, m in COLUMNS.items() if m.category in ("spatial", "kinematic", "smoothness")]
    assert [c for c in path if not math.isnan(found[c])] == []
    assert (found["winslow_segments"], found["winslow_motions"]) == (0, 0)


@pytest.mark.parametrize("m", MEASURES.values(), ids=MEASURES)
@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_no_measure_of_a_short_path_is_infinite(m: object, n: int) -> None:
    found = of([0.0, 1e3, 2e3][:n], [0.0, -1e3, 5.0][:n], [0.0, 0.0, 1e-3][:n], only=[m.name])
    assert [c for c, v in found.items() if math.isinf(v)] == []


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("column", ["t", "x", "y"])
def test_rows_without_finite_numbers_are_as_if_absent(bad: float, column: str) -> None:
    x, y, t = [0.0, 4.0, 9.0, 11.0], [0.0, 1.0, 5.0, 5.0], [0.0, 8.0, 17.0, 30.0]
    rows = {"t": [*t[:2], 12.0, *t[2:]], "x": [*x[:2], 6.0, *x[2:]], "y": [*y[:2], 3.0, *y[2:]]}
    rows[column][2] = bad
    only = [m.name for m in MEASURES.values() if m.category in ("spatial", "kinematic", "smoothness", "winslow")]
    with_row = row(Events.of(rows["t"], rows["x"], rows["y"]), only)
    without = row(Events.of(t, x, y), only)
    assert with_row == pytest.approx(without, rel=0, abs=0, nan_ok=True)


def test_huge_numbers_overflow_to_undefined_and_not_to_infinity() -> None:
    x = np.array([0, 1e200, -1e200, 1e308, 3.0, -1e308, 7.0, 1e150, 5.0, 2.0, 8.0, 1.0])
    found = of(x, x[::-1])
    assert [c for c, v in found.items() if math.isinf(v)] == []
