"""What a stroke is known by stays as it is, whatever a replay does to where, how large and when it was made."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.score.replay.traces import ALONG, ASIDE, MIRROR, WIDTH, trace
from score.replay.hands import hand, recorded, stroke


def unrounded(t: np.ndarray, z: np.ndarray) -> Events:
    return Events.of(t, z.real, z.imag)


@pytest.fixture
def bent() -> tuple[np.ndarray, np.ndarray]:
    t, x, y = stroke(3)
    return t, x + 1j * y


@pytest.mark.parametrize("change", [lambda z: z + (300 - 40j), lambda z: z * np.exp(2j), lambda z: 1.7 * z])
def test_moving_turning_and_scaling_change_nothing(bent, change) -> None:
    t, z = bent
    first, second = trace(unrounded(t, z)), trace(unrounded(t, change(z)))
    np.testing.assert_allclose(second.values, first.values, atol=1e-9)


def test_a_mirror_changes_the_sign_of_what_lies_aside_and_nothing_else(bent) -> None:
    t, z = bent
    first, second = trace(unrounded(t, z)), trace(unrounded(t, z.conj()))
    np.testing.assert_allclose(second.values, first.values * MIRROR, atol=1e-9)
    assert (MIRROR < 0).sum() == ASIDE


def test_another_clock_changes_the_pace_and_hardly_the_shape() -> None:
    t, x, y = stroke(3, rate=1000)
    slower = t + 150 * np.sin(np.pi * t / t[-1]) ** 2
    first, second = trace(Events.of(t, x, y)), trace(Events.of(slower, x, y))
    shape, pace = slice(0, ALONG + ASIDE), slice(ALONG + ASIDE, WIDTH)
    off = np.abs(second.values - first.values)
    assert off[:, shape].max() < 0.05
    assert off[:, pace].max() > 5 * off[:, shape].max()


@pytest.mark.parametrize("rate", [60, 125, 500, 1000])
def test_the_rate_it_was_recorded_at_hardly_matters(rate: float) -> None:
    t, x, y = stroke(3, rate=1000)
    even = np.arange(0.0, t[-1], 1000.0 / rate)
    best = trace(Events.of(t, x, y))
    found = trace(Events.of(even, np.rint(np.interp(even, t, x)), np.rint(np.interp(even, t, y))))
    assert np.abs(found.values - best.values)[:, ALONG : ALONG + ASIDE].max() < 0.02


@pytest.mark.parametrize(
    "events",
    [
        Events.of([], [], []),
        Events.of([0.0] * 20, np.arange(20), np.arange(20)),
        Events.of(np.arange(20) * 16.0, np.arange(20), np.zeros(20)),
        Events.of(np.arange(7) * 16.0, np.arange(7) * 50.0, np.zeros(7)),
        Events.of(np.arange(40) * 16.0, [np.nan] * 40, [np.nan] * 40),
        Events.of(np.arange(200) * 16.0, 30 * np.cos(np.arange(200) / 3.0), 30 * np.sin(np.arange(200) / 3.0)),
    ],
    ids=["nothing", "no time", "too short", "too few samples", "no place", "a scribble on the spot"],
)
def test_too_little_shape_is_known_by_nothing_and_never_raises(events: Events) -> None:
    found = trace(events)
    assert not found.known.any()
    assert np.isnan(found.values).all()


def test_each_stroke_of_each_recording_has_its_row() -> None:
    both = Events.concat([hand(0, 3, "a"), hand(3, 2, "b")])
    found = trace(both)
    assert found.recordings == ("a", "b")
    assert found.recording.tolist() == [0, 0, 0, 1, 1]
    assert found.known.all()
    alone = trace(recorded(stroke(4), name="b"))
    np.testing.assert_allclose(found.values[4], alone.values[0], atol=1e-9)


def test_cuts_of_the_callers_own_are_taken() -> None:
    events = hand(0, 3)
    assert len(trace(events, cut(events, "recording"))) == 1


def test_a_clock_that_stands_or_runs_back_is_borne() -> None:
    t, x, y = stroke(5)
    t = t.copy()
    t[10:14] = t[10]
    t[20] -= 30
    assert trace(Events.of(t, x, y)).known.all()
