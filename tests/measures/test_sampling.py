"""How often records come and how exact their clock is."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import MEASURES, measure

SAMPLING = [m.name for m in MEASURES.values() if m.category == "sampling"]


def row(events: Events) -> dict[str, float]:
    table = measure(events, "recording", only=SAMPLING)
    return dict(zip(table.names, table.values[0].tolist(), strict=True))


def at(*t: float) -> dict[str, float]:
    return row(Events.of(t=list(t), x=range(len(t)), y=[0] * len(t)))


def test_every_row_is_an_event_whatever_its_kind():
    nan = float("nan")
    events = Events.of(
        t=[0, 10, 20, 500], x=[0, 1, nan, nan], y=[0, 1, nan, nan], kind=["move", "move", "key_down", "hide"]
    )
    assert (row(events)["event_count"], row(events)["event_rate"]) == (4, 8)


def test_a_recording_in_which_no_time_passed_has_no_rate():
    assert np.isnan(at(5)["event_rate"])
    assert np.isnan(at(5, 5)["event_rate"])


@pytest.mark.parametrize(
    ("intervals", "step"),
    [
        ([16, 32, 64], 16.0),
        ([16.7, 33.4, 50.1], 16.7),
        ([16.7, 33.3, 50.1], 0.1),  # 33.4 less 33.3 is more than 0.05: nothing coarser than a tenth fits
        ([8, 16, 24, 33], 1.0),
        ([0.04, 20, 40], 20.0),  # below 0.05 ms an interval is as good as 0, a multiple of everything
        ([19.95, 20.05, 40], 20.0),
        ([21, 42], 10.5),  # no step above 20 ms is tried
    ],
)
def test_the_clock_resolution_is_the_largest_step_of_which_95_percent_are_multiples(intervals, step):
    found = at(*np.cumsum([0.0, *intervals]).tolist())["clock_resolution"]
    best = max(
        k / 10
        for k in range(1, 201)
        if np.mean([abs(v - k / 10 * round(v / (k / 10))) <= 0.05 + 1e-9 for v in intervals]) >= 0.95 - 1e-12
    )
    assert found == best
    assert found == step


def test_one_interval_in_twenty_may_miss_the_clock():
    assert at(*np.cumsum([0.0, *[8.0] * 19, 3.3]).tolist())["clock_resolution"] == 8.0
    assert at(*np.cumsum([0.0, *[8.0] * 18, 3.3]).tolist())["clock_resolution"] < 8.0


def test_a_clock_of_15_6_ms_is_told_from_one_of_a_millisecond():
    rng = np.random.default_rng(1)
    coarse = np.cumsum(rng.choice([15.6, 31.2, 46.8], 300))
    fine = np.cumsum(rng.integers(5, 40, 300).astype(float))
    assert at(*coarse.tolist())["clock_resolution"] == 15.6
    assert at(*fine.tolist())["clock_resolution"] == 1.0


def test_the_variation_of_positive_intervals_leaves_zeros_out():
    """Intervals 10, 0, 30: of the positive ones the mean is 20 and the sd (n - 1) sqrt(200)."""
    assert at(0, 10, 10, 40)["dt_cv"] == pytest.approx(np.sqrt(200) / 20)
    assert np.isnan(at(0, 10)["dt_cv"])


def test_mode_share_entropy_and_zero_share_count_all_intervals():
    """Intervals 10, 10, 0, 20: the mode has half, 10, 0 and 20 have 1/2, 1/4, 1/4."""
    r = at(0, 10, 20, 20, 40)
    assert (r["dt_mode_share"], r["dt_zero_share"]) == (0.5, 0.25)
    assert r["dt_entropy"] == pytest.approx(0.5 * log2(2) + 0.5 * log2(4))


def test_bins_are_the_nearest_and_half_goes_to_the_even_one():
    """0.5 and 1.5 ms fall to 0 and 2, 2.5 falls to 2: two bins of 1 ms with shares 1/3 and 2/3."""
    assert at(0, 0.5, 2, 4.5)["dt_entropy"] == pytest.approx(log2(3) / 3 + 2 / 3 * log2(3 / 2))


def test_intervals_of_one_length_have_an_entropy_of_0_and_a_mode_of_1():
    r = at(0, 10, 20, 30)
    assert (r["dt_entropy"], r["dt_mode_share"], r["dt_cv"], r["dt_zero_share"]) == (0, 1, 0, 0)
    assert np.copysign(1.0, r["dt_entropy"]) == 1


def test_steps_back_in_time_are_counted():
    r = at(0, 10, 5, 20, 20, 12)
    assert (r["clock_regressions"], r["dt_zero_share"]) == (2, 3 / 5)


def test_only_rows_with_a_position_have_intervals():
    nan = float("nan")
    events = Events.of(
        t=[0, 3, 10, 13, 20], x=[0, 1, 1, nan, 2], y=[0] * 5, kind=["move", "enter", "move", "move", "move"]
    )
    assert (row(events)["dt_mode_share"], row(events)["clock_resolution"]) == (1, 10)


def test_one_position_has_no_interval_and_none_no_regressions():
    one = at(5)
    assert np.isnan([one[n] for n in SAMPLING if n.startswith("dt_") or n == "clock_resolution"]).all()
    assert one["clock_regressions"] == 0
    none = row(Events.of(t=[], x=[], y=[]))
    assert none.pop("event_count") == 0
    assert np.isnan(list(none.values())).all()


def test_shares_are_among_the_rows_that_tell():
    events = Events.of(t=[0, 1, 2, 3], x=range(4), y=[0] * 4, coalesced=[1, 0, -1, 1], fractional=[-1, -1, -1, -1])
    assert row(events)["coalesced_share"] == pytest.approx(2 / 3)
    assert np.isnan(row(events)["fractional_share"])
    assert np.isnan(at(0, 1)["coalesced_share"])


def shown(x: list[float], pages: list[int], context: dict[str, float], **viewports: list[float]) -> Events:
    plain = Events.of(t=range(len(x)), x=x, y=[5] * len(x), page=pages, **context)
    numbers = sorted(set(pages))
    told = {"recording": np.zeros(len(numbers), np.int64), "page": np.array(numbers, np.int32)}
    return Events.build(
        plain.columns, plain.offsets, plain.recordings, plain.context,
        {**told, **{k: np.array(v) for k, v in viewports.items()}},
    )  # fmt: skip


def test_positions_outside_the_viewport_are_counted_page_by_page():
    """On page 0 (100 px wide) -1 and 100 are outside, 99 is inside; on page 1 (200 px) 100 is inside."""
    events = shown([-1, 99, 100, 100], [0, 0, 0, 1], {}, viewport_width=[100, 200], viewport_height=[50, 50])
    assert row(events)["out_of_screen"] == 2
    assert measure(events, cut(events, "page"), only=["out_of_screen"]).values.ravel().tolist() == [2, 0]


def test_the_screen_stands_in_for_a_viewport_nobody_told():
    assert row(shown([-1, 99, 500], [0, 0, 0], {"screen_width": 400, "screen_height": 300}))["out_of_screen"] == 2
    assert np.isnan(at(0, 1)["out_of_screen"])


def test_the_same_in_any_chunk_and_alone():
    rng = np.random.default_rng(3)
    n = 500
    events = Events.of(
        t=np.cumsum(rng.choice([-2.0, 0.0, 1.0, 8.0, 16.7], n)), x=rng.integers(0, 9, n), y=rng.integers(0, 9, n)
    )
    windows = cut(events, "window", count=60, step=20)
    whole = measure(events, windows, only=SAMPLING).values
    np.testing.assert_array_equal(whole, measure(events, windows, only=SAMPLING, chunk=1, threads=2).values)
    np.testing.assert_array_equal(whole[3:4], measure(events, windows[3:4], only=SAMPLING).values)
