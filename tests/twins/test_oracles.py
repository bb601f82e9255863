"""The twins against other people's code, where the definitions coincide, and against the contract's worked hints."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from scipy import signal, stats

from twins import Cut, Row, measures
from twins.events_view import time_view
from twins.kinematic import kinematic_series
from twins.local_polynomials import derivative, smoothed, weights
from twins.motor import lognormal_speed, sample_entropy
from twins.smooth import gaussian, smooth_series, speeds, submovements
from twins.summaries import summary


def wander(n: int, seed: int = 0) -> list[float]:
    steps = random.Random(seed)
    place, out = 0.0, []
    for _ in range(n):
        place += steps.gauss(0, 5)
        out.append(place)
    return out


@pytest.mark.parametrize(("window", "order"), [(5, 2), (7, 2), (9, 2), (11, 4)])
def test_smoothing_is_scipys_with_its_fitted_edges(window: int, order: int) -> None:
    values = wander(40)
    expected = signal.savgol_filter(values, window, order, mode="interp")
    assert smoothed(values, window, order) == pytest.approx(list(expected), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(("which", "window"), [(1, 11), (2, 11), (3, 15), (4, 21)])
def test_derivatives_are_scipys_inside(which: int, window: int) -> None:
    values = wander(60)
    expected = signal.savgol_filter(values, window, 4, deriv=which, delta=0.01)
    mine = derivative(values, window, 4, which, 0.01)
    half = window // 2
    assert mine[:half] == mine[-half:] == [None] * half
    assert mine[half:-half] == pytest.approx(list(expected[half:-half]), rel=1e-8, abs=1e-6)
    assert list(weights(window, 4, which, half)) == pytest.approx(
        list(signal.savgol_coeffs(window, 4, deriv=which, use="dot")), rel=1e-9, abs=1e-15
    )


def test_derivatives_of_a_quartic_are_exact() -> None:
    values = [0.5 * s**4 - 2 * s**3 + s for s in (0.01 * i for i in range(41))]
    at = 0.2
    assert derivative(values, 11, 4, 1, 0.01)[20] == pytest.approx(2 * at**3 - 6 * at**2 + 1)
    assert derivative(values, 15, 4, 3, 0.01)[20] == pytest.approx(12 * at - 12)
    assert derivative(values, 21, 4, 4, 0.01)[20] == pytest.approx(12)


def test_submovements_are_scipys_peaks_by_prominence() -> None:
    for seed in range(20):
        profile = [abs(v) for v in wander(80, seed)]
        levels = np.round(np.array([0, *profile, 0]) / max(profile) * 1e6)
        peaks, _ = signal.find_peaks(levels, prominence=0.05e6)
        assert submovements(profile) == len(peaks)


def test_the_gaussian_keeps_a_constant_and_is_scipys_inside() -> None:
    points = [(v, 7.0) for v in wander(50)]
    kernel = signal.windows.gaussian(17, 2)
    expected = np.convolve([x for x, _ in points], kernel / kernel.sum(), mode="valid")
    assert [x for x, _ in gaussian(points)][8:-8] == pytest.approx(list(expected))
    assert all(y == 7.0 for _, y in gaussian(points))


def test_summaries_are_numpys_and_scipys() -> None:
    values = wander(37)
    s = summary(values)
    assert [s[k] for k in ("q05", "q25", "median", "q75", "q95")] == pytest.approx(
        list(np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]))
    )
    assert s["std"] == pytest.approx(np.std(values, ddof=1))
    assert s["skew"] == pytest.approx(stats.skew(values))
    assert s["kurtosis"] == pytest.approx(stats.kurtosis(values))


def test_sample_entropy_is_antropys() -> None:
    # antropy 0.2.3: sample_entropy(x, order=3, tolerance=0.2 * np.std(x, ddof=1)); it compares by <, not <=
    series = [math.sin(i * i / 7) for i in range(200)]
    assert sample_entropy(series) == pytest.approx(0.7369498032183383, rel=1e-12)


def minimum_jerk(hz: float, px: float = 700, seconds: float = 1, heading: float = 0.3) -> list[Row]:
    """A stroke in whole pixels as a mouse of that rate sends it: nothing while the pixel stays the same."""
    rows: list[Row] = []
    for i in range(round(seconds * hz) + 1):
        u = i / (seconds * hz)
        way = px * (10 * u**3 - 15 * u**4 + 6 * u**5)
        row = Row(1000 * i / hz, "move", float(round(way * math.cos(heading))), float(round(way * math.sin(heading))))
        if not rows or (row.x, row.y) != (rows[-1].x, rows[-1].y):
            rows.append(row)
    return rows


def rms(values: list[float]) -> float:
    return math.sqrt(math.fsum(v * v for v in values) / len(values))


def test_the_raw_tier_measures_the_pixel_grid_of_a_fast_mouse() -> None:
    rows = minimum_jerk(1000)
    raw = kinematic_series(time_view(Cut(rows, 0, len(rows)).samples()))
    # root mean squares of s(u) = 10u^3 - 15u^4 + 6u^5: jerk 60(1 - 6u + 6u^2), snap 360(2u - 1)
    assert rms(raw["jerk"]) / (700 * 60 / math.sqrt(5)) > 1e4
    assert rms(raw["snap"]) / (700 * 360 / math.sqrt(3)) > 1e6
    assert measures(rows)["inflections"] > 300


def test_the_smooth_tier_agrees_between_rates() -> None:
    found = {}
    for hz in (60, 125, 500, 1000):
        rows = minimum_jerk(hz)
        found[hz] = smooth_series(time_view(Cut(rows, 0, len(rows)).samples()))
    for name in ("velocity_s", "acceleration_s"):
        values = [rms(found[hz][name]) for hz in found]
        assert max(values) / min(values) < 1.05, (name, values)


def test_a_smooth_stroke_is_one_submovement_with_the_minimum_jerks_ldlj() -> None:
    def place(u: float) -> float:
        return 700 * (10 * u**3 - 15 * u**4 + 6 * u**5)

    m = measures([Row(10.0 * i, "move", place(i / 500), 0) for i in range(501)])
    assert m["submovements"] == 1
    # T^3 / v_max^2 * integral of jerk^2: 720 px^2/s^5 over (1.875 px/s)^2 for unit length and time
    assert m["ldlj"] == pytest.approx(-math.log(720 / 1.875**2), abs=0.05)
    assert -1.5 < m["sparc"] < -1.3  # Balasubramanian 2015: about -1.4 for a minimum-jerk reach
    assert m["jitter_t"] == pytest.approx(1, abs=1e-4)


def test_two_lognormals_far_apart_are_two_submovements() -> None:
    place, rows = 0.0, []
    for i in range(150):
        t = i / 100
        place += 0.01 * (lognormal_speed(t, 300, 0.0, -1.5, 0.25) + lognormal_speed(t, 200, 0.6, -1.5, 0.25))
        rows.append(Row(10.0 * i, "move", place, 0))
    assert measures(rows)["submovements"] == 2
    assert place == pytest.approx(500, rel=1e-3)  # a component's size is the way it makes


def test_still_pointers_hold_their_place_on_the_grid() -> None:
    rows = [Row(t, "move", x, 0) for t, x in ((0, 0), (10, 10), (20, 20), (120, 30), (130, 40))]
    m = measures(rows)
    # gap of 100 ms > 25 ms: stands at 20 until 110 ms, then 10 px in 10 ms
    assert m["time_to_peak_velocity"] == 5
    assert max(speeds(gaussian([(0.0, 0.0)] * 3))) == 0
    assert m["submovements"] == 2


def test_a_gap_of_half_a_second_blanks_the_one_number_grid_measures_but_pools_the_series() -> None:
    first = [Row(10.0 * i, "move", 2.0 * i, 0) for i in range(30)]
    second = [Row(790 + 10.0 * i, "move", 3.0 * i, 0) for i in range(30)]  # the last of the first is at 290
    m = measures(first + second)
    for name in ("jitter_t", "submovements", "ldlj", "sparc"):
        assert math.isnan(m[name])
    assert m["velocity_s_min"] == pytest.approx(200)
    assert m["velocity_s_max"] == pytest.approx(300)
    assert not math.isnan(measures(first + second[:1])["velocity_s_mean"])
