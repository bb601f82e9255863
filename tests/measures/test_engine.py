"""The engine's primitives beside independent code: numpy, scipy, and the published definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks, peak_prominences, savgol_filter

from measures.drawing import Floats, wander
from musculus.measures import Paths, smoothness, spatial
from musculus.measures.engine import spectrum
from musculus.measures.engine.by_cut import OPS, ratio, reduce
from musculus.measures.engine.grid import Grid
from musculus.measures.engine.polynomials import WINDOWS, derivatives
from musculus.measures.engine.signs import sign_changes
from musculus.measures.engine.smoothed import lengths
from musculus.measures.engine.summaries import SUMMARIES, summarise

finite = st.floats(-1e6, 1e6, width=32)
cuts_of_values = st.lists(
    st.lists(st.one_of(finite, st.sampled_from([math.nan, math.inf, 0.0, -0.0])), max_size=30), min_size=1, max_size=6
)


def joined(cuts: list[list[float]]) -> tuple[Floats, np.ndarray]:
    return np.array([v for c in cuts for v in c], float), np.cumsum([0, *(len(c) for c in cuts)])


def expected_summary(values: Floats) -> list[float]:
    v = values[np.isfinite(values)]
    if not len(v):
        return [math.nan] * len(SUMMARIES)
    spread = np.std(v) > 1e-12 * np.abs(v).max()
    return [
        v.mean(),
        v.std(ddof=1) if len(v) > 1 else math.nan,
        v.min(),
        *np.quantile(v, [0.05, 0.25, 0.5, 0.75, 0.95]),
        v.max(),
        stats.skew(v) if spread and len(v) >= 3 else math.nan,
        stats.kurtosis(v) if spread and len(v) >= 4 else math.nan,
    ]


@given(cuts=cuts_of_values)
def test_summaries_are_those_of_numpy_and_scipy(cuts: list[list[float]]) -> None:
    values, offsets = joined(cuts)
    for found, part in zip(summarise(values, offsets), cuts, strict=True):
        wanted = expected_summary(np.array(part, float))
        assert found[:9] == pytest.approx(wanted[:9], rel=1e-9, abs=1e-9, nan_ok=True)
        if np.nanmax(np.abs(found[:9]), initial=0) > 0 and found[1] > 1e-6 * np.nanmax(np.abs(found[:9])):
            assert found[9:] == pytest.approx(wanted[9:], rel=1e-6, abs=1e-6, nan_ok=True)


@pytest.mark.parametrize("n", [1, 7, 8, 9, 16, 17, 64, 65, 1023, 1024, 1025, 5000])
def test_quantiles_of_rows_of_every_width_are_exact(n: int) -> None:
    rng = np.random.default_rng(n)
    cuts = [rng.standard_cauchy(k).tolist() for k in (n, max(n - 1, 0), n + 1, 3, n, 0)]
    values, offsets = joined(cuts)
    for found, part in zip(summarise(values, offsets), cuts, strict=True):
        if part:
            wanted = np.quantile(part, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1])
            assert found[2:9] == pytest.approx(wanted, rel=1e-12)


def reduced(op: str, v: Floats) -> float:
    if not len(v):
        return 0.0 if op in ("sum", "count") else math.nan
    of = {"sum": np.sum, "count": len, "min": np.min, "max": np.max, "mean": np.mean}
    if op in of:
        return float(of[op](v))
    if op == "sd":
        return float(np.std(v, ddof=1)) if len(v) > 1 else math.nan
    return float(v[0] if op == "first" else v[-1])


@given(cuts=cuts_of_values)
def test_reductions_read_the_finite_values_of_their_cut(cuts: list[list[float]]) -> None:
    values, offsets = joined(cuts)
    for op in OPS:
        for found, part in zip(reduce(values, offsets, op), cuts, strict=True):
            wanted = reduced(op, np.array([p for p in part if math.isfinite(p)]))
            assert found == pytest.approx(wanted, rel=1e-9, abs=1e-6, nan_ok=True)


def test_a_ratio_over_nothing_is_undefined() -> None:
    found = ratio(np.array([1.0, 0.0, 3.0]), np.array([0.0, 0.0, 2.0]))
    assert found.tolist() == pytest.approx([math.nan, math.nan, 1.5], nan_ok=True)


@pytest.mark.parametrize(
    ("values", "all_of_them", "without_small_runs"),
    [
        ([], 0, 0),
        ([1, 2, 3], 0, 0),
        ([5, -5, 5], 2, 2),
        ([5, 0, -0.0, 5, -5], 1, 1),
        ([5, -1, -2, 5], 2, 0),  # the run of -3 is dropped, and what stands on either side is one
        ([5, -1, -2.5, 5], 2, 2),
        ([-1, 5, -5, 1], 3, 1),
        ([math.nan, 5, math.nan, -5], 1, 1),
        ([1, -1, 1, -1], 3, 0),
    ],
)
def test_changes_of_sign(values: list[float], all_of_them: int, without_small_runs: int) -> None:
    found = sign_changes(np.array(values, float), np.array([0, len(values)]), drop=3.0)
    assert found.tolist() == [[all_of_them, without_small_runs]]


def test_crossings_follow_the_rules_for_points_on_the_line() -> None:
    def crossings(*xy: tuple[float, float]) -> float:
        return float(spatial.path_crossings(Paths.of([p[0] for p in xy], [p[1] for p in xy]))[0])

    assert crossings((0, 0), (2, 1), (4, -1), (6, 0)) == 1
    assert crossings((0, 0), (2, 1), (3, 0), (4, 0), (5, -1), (6, 0)) == 1  # a run on the line between two sides
    assert crossings((0, 0), (2, 1), (3, 0), (4, 1), (6, 0)) == 0  # touched from one side
    assert crossings((0, 0), (2, 1e-10), (4, -1), (5, 1), (6, 0)) == 1  # within 1e-9 px is on the line
    assert crossings((0, 0), (-2, 1), (-3, -1), (3, -1), (6, 0)) == 0  # before the chord begins
    assert crossings((0, 0), (3, 2), (8, 1), (9, -1), (6, 0)) == 0  # behind its end


# -- the 10 ms grid ------------------------------------------------------------------------------------------------


def grid(t: list[float], x: list[float]) -> Grid:
    return Paths.of(x, [0.0] * len(x), t).grid


def test_the_grid_is_linear_between_samples_and_does_not_force_the_last() -> None:
    assert grid([5, 21, 37], [0, 16, 48]).x.tolist() == [0, 10, 24, 44]


def test_a_long_gap_holds_the_old_place_until_one_interval_before_the_next_sample() -> None:
    """Median interval 10 ms; the gap of 60 ms is more than 2.5 of them: still until 70 ms, then on to 8 at 80 ms."""
    found = grid([0, 10, 20, 80, 90, 100], [0, 1, 2, 8, 9, 10])
    assert found.x.tolist() == [0, 1, 2, 2, 2, 2, 2, 2, 8, 9, 10]


def test_two_samples_are_too_few_to_know_a_median_and_to_hold() -> None:
    assert grid([0, 40], [0, 4]).x.tolist() == [0, 1, 2, 3, 4]


def test_a_gap_of_half_a_second_ends_a_run() -> None:
    found = grid([0, 10, 20, 520, 530], [0, 1, 2, 7, 8])
    assert found.x.tolist() == [0, 1, 2, 7, 8]
    assert found.runs.tolist() == [0, 3, 5]
    assert found.whole.tolist() == [False]
    assert grid([0, 10, 20, 519, 529], [0, 1, 2, 7, 8]).whole.tolist() == [True]


@given(t=st.lists(st.integers(1, 499), min_size=2, max_size=60), seed=st.integers(0, 99))
def test_the_grid_stays_between_the_samples_and_touches_those_on_it(t: list[int], seed: int) -> None:
    times = np.cumsum([0.0, *t])
    x = np.random.default_rng(seed).integers(-50, 50, len(times)).astype(float)
    found = grid(times.tolist(), x.tolist())
    assert len(found.x) == int(times[-1] // 10) + 1
    assert x.min() <= found.x.min()
    assert found.x.max() <= x.max()
    on = times % 10 == 0
    assert found.x[(times[on] // 10).astype(int)].tolist() == x[on].tolist()


@pytest.mark.parametrize("n", [11, 15, 20, 21, 22, 40, 333])
def test_derivatives_are_those_of_scipys_savitzky_golay(n: int) -> None:
    _, x, y = wander(n, n)
    found = derivatives(x, y, np.array([0, n]))
    parts = {}
    for d, window in enumerate(WINDOWS, start=1):
        half, inside = window // 2, slice(window // 2, n - window // 2)
        if n < window:
            assert np.isnan(found[d - 1]).all()
            continue
        parts[d] = [savgol_filter(z, window, 4, deriv=d, delta=0.01) for z in (x, y)]
        assert found[d - 1][inside] == pytest.approx(np.hypot(*parts[d])[inside], rel=1e-9)
        assert np.isnan(found[d - 1][:half]).all()
        assert np.isnan(found[d - 1][n - half :]).all()
    (x1, y1), (x2, y2) = parts[1], parts[2]
    v = np.hypot(x1, y1)
    turn = np.where(v >= 20, (x1 * y2 - y1 * x2) / v**2, np.nan)[5 : n - 5]
    assert found[4][5 : n - 5] == pytest.approx(turn, rel=1e-8, abs=1e-8, nan_ok=True)
    assert found[5][5 : n - 5] == pytest.approx(turn / v[5 : n - 5], rel=1e-8, abs=1e-10, nan_ok=True)


def test_headings_of_a_slow_pointer_have_no_rate_of_change() -> None:
    x = np.arange(40) * 0.19  # 19 px/s
    found = derivatives(x, x * 0, np.array([0, 40]))
    assert np.isnan(found[4:]).all()
    assert np.isfinite(found[0]).sum() == 30


def test_polynomials_of_order_four_have_their_derivatives_exactly() -> None:
    s = np.arange(60) / 100
    found = derivatives(3 * s**4 + s**2, np.zeros(60), np.array([0, 60]))
    truth = [12 * s**3 + 2 * s, 36 * s**2 + 2, 72 * s, np.full(60, 72.0)]
    for d in range(4):
        inside = np.isfinite(found[d])
        assert found[d][inside] == pytest.approx(truth[d][inside], rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("n", [5, 6, 7, 8, 9, 10, 11, 60])
def test_jitter_is_the_length_over_that_of_scipys_smoothed_path(n: int) -> None:
    _, x, y = wander(n, n)
    window = min(9, n if n % 2 else n - 1)
    smooth = [savgol_filter(z, window, 2, mode="interp") for z in (x, y)]
    length = np.hypot(np.diff(smooth[0]), np.diff(smooth[1])).sum()
    assert lengths(x, y, np.array([0, n]))[1][0] == pytest.approx(length, rel=1e-12)
    path = Paths.of(x, y)
    assert spatial.jitter(path)[0] == pytest.approx(path.length[0] / length, rel=1e-12)
    expected = path.length[0] / length if n >= 9 else math.nan
    assert smoothness.jitter_t(path)[0] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def published_sparc(movement: Floats, fs: float, padlevel: int = 4, fc: float = 10.0, amp_th: float = 0.05) -> float:
    """Balasubramanian and others 2015, from the formula: full FFT, all bins."""
    nfft = int(2 ** (np.ceil(np.log2(len(movement))) + padlevel))
    f = np.arange(0, fs, fs / nfft)
    amplitude = np.abs(np.fft.fft(movement, nfft))
    amplitude /= amplitude.max()
    below = f <= fc
    f, amplitude = f[below], amplitude[below]
    kept = np.flatnonzero(amplitude >= amp_th)
    f, amplitude = f[kept[0] : kept[-1] + 1], amplitude[kept[0] : kept[-1] + 1]
    return -float(np.sqrt((np.diff(f) / (f[-1] - f[0])) ** 2 + np.diff(amplitude) ** 2).sum())


@pytest.mark.parametrize(
    "speeds", [2, 3, 4, 5, 6, 8, 9, 16, 17, 31, 64, 100, 128, 129, 255, 256, 257, 511, 512, 513, 600, 4097]
)
def test_sparc_is_the_published_one(speeds: int) -> None:
    rng = np.random.default_rng(speeds)
    x, y = rng.normal(0, 3, (2, speeds + 1)).cumsum(axis=1)
    wanted = published_sparc(np.hypot(np.diff(x), np.diff(y)), 100.0) if speeds >= 3 else math.nan
    assert smoothness.sparc(Paths.of(x, y))[0] == pytest.approx(wanted, rel=1e-10, nan_ok=True)


def test_the_spectrum_of_a_very_long_profile_is_the_same_by_phases(monkeypatch: pytest.MonkeyPatch) -> None:
    speed = np.abs(np.random.default_rng(1).normal(0, 1, 3000))
    at_once = spectrum.coarse_spectrum(speed)
    monkeypatch.setattr(spectrum, "AT_ONCE", 1)
    for by_phases, whole in zip(spectrum.coarse_spectrum(speed), at_once, strict=True):
        assert by_phases == pytest.approx(whole, rel=1e-9, abs=1e-9 * np.abs(at_once[0]).max())


@pytest.mark.parametrize("n", [3, 5, 9, 16, 17, 18, 60, 400])
def test_submovements_are_scipys_prominent_peaks_of_the_smoothed_profile(n: int) -> None:
    weights = np.exp(-0.5 * (np.arange(-8, 9) / 2) ** 2)
    for seed in range(20):
        x, y = np.random.default_rng(seed).normal(0, 4, (2, n)).cumsum(axis=1)
        smooth = [
            np.array(
                [
                    np.average(z[max(0, i - 8) : i + 9], weights=weights[max(0, 8 - i) : 8 + n - i])
                    for i in range(n)
                ]
            )
            for z in (x, y)
        ]  # fmt: skip
        speed = np.hypot(np.diff(smooth[0]), np.diff(smooth[1])) / 0.01
        levels = np.rint(np.concatenate([[0], speed / speed.max() * 1e6, [0]]))
        peaks, _ = find_peaks(levels)
        path = Paths.of(x, y)
        assert smoothness.submovements(path)[0] == (peak_prominences(levels, peaks)[0] >= 50_000).sum()
        if n >= 5:
            bend = (np.diff(speed, 2) / 0.01**2) ** 2
            ldlj = -math.log((len(speed) * 0.01) ** 3 / speed.max() ** 2 * bend.sum() * 0.01)
            assert smoothness.ldlj(path)[0] == pytest.approx(ldlj, rel=1e-9)


def test_the_gaussian_of_the_profile_is_scipys_where_its_window_is_full() -> None:
    from musculus.measures.engine.profile import smooth

    z, out = wander(5, 80)[1], np.empty(80)
    smooth(z, out)
    assert out[8:-8] == pytest.approx(gaussian_filter1d(z, 2.0, truncate=4.0)[8:-8], rel=1e-12)


def test_a_pointer_that_stands_has_no_submovement_and_no_smoothness() -> None:
    path = Paths.of([3.7] * 30, [1.9] * 30)
    assert smoothness.submovements(path).tolist() == [0]
    assert np.isnan([smoothness.ldlj(path), smoothness.sparc(path), smoothness.jitter_t(path)]).all()
    assert path.grid.derivatives.velocity[5:-5].tolist() == [0.0] * 20
