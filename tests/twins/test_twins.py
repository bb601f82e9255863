"""The twins against geometry worked out by hand, first of all the contract's own table of degenerate paths."""

from __future__ import annotations

import math

import pytest

from twins import Row, measures
from twins.contract import CONTRACT, FITTED, OPEN_NAMES, SUMMARIES
from twins.events_view import Sample, path_view, time_view

NAN = math.nan
PI = math.pi


def at_10_ms(*points: tuple[float, float]) -> list[Row]:
    return [Row(10.0 * i, "move", float(x), float(y)) for i, (x, y) in enumerate(points)]


DEGENERATE = {
    "one point": at_10_ms((0, 0)),
    "two points": at_10_ms((0, 0), (3, 4)),
    "standing": at_10_ms((1, 1), (1, 1)),
    "line": at_10_ms((0, 0), (3, 4), (6, 8)),
    "there and back": at_10_ms((0, 0), (5, 0), (0, 0)),
}
DEVIATIONS = "max_abs_deviation mean_deviation mean_abs_deviation"

# Each line: columns, then what the five paths give.
TABLE: list[tuple[str, tuple[float, float, float, float, float]]] = [
    ("path_length", (0, 5, 0, 10, 10)),
    ("displacement", (0, 5, 0, 10, 0)),
    ("straightness", (NAN, 1, NAN, 1, 0)),
    (DEVIATIONS, (NAN, 0, NAN, 0, NAN)),
    ("deviation_sd", (NAN, NAN, NAN, 0, NAN)),
    ("auc_signed", (NAN, 0, NAN, 0, 0)),
    ("auc_abs", (NAN, 0, NAN, 0, NAN)),
    ("path_crossings direction_changes orthogonal_changes", (0, 0, 0, 0, NAN)),
    ("y_flips y_flips_3 inflections inflections_10deg", (0, 0, 0, 0, 0)),
    ("corners x_flips x_flips_3", (0, 0, 0, 0, 1)),
    ("winding total_abs_curvature", (0, 0, 0, 0, PI)),
    ("bending_energy", (0, 0, 0, 0, PI**2 / 5)),
    ("tortuosity", (NAN, 1, NAN, 1, NAN)),
    ("box_width", (0, 3, 0, 6, 5)),
    ("box_height", (0, 4, 0, 8, 0)),
    ("velocity_mean velocity_min velocity_max", (NAN, 500, 0, 500, 500)),
    ("pace_mean", (NAN, 2, NAN, 2, 2)),
    ("acceleration_mean", (NAN, NAN, NAN, 0, 0)),
    ("jerk_mean snap_mean", (NAN, NAN, NAN, NAN, NAN)),
    ("curvature_angle_mean", (NAN, NAN, NAN, 0, PI)),
    ("jitter jitter_t ldlj sparc power_law_beta", (NAN, NAN, NAN, NAN, NAN)),
    ("submovements", (NAN, NAN, NAN, 1, 1)),
    ("fractal_dimension", (NAN, 1, NAN, 1, NAN)),
    ("direction_mean", (NAN, math.atan2(4, 3), NAN, math.atan2(4, 3), NAN)),
    ("direction_resultant", (NAN, 1, NAN, 1, 0)),
    ("direction_octant_1", (NAN, 1, NAN, 1, 0)),
    ("direction_octant_0 direction_octant_4", (NAN, 0, NAN, 0, 0.5)),
    ("mean_speed", (NAN, 500, 0, 500, 500)),
    ("movement_time", (0, 10, 10, 20, 20)),
    ("idle_time", (0, 0, 10, 0, 0)),
    ("initiation_time", (NAN, 10, NAN, 10, 10)),
    ("time_centre", (NAN, 10, NAN, 15, 15)),
    ("time_scatter", (NAN, 0, NAN, 25, 25)),
    ("pause_time pause_count hover_time_100 hover_count_100", (0, 0, 0, 0, 0)),
    ("dt_cv", (NAN, NAN, NAN, 0, 0)),
    ("dt_mode_share", (NAN, 1, 1, 1, 1)),
    ("dt_entropy dt_zero_share", (NAN, 0, 0, 0, 0)),
    ("winslow_segments", (0, 1, 1, 2, 2)),
    ("winslow_motions", (0, 1, 1, 1, 1)),
    ("winslow_motion_length", (NAN, 5, 0, 10, 10)),
    ("winslow_motion_time", (NAN, 10, 10, 20, 20)),
    ("winslow_speed", (NAN, 500, 0, 500, 500)),
    ("winslow_speed_variance", (NAN, NAN, NAN, 0, 0)),
    ("winslow_acceleration_variance", (NAN, NAN, NAN, NAN, NAN)),
]
CELLS = [
    (column, path, expected)
    for columns, row in TABLE
    for column in columns.split()
    for path, expected in zip(DEGENERATE, row, strict=True)
]


