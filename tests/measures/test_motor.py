"""Regularity of steps and speeds, and the sigma-lognormal fit on movements whose strokes are known."""

from __future__ import annotations

from math import erf, log, log10, pi, sqrt
from pathlib import Path

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import COLUMNS, MEASURES, measure

MOTOR = [m.name for m in MEASURES.values() if m.category == "motor"]
LOGNORMAL = [n for n in MOTOR if n.startswith("lognormal_")]


def row(events: Events, only=MOTOR) -> dict[str, float]:
    table = measure(events, "recording", only=only)
    return dict(zip(table.names, table.values[0].tolist(), strict=True))


def along(x, y=None, t=None) -> Events:
    return Events.of(t=np.arange(len(x)) * 10.0 if t is None else t, x=x, y=np.zeros(len(x)) if y is None else y)


# -- when the peak came, digits, directions ---------------------------------------------------------------------------
def test_the_first_of_equally_fast_intervals_is_the_peak():
    """Steps of 1, 9, 9 and 1 px in 10 ms each: the peak is the second, at 15 ms of 40."""
    r = row(along([0, 1, 10, 19, 20], t=[100, 110, 120, 130, 140]))
    assert (r["time_to_peak_velocity"], r["peak_time_ratio"]) == (15, 15 / 40)


def test_where_the_clock_ran_back_there_is_no_ratio():
    r = row(along([0, 5, 6], t=[100, 110, 90]))
    assert r["time_to_peak_velocity"] == 5
    assert np.isnan(r["peak_time_ratio"])


def test_benford_measures_the_distance_of_the_first_digits_from_the_law():
    """Speeds 100, 200 and 1000 px/s: shares 2/3 for the 1, 1/3 for the 2; resting adds no digit."""
    shares = [2 / 3, 1 / 3, 0, 0, 0, 0, 0, 0, 0]
    expected = np.mean([abs(s - log10(1 + 1 / d)) for d, s in enumerate(shares, 1)])
    assert row(along([0, 1, 3, 3, 13]))["benford_mad"] == pytest.approx(expected)
    assert np.isnan(row(along([4, 4]))["benford_mad"])


def test_a_speed_a_rounding_error_below_100_begins_with_a_1():
    just_below = row(along([0, 0.99999999999999]))["benford_mad"]
    assert just_below == row(along([0, 1]))["benford_mad"]


def test_collinear_points_go_on_without_turning_and_a_reversal_is_none():
    """Right, right, up, back down: of three interior points one goes straight on."""
    assert row(along([0, 1, 3, 3, 3], [0, 0, 0, -1, 0]))["collinear_share"] == 1 / 3
    assert np.isnan(row(along([0, 1]))["collinear_share"])


def test_steps_along_an_axis_are_counted_on_the_path_view():
    """Repeated positions are no steps: right, down-right, down: two of three."""
    assert row(along([0, 1, 1, 2, 2], [0, 0, 0, 1, 5]))["axis_step_share"] == 2 / 3
    assert np.isnan(row(along([7]))["axis_step_share"])


# -- sample entropy ---------------------------------------------------------------------------------------------------
def sample_entropy(steps) -> float:
    """The definition, pair by pair."""
    r, m = 0.2 * np.std(steps, ddof=1), 3
    found = []
    for size in (m, m + 1):
        starts = range(len(steps) - m)
        pairs = [(i, j) for i in starts for j in starts if i < j]
        found.append(sum(max(abs(steps[i + k] - steps[j + k]) for k in range(size)) <= r for i, j in pairs))
    return log(found[0] / found[1]) if min(found) else float("nan")


@pytest.mark.parametrize("seed", range(5))
def test_sample_entropy_is_what_counting_pairs_gives(seed):
    steps = np.random.default_rng(seed).integers(-1, 2, 80).astype(float)
    assert row(along(np.append(0, np.cumsum(steps))))["sample_entropy"] == pytest.approx(sample_entropy(steps))


def test_steps_that_repeat_for_ever_have_an_entropy_of_0():
    assert row(along(np.cumsum([0, *[1, 5] * 20])))["sample_entropy"] == 0
    assert row(along(np.arange(10) * 3))["sample_entropy"] == 0


def test_too_few_steps_to_match_have_no_entropy():
    assert np.isnan(row(along([0, 1, 5, 7, 100]))["sample_entropy"])
    assert np.isnan(row(along([]))["sample_entropy"])


# -- the sigma-lognormal fit ------------------------------------------------------------------------------------------
Stroke = tuple[float, float, float, float, float, float]  # D px, t0 ms, mu (ln ms), sigma, heading at start and end


def movement(strokes: list[Stroke], ms: float, hz: float, whole_px: bool = False) -> Events:
    """The sum of known strokes, integrated in steps of 0.5 ms and then recorded at a rate."""
    t = np.arange(0, ms, 0.5)
    v = np.zeros((2, len(t)))
    for d, t0, mu, sigma, start, end in strokes:
        after = np.maximum(t - t0, 1e-9)
        z = (np.log(after) - mu) / sigma
        size = d * np.exp(-z * z / 2) / (sigma * sqrt(2 * pi) * after)
        heading = start + (end - start) * 0.5 * (1 + np.vectorize(erf)(z / sqrt(2)))
        v += size * np.array([np.cos(heading), np.sin(heading)])
    way = np.cumsum((v + np.roll(v, 1, axis=1)) / 2 * 0.5, axis=1)
    now = np.arange(0, ms - 1, 1000 / hz)
    x, y = (np.interp(now, t, w) for w in way)
    return Events.of(now, np.round(x) if whole_px else x, np.round(y) if whole_px else y)


