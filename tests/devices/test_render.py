"""The renderer to 60 Hz: frames, whole pixels, nothing changed twice, people and bots alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from devices.hands import hand, hands
from measures.drawing import recordings
from musculus.devices import Mouse, Page, record, render60
from musculus.events import KIND, Events

FRAME = 1000 / 60
HANDS = hands(3)
SOURCES = {
    "1000 Hz": HANDS,
    "125 Hz": record(HANDS, Mouse(polling_hz=125, jitter=0.5)),
    "144 Hz page": record(HANDS, Mouse(), Page(hz=144)),
    "60 Hz page": record(HANDS, Mouse(), Page()),
    "people's frames": record(HANDS, Mouse(), Page(intervals=np.array([15.0, 16, 16, 17, 17, 18]))),
    "coalesced": record(HANDS, Mouse(), Page(coalesced=True)),
    "fractional": record(HANDS, Mouse(), Page(hz=None, quantum=0)),
    "coarse clock": record(HANDS, Mouse(polling_hz=125), Page(hz=None, clock=15.6)),
}
EVERY = pytest.mark.parametrize("name", SOURCES)


def same(a: Events, b: Events) -> bool:
    """The same samples, at times that differ by rounding at most."""
    places = a.n_events == b.n_events and all(np.array_equal(a.columns[k], b.columns[k], equal_nan=True) for k in "xy")
    return places and np.allclose(a.t, b.t, rtol=0, atol=1e-6)


@EVERY
def test_rendering_twice_is_rendering_once(name: str) -> None:
    once = render60(SOURCES[name])
    assert same(render60(once), once)


@pytest.mark.parametrize("name", ["60 Hz page", "people's frames"])
def test_what_comes_from_a_60_hz_page_keeps_its_samples_and_nearly_its_times(name: str) -> None:
    source = SOURCES[name]
    out = render60(source, gaps_held=False)
    assert out.n_events >= 0.995 * source.n_events
    if out.n_events == source.n_events:
        assert np.abs(out.t - source.t).max() < FRAME
        assert np.abs(out.t - source.t).mean() < 2


@EVERY
def test_moves_come_a_frame_apart_on_whole_pixels(name: str) -> None:
    out = render60(SOURCES[name])
    assert (out.x == np.rint(out.x)).all()
    assert (out.y == np.rint(out.y)).all()
    gaps = np.concatenate([np.diff(e.t[e.kind == KIND["move"]]) for e in out])
    assert (gaps < 0.69 * FRAME).mean() < 0.01
    assert np.median(gaps) == pytest.approx(FRAME, abs=0.7)


@EVERY
def test_presses_times_and_durations_stay(name: str) -> None:
    source = SOURCES[name]
    out = render60(source)
    for a, b in zip(source, out, strict=True):
        assert (a.t[0], a.t[-1]) == (b.t[0], b.t[-1])
        assert a.t[a.kind != KIND["move"]].tolist() == b.t[b.kind != KIND["move"]].tolist()
        assert (np.diff(b.t) >= 0).all()


def test_all_sources_of_one_hand_look_alike_afterwards() -> None:
    """Peak speed, samples and length of way of the same hand by eight devices, within a tenth."""
    found = []
    for source in SOURCES.values():
        out = render60(source)[0]
        m = out.kind == KIND["move"]
        way, dt = np.hypot(np.diff(out.x[m]), np.diff(out.y[m])), np.diff(out.t[m])
        found.append((m.sum(), way.sum(), np.quantile((way / dt)[dt < 20], 0.95)))
    spread = np.ptp(found, axis=0) / np.median(found, axis=0)
    assert (spread < 0.1).all(), found


def test_a_movement_begins_anywhere_in_a_frame() -> None:
    """The first step says by its length where in the frame the hand set off; it must not always be a full frame."""
    starts = [hand(i, strokes=20) for i in range(4)]
    waits = []
    for source in starts:
        out = render60(source)
        first = np.flatnonzero(source.kind == KIND["down"])[:-1] + 3  # show, strokes, down, up, click, next stroke
        begins = source.t[first]
        moves = out.t[out.kind == KIND["move"]]
        waits += (moves[np.searchsorted(moves, begins)] - begins).tolist()
    early = np.array(waits) % FRAME
    assert np.histogram(early, bins=4, range=(0, FRAME))[0].min() > 5


def test_a_gap_is_held_until_a_frame_before_its_end() -> None:
    out = render60(Events.of([0, 17, 34, 200, 217], [0, 5, 9, 10, 14], [3] * 5))
    assert out.t.round(1).tolist() == [0, 17, 34, 183.3, 200, 217]
    assert out.x.tolist() == [0, 5, 9, 9, 10, 14]


def test_standing_samples_are_what_a_page_never_sends() -> None:
    out = render60(Events.of([0, 16, 32, 48, 64], [0, 5, 5, 5, 8], [0] * 5), gaps_held=False)
    assert out.t.tolist() == [0, 16, 64]


def test_another_pointers_moves_and_rows_without_a_place_pass() -> None:
    source = Events.of(
        [0, 1, 2, 3, 4], [0, np.nan, 9, 1, 2], [0, np.nan, 9, 0, 0], ["move", "key_down", "move", "move", "move"],
        primary=[1, -1, 0, 1, 1],
    )  # fmt: skip
    out = render60(source)
    assert out.kind_names().count("key_down") == 1
    assert (out.columns["primary"] == 0).sum() == 1


def test_what_only_the_faster_device_could_say_goes() -> None:
    out = render60(SOURCES["coalesced"])
    assert "coalesced" not in out


@given(path=recordings())
@settings(max_examples=150)
def test_any_path_is_rendered_and_almost_always_once_for_all(path: tuple[list[float], ...]) -> None:
    source = Events.of(*path)
    out = render60(source)
    assert (np.diff(out.t) >= 0).all()
    if source.n_events:
        assert (out.t[0], out.t[-1]) == (source.t[0], max(source.t))
    assert abs(render60(out).n_events - out.n_events) <= 2


def test_people_and_bots_of_the_arena_are_left_as_they_are(data: Path) -> None:
    from musculus.read import read

    source = read(data / "arena" / "strokes60hz.parquet")
    out = render60(source, gaps_held=False)
    assert np.array_equal(out.x, source.x)
    assert np.array_equal(out.y, source.y)
    moved = np.abs(out.t - source.t)
    assert moved.mean() < 2
    assert np.quantile(moved, 0.99) < 8
    held = render60(source)
    assert same(render60(held), held)
    added = np.diff(held.offsets) - np.diff(source.offsets)
    assert added.sum() < 0.04 * source.n_events


def test_people_of_pointclick_lose_next_to_nothing(data: Path) -> None:
    from musculus.read import read

    source = read(data / "pointclick" / "events.parquet")
    out = render60(source, gaps_held=False)
    assert 0.998 < out.n_events / source.n_events <= 1