def close(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)


@pytest.fixture(scope="module")
def degenerate() -> dict[str, dict[str, float]]:
    return {name: measures(rows) for name, rows in DEGENERATE.items()}


@pytest.mark.parametrize(("column", "path", "expected"), CELLS, ids=[f"{c} of {p}" for c, p, _ in CELLS])
def test_degenerate_paths_give_what_the_contract_says(
    degenerate: dict[str, dict[str, float]], column: str, path: str, expected: float
) -> None:
    assert close(degenerate[path][column], expected), degenerate[path][column]


def test_no_position_at_all_leaves_only_counts_of_rows() -> None:
    m = measures([Row(0, "key_down", slot=1, key_class="letter"), Row(80, "key_up", slot=1)])
    assert m["winslow_segments"] == m["winslow_motions"] == 0
    assert m["event_count"] == 2
    assert m["key_hold_mean"] == m["key_hold_letter_mean"] == 80
    for column in ("path_length", "x_flips", "pause_count", "idle_time", "velocity_mean", "movement_time", "corners"):
        assert math.isnan(m[column]), column


def test_the_names_are_all_there_once_and_in_order() -> None:
    assert len(set(CONTRACT)) == len(CONTRACT)
    assert set(OPEN_NAMES) <= set(CONTRACT)
    assert list(measures([])) == [name for name in CONTRACT if name not in FITTED]
    assert all(f"velocity_s_{summary}" in CONTRACT for summary in SUMMARIES)


def test_the_time_view_never_runs_back_and_the_last_sample_of_a_time_wins() -> None:
    seen = [Sample(10, 0, 0), Sample(10, 1, 0), Sample(5, 2, 0), Sample(20, 2, 0), Sample(15, 3, 0)]
    assert time_view(seen) == [Sample(10, 2, 0), Sample(20, 3, 0)]
    assert path_view(seen) == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_a_bow_right_of_travel_has_positive_deviation_and_area() -> None:
    m = measures(at_10_ms((0, 0), (2, 3), (6, 3), (8, 0)))  # y grows down: below a line to the right is its right
    assert close(m["max_abs_deviation"], 3)
    assert close(m["mean_deviation"], 1.5)
    assert close(m["deviation_sd"], math.sqrt(3))  # 0, 3, 3, 0 round 1.5: 9 / 3
    assert close(m["auc_signed"], 18)
    assert close(m["auc_abs"], 18)
    assert close(m["winding"], -2 * math.atan2(3, 2))  # left turns, against the clock
    assert close(m["straightness"], 8 / (4 + 2 * math.sqrt(13)))


def test_areas_either_side_of_the_chord_cancel_only_in_the_signed_area() -> None:
    m = measures(at_10_ms((0, 0), (1, 1), (3, -1), (4, 0)))
    assert close(m["auc_signed"], 0)
    assert close(m["auc_abs"], 2)
    assert m["path_crossings"] == 1
    assert close(m["max_abs_deviation"], 1)


def test_a_run_on_the_chord_is_one_crossing_between_opposite_sides_and_none_between_equal_ones() -> None:
    assert measures(at_10_ms((0, 0), (1, 1), (2, 0), (3, 0), (4, -1), (5, 0)))["path_crossings"] == 1
    assert measures(at_10_ms((0, 0), (1, 1), (2, 0), (3, 0), (4, 1), (5, 0)))["path_crossings"] == 0


def test_a_crossing_beyond_the_end_of_the_chord_does_not_count() -> None:
    assert measures(at_10_ms((0, 0), (5, 1), (7, 1), (7, -1), (5, -1), (4, 0)))["path_crossings"] == 0
    assert measures(at_10_ms((0, 0), (5, 1), (4, 1), (4, -1), (5, -1), (4, 0)))["path_crossings"] == 1  # at D itself


def test_runs_of_at_most_3_px_are_dropped_before_flips_are_counted() -> None:
    m = measures(at_10_ms((0, 0), (10, 0), (8, 0), (7, 0), (20, 0), (16, 0)))
    assert m["x_flips"] == 3
    assert m["x_flips_3"] == 1  # 10, 13 and -4 stay; -3 went
    assert m["y_flips"] == 0


def test_an_s_has_one_inflection_and_a_wobble_of_10_degrees_is_dropped() -> None:
    assert measures(at_10_ms((0, 0), (10, 0), (20, 10), (30, 10)))["inflections"] == 1
    m = measures(at_10_ms((0, 0), (10, 10), (20, 20), (30, 29), (40, 39), (50, 50), (50, 60), (40, 60)))
    assert m["inflections"] > m["inflections_10deg"] == 0


def test_a_square_corner_is_no_corner_and_an_acute_one_is() -> None:
    assert measures(at_10_ms((0, 0), (5, 0), (5, 5)))["corners"] == 0
    assert measures(at_10_ms((0, 0), (5, 0), (4, 5)))["corners"] == 1