REACH: Stroke = (600, 30, 5.2, 0.30, 0.2, 0.6)
CORRECTION: Stroke = (150, 250, 5.0, 0.25, 0.8, 1.6)
RETURN: Stroke = (80, 500, 5.2, 0.20, -1.0, -0.2)


def assert_near(r: dict[str, float], stroke: Stroke, within: float) -> None:
    """Length and sigma to a share of themselves, delay and angles to `within`, the start to 50 ms times it."""
    d, t0, mu, sigma, start, end = stroke
    assert r["lognormal_D"] == pytest.approx(d, rel=within)
    assert r["lognormal_sigma"] == pytest.approx(sigma, rel=2 * within)
    assert r["lognormal_mu"] == pytest.approx(mu, abs=within)
    assert r["lognormal_t0"] == pytest.approx(t0, abs=50 * 4 * within)
    assert r["lognormal_theta_start"] == pytest.approx(start, abs=within)
    assert r["lognormal_theta_end"] == pytest.approx(end, abs=within)


@pytest.mark.parametrize(
    ("strokes", "ms"),
    [([REACH], 600), ([REACH, CORRECTION], 900), ([REACH, CORRECTION, RETURN], 1100)],
    ids=["one", "two", "three"],
)
def test_the_strokes_a_movement_was_made_of_are_found_again(strokes, ms):
    r = row(movement(strokes, ms, hz=200), LOGNORMAL)
    assert r["lognormal_components"] == len(strokes)
    assert r["lognormal_snr"] > 60
    assert_near(r, REACH, within=0.02)


@pytest.mark.parametrize("hz", [60, 125, 1000])
def test_in_whole_pixels_and_at_any_rate_the_largest_stroke_is_found_within_a_few_per_cent(hz):
    r = row(movement([REACH, CORRECTION], 900, hz, whole_px=True), LOGNORMAL)
    assert r["lognormal_components"] == 2
    assert r["lognormal_snr"] > 40
    assert_near(r, REACH, within=0.05)


def test_times_count_from_the_first_sample_and_positions_from_anywhere():
    still = movement([REACH], 600, hz=100)
    moved = Events.of(still.t + 12_345, still.x + 300, still.y - 200)
    assert list(row(moved, LOGNORMAL).values()) == pytest.approx(list(row(still, LOGNORMAL).values()), rel=1e-6)


def test_headings_are_clockwise_and_within_half_a_turn():
    """A stroke that turns from 2.9 to 3.5 rad ends at 3.5 - 2 pi."""
    r = row(movement([(400, 20, 5.2, 0.3, 2.9, 3.5)], 600, hz=200), LOGNORMAL)
    assert r["lognormal_theta_start"] == pytest.approx(2.9, abs=0.02)
    assert r["lognormal_theta_end"] == pytest.approx(3.5 - 2 * pi, abs=0.02)


@pytest.mark.parametrize(
    "events",
    [
        along([]),
        along([0, 5]),
        along(np.arange(9)),  # 80 ms: 9 samples of the grid
        along([3] * 50),
        along([*range(20), *range(60, 80)], t=[*range(0, 200, 10), *range(900, 1100, 10)]),  # a rest in it
    ],
    ids=["nothing", "two points", "too short", "standing", "a rest"],
)
def test_what_is_no_stroke_has_no_fit(events):
    assert np.isnan(list(row(events, LOGNORMAL).values())).all()


def test_slow_measures_are_computed_only_when_asked_for():
    events = movement([REACH], 600, hz=100)
    slow = {c for c in COLUMNS if COLUMNS[c].slow}
    assert slow == {"sample_entropy", *LOGNORMAL}
    assert not slow & set(measure(events, "recording").names)
    assert slow <= set(measure(events, "recording", slow=True).names)


def test_the_same_alone_in_a_crowd_and_on_two_threads():
    many = [movement([REACH], 600, 60, True), movement([REACH, CORRECTION], 900, 125, True), along([1, 2]), along([])]
    together = Events.concat(Events.of(e.t, e.x, e.y, recording=str(i)) for i, e in enumerate(many))
    crowd = measure(together, "recording", only=MOTOR, chunk=1, threads=2).values
    alone = np.vstack([measure(e, "recording", only=MOTOR).values for e in many])
    np.testing.assert_array_equal(crowd, alone)
    np.testing.assert_array_equal(crowd, measure(together, "recording", only=MOTOR).values)


def test_strokes_of_people_are_sums_of_lognormals(data: Path):
    """Every 20th stroke of the point-and-click people: nearly all fits reach 15 dB, most 25."""
    from musculus.read import read

    events = read(data / "pointclick" / "events.parquet")
    strokes = cut(events, "stroke")
    snr = measure(events, strokes[np.arange(0, len(strokes), 20)], only=["lognormal_snr"])["lognormal_snr"]
    snr = snr[np.isfinite(snr)]
    assert len(snr) > 80
    assert np.mean(snr > 15) > 0.97
    assert np.median(snr) > 25
