"""A path re-recorded: what stays, what a mouse and a page change, and that many at a time are as one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.hands import hand, hands
from measures.drawing import recordings
from musculus.devices import CURVES, Mouse, Page, record, show
from musculus.events import KIND, Events

SET_UPS = {
    "any report": (Mouse(), None),
    "office mouse on a page": (Mouse(dpi=400, sensitivity=2.5, polling_hz=125, jitter=0.3), Page()),
    "accelerated, coarse clock": (Mouse(polling_hz=500, acceleration="windows_like"), Page(hz=None, clock=15.6)),
    "touchpad, frames of people": (Mouse(inertia=40, polling_hz=125), Page(intervals=np.array([15.0, 16, 17, 17, 33]))),
    "coalesced": (Mouse(acceleration="libinput_adaptive"), Page(coalesced=True, clock=0.1)),
    "zoomed, held": (Mouse(dpi=1600, sensitivity=0.5), Page(quantum=0.8, hold=True)),
}
EVERY = pytest.mark.parametrize("name", SET_UPS)
HANDS = hands(3)


def ends(events: Events) -> tuple[list[float], list[float]]:
    full = np.diff(events.offsets) > 0
    return events.t[events.offsets[:-1][full]].tolist(), events.t[events.offsets[1:][full] - 1].tolist()


@EVERY
@pytest.mark.parametrize("hand_px", [None, 1000.0])
def test_duration_is_kept_exactly_and_time_runs_forward(name: str, hand_px: float | None) -> None:
    mouse, page = SET_UPS[name]
    out = record(HANDS, mouse, page, hand=hand_px)
    assert ends(out) == ends(HANDS)
    assert all((np.diff(e.t) >= 0).all() for e in out)
    assert np.isfinite(out.x).all()


@EVERY
def test_presses_clicks_and_keys_keep_their_times(name: str) -> None:
    mouse, page = SET_UPS[name]
    out = record(HANDS, mouse, page)
    for kind in ("down", "up", "click", "show"):
        for before, after in zip(HANDS, out, strict=True):
            times = before.t[before.kind == KIND[kind]]
            assert after.t[after.kind == KIND[kind]].tolist() == times.tolist()


@EVERY
def test_a_steered_pointer_presses_where_it_pressed(name: str) -> None:
    mouse, page = SET_UPS[name]
    out = record(HANDS, mouse, page)
    for before, after in zip(HANDS, out, strict=True):
        a, b = (e.kind == KIND["down"] for e in (before, after))
        off = np.hypot(before.x[a] - after.x[b], before.y[a] - after.y[b])
        grain = max(mouse.sensitivity, (page or Page()).quantum)
        assert off.max() <= 1.5 * grain + 0.5


@EVERY
def test_the_same_seed_gives_the_same_and_another_one_not(name: str) -> None:
    mouse, page = SET_UPS[name]
    a, b, c = (record(HANDS, mouse, page, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a.columns[k], b.columns[k], equal_nan=True) for k in a.columns)
    assert a.t.tolist() != c.t.tolist()


def test_round_trips_over_other_devices_keep_duration_and_ends() -> None:
    events = HANDS
    for mouse, page in SET_UPS.values():
        events = record(events, mouse, page)
    assert ends(events) == ends(HANDS)
    last = events.offsets[1:] - 1
    assert np.abs(events.x[last] - HANDS.x[HANDS.offsets[1:] - 1]).max() <= 6  # five roundings, the coarsest of 2.5 px


def test_what_a_page_keeps_lies_on_the_path() -> None:
    source = hand(3)
    out = record(source, Mouse(), Page())
    moves = out.kind == KIND["move"]
    x, y = (np.interp(out.t[moves], source.t, v) for v in (source.x, source.y))
    fastest = np.hypot(np.diff(source.x), np.diff(source.y))[np.diff(source.t) > 0].max()  # px in about 1 ms
    reach = fastest * 17.7 + 2  # a sample is up to a frame and a poll old
    assert np.hypot(out.x[moves] - x, out.y[moves] - y).max() <= reach


def test_a_hand_that_repeats_its_movement_goes_as_far_as_the_gain_takes_it() -> None:
    source = hand(0)
    out = record(source, Mouse(dpi=800, sensitivity=2.0), hand=1000)
    assert out.x[-1] - out.x[0] == pytest.approx(1.6 * (source.x[-1] - source.x[0]), abs=2)


@pytest.mark.parametrize("curve", ["libinput_adaptive", "windows_like"])
def test_acceleration_takes_a_fast_hand_further_than_a_slow_one(curve: str) -> None:
    def gone(ms: float) -> float:
        t = np.linspace(0, ms, 200)
        out = record(Events.of(t, 400 * t / ms, 0 * t), Mouse(acceleration=curve), hand=1000)
        return float(out.x[-1])

    assert gone(20_000) <= gone(2_000) < gone(500) < gone(100)


def test_positions_lie_on_the_grain_of_counts_and_pixels() -> None:
    out = record(HANDS, Mouse(dpi=400, sensitivity=3.0))
    for e in out:
        moves = e.x[e.kind == KIND["move"]]
        assert (np.diff(moves) % 3 == 0).all()
    zoomed = record(HANDS, Mouse(), Page(quantum=0.8))
    assert zoomed.x / 0.8 == pytest.approx(np.rint(zoomed.x / 0.8), abs=1e-6)


def test_remainders_are_carried_so_that_slow_ways_arrive() -> None:
    t = np.arange(0, 5000.0)
    out = record(Events.of(t, t * 0.02, 0 * t), Mouse(sensitivity=0.3))  # 0.02 px a report: none is a count
    assert out.x[-1] == pytest.approx(100, abs=1)


def test_a_page_of_60_hz_sends_one_move_a_frame_and_none_that_stands() -> None:
    out = record(HANDS, Mouse(jitter=0.1), Page())
    for e in out:
        moves = e.kind == KIND["move"]
        gaps = np.diff(e.t[moves])
        assert np.quantile(gaps, 0.02) >= 16.6
        assert np.median(gaps) == pytest.approx(1000 / 60)
        assert ((np.diff(e.x[moves]) != 0) | (np.diff(e.y[moves]) != 0)).all()


def test_frames_take_the_lengths_they_are_given() -> None:
    out = record(hand(1), Mouse(), Page(intervals=np.array([14.0, 19.0])))
    gaps = np.diff(out.t[out.kind == KIND["move"]])
    usual = gaps[gaps < 20]
    assert np.isclose(usual[:, None], [14.0, 19.0]).any(axis=1).mean() > 0.9


def test_moves_stand_on_the_clock_of_the_page() -> None:
    out = record(hand(1), Mouse(), Page(hz=None, clock=15.6))
    t = out.t[out.kind == KIND["move"]]
    assert (np.abs(t / 15.6 - np.rint(t / 15.6)) < 1e-6).mean() > 0.95


def test_coalesced_samples_are_marked_and_the_dispatched_ones_are_the_page_without_them() -> None:
    full = record(hand(2), Mouse(), Page(coalesced=True))
    mark = full.columns["coalesced"]
    moves = full.kind == KIND["move"]
    assert set(mark[moves].tolist()) == {0, 1}
    assert set(mark[~moves].tolist()) == {-1}
    gaps = np.diff(full.t[moves & (mark == 0)])
    assert np.median(gaps) == pytest.approx(1000 / 60, abs=1)


def test_a_pad_glides_into_rest_where_a_mouse_stops() -> None:
    t = np.arange(0, 201.0)
    source = Events.of([*t, 2000], [*(t * 3), 600], [0] * 202)
    stop, glide = (record(source, Mouse(inertia=tau)) for tau in (0, 40))
    at_lift = [np.interp(200, e.t, e.x) for e in (stop, glide)]
    assert at_lift[0] == pytest.approx(600, abs=3)
    assert 600 - at_lift[1] == pytest.approx(3 * 40, rel=0.1)  # the lag of the first order: speed times time constant
    assert glide.x[-1] == 600


def test_a_rest_is_held_and_not_drifted_through() -> None:
    source = Events.of([0, 10, 20, 320, 336], [0, 10, 20, 21, 40], [0] * 5)
    out = record(source, Mouse())
    assert (out.x[(out.t > 25) & (out.t < 300)] == 20).all()


@EVERY
def test_many_recordings_at_a_time_keep_their_rows_apart(name: str) -> None:
    mouse, page = SET_UPS[name]
    far = Events.concat([hand(0, strokes=2), Events.of([], [], [], recording="empty"), hand(1, strokes=2)])
    out = record(far, mouse, page)
    assert out.recordings == far.recordings
    assert out[1].n_events == 0
    for before, after in zip((far[0], far[2]), (out[0], out[2]), strict=True):
        assert before.x.min() - 3 <= after.x.min() <= before.x.min() + 60
        assert after.kind_names().count("down") == 2


def test_a_new_page_begins_where_it_was_recorded() -> None:
    t = np.arange(0, 400.0)
    x = np.concatenate([np.linspace(0, 100, 200), np.linspace(500, 600, 200)])
    source = Events.of(t, x, 0 * t, page=[0] * 200 + [1] * 200)
    out = record(source, Mouse(dpi=2000), hand=1000)
    second = out.x[out.columns["page"] == 1]
    assert second[0] == pytest.approx(500, abs=3)
    assert second[-1] == pytest.approx(700, abs=3)


@given(path=recordings(), setup=st.sampled_from(sorted(SET_UPS)), curve=st.sampled_from(sorted(CURVES)))
@settings(max_examples=80)
def test_any_path_can_be_re_recorded(path: tuple[list[float], ...], setup: str, curve: str) -> None:
    mouse, page = SET_UPS[setup]
    source = Events.of(*path)
    out = record(source, Mouse(mouse.dpi, mouse.sensitivity, mouse.polling_hz, acceleration=curve), page, hand=900)
    assert (np.diff(out.t) >= 0).all()
    assert np.isfinite(out.x).all()
    if source.n_events:
        assert (out.t[0], out.t[-1]) == (source.t[0], max(source.t))


def test_reports_shown_to_a_page_are_the_last_of_each_frame_and_nothing_comes_between_them() -> None:
    t = np.arange(0, 500, 5.0)
    jumps = Events.of(t, np.floor(t / 100) * 50, 0 * t)  # a program that puts the pointer elsewhere every 100 ms
    out = show(jumps, Page(), seed=3)
    assert set(out.x.tolist()) == {0, 50, 100, 150, 200}
    assert (out.t[0], out.t[-1]) == (0, 495)
    assert np.array_equal(show(jumps, Page(), seed=3).t, out.t)