def test_curvature_of_a_circle_is_one_over_its_radius() -> None:
    points = [(50 * math.cos(a / 50), 50 * math.sin(a / 50)) for a in range(315)]
    m = measures(at_10_ms(*points))
    assert m["curvature_mean"] == pytest.approx(1 / 50, rel=1e-4)
    assert m["winding"] == pytest.approx(2 * PI, rel=0.01)
    assert m["angular_velocity_mean"] == pytest.approx(2, rel=1e-9)  # 1/50 rad in 10 ms
    assert m["curvature_s_mean"] == pytest.approx(1 / 50, rel=1e-6)
    assert m["angular_velocity_s_mean"] == pytest.approx(2, rel=1e-6)
    assert m["bending_energy"] == pytest.approx(313 / 50**2, rel=1e-3)


def test_curvature_distance_is_height_over_base() -> None:
    m = measures(at_10_ms((0, 0), (2, 3), (6, 0)))
    assert close(m["curvature_distance_mean"], 3 / 6)
    assert math.isnan(measures(DEGENERATE["there and back"])["curvature_distance_mean"])


def test_steps_across_and_along_the_chord_are_mackenzies_changes() -> None:
    m = measures(at_10_ms((0, 0), (2, 1), (4, 0), (3, 0.5), (6, 0)))
    assert m["direction_changes"] == 3  # aside: +1, -1, +0.5, -0.5
    assert m["orthogonal_changes"] == 2  # along: +2, +2, -1, +3


def test_katz_of_three_steps() -> None:
    m = measures(at_10_ms((0, 0), (3, 0), (3, 4), (0, 4)))  # 10 px in 3 segments, at most 5 px away
    assert close(m["fractal_dimension"], math.log(3) / (math.log(3) + math.log(0.5)))


def test_octants_are_shares_of_length_clockwise_from_the_right() -> None:
    m = measures(at_10_ms((0, 0), (3, 0), (3, 5), (2, 5), (2, 4)))
    assert [m[f"direction_octant_{k}"] for k in range(8)] == [0.3, 0, 0.5, 0, 0.1, 0, 0.1, 0]


def test_derivatives_divide_by_the_time_between_midpoints() -> None:
    rows = [Row(t, "move", x, 0) for t, x in ((0, 0), (10, 1), (30, 5), (40, 5), (60, 6))]
    m = measures(rows)
    # speeds 100, 200, 0, 50 px/s at 5, 20, 35, 50 ms
    assert close(m["velocity_mean"], 87.5)
    assert close(m["acceleration_min"], -200 / 0.015)
    assert close(m["acceleration_max"], 100 / 0.015)
    assert close(m["acceleration_pos_mean"], (100 + 50) / 2 / 0.015)
    assert close(m["acceleration_neg_mean"], -200 / 0.015)
    assert close(m["jerk_max"], 250 / 0.015 / 0.015)
    assert close(m["snap_mean"], (250 + 300) / 0.015**3)
    assert close(m["pace_max"], 20)
    assert close(m["idle_time"], 10)
    assert m["time_to_peak_velocity"] == 20
    assert close(m["peak_time_ratio"], 20 / 60)


def test_heading_changes_skip_standing_intervals() -> None:
    rows = [Row(t, "move", x, y) for t, x, y in ((0, 0, 0), (10, 2, 0), (30, 2, 0), (40, 2, 2))]
    assert close(measures(rows)["angular_velocity_mean"], PI / 2 / 0.030)  # midpoints 5 and 35 ms


def test_an_ellipse_drawn_at_the_two_thirds_power_has_beta_of_minus_a_third() -> None:
    a, b = 200.0, 80.0
    rows = [Row(float(i), "move", a * math.cos(i / 100), b * math.sin(i / 100)) for i in range(629)]
    assert measures(rows)["power_law_beta"] == pytest.approx(-1 / 3, abs=1e-3)


def test_summaries_of_known_numbers() -> None:
    m = measures([Row(10.0 * i, "move", x, 0) for i, x in enumerate((0.0, 1.0, 3.0, 6.0, 10.0, 20.0))])
    # speeds 100, 200, 300, 400, 1000
    assert close(m["velocity_mean"], 400)
    assert close(m["velocity_std"], math.sqrt(500_000 / 4))
    assert close(m["velocity_q05"], 120)
    assert close(m["velocity_q25"], 200)
    assert close(m["velocity_median"], 300)
    assert close(m["velocity_q95"], 880)
    assert close(m["velocity_skew"], (-27 - 8 - 1 + 216) / 5 / 10**1.5)
    assert close(m["velocity_kurtosis"], (81 + 16 + 1 + 1296) / 5 / 100 - 3)
