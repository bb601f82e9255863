"""What a device was is found again from what it recorded, within a tenth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from devices.hands import hands
from musculus.devices import Mouse, Page, estimate, record
from musculus.devices.lattice import lattice
from musculus.errors import UsageError
from musculus.events import Events

HANDS = hands(4)
within = 0.1


@pytest.mark.parametrize(
    ("hz", "jitter"), [(1000, 0.0), (1000, 0.05), (500, 0.1), (250, 0.2), (125, 0.5), (90, 1), (60, 1), (10, 5)]
)
def test_the_polling_rate_is_found_again(hz: float, jitter: float) -> None:
    source = HANDS if hz > 50 else hands(4, strokes=40)
    c = estimate(record(source, Mouse(polling_hz=hz, jitter=jitter)))
    assert c.event_rate == pytest.approx(hz, rel=within)
    shown = c.polling_hz[np.isnan(c.frame_hz)]
    assert shown == pytest.approx(hz, rel=within)


@pytest.mark.parametrize("hz", [125.0, 500.0, 1000.0])
def test_an_uneven_mouse_behind_a_clock_of_a_millisecond_is_not_taken_for_a_faster_one(hz: float) -> None:
    c = estimate(record(hands(12), Mouse(polling_hz=hz, jitter=100 / hz), Page(hz=None, clock=1.0)))
    assert c.polling_hz == pytest.approx(hz, rel=within)


@pytest.mark.parametrize("hz", [60.0, 75.0, 120.0, 144.0])
def test_a_page_shows_its_frames_and_hides_the_mouse(hz: float) -> None:
    c = estimate(record(HANDS, Mouse(polling_hz=500), Page(hz=hz)))
    assert c.frame_hz.tolist() == [hz] * 4
    assert c.event_rate == pytest.approx(hz, rel=within)
    assert np.isnan(c.polling_hz).all()


@pytest.mark.parametrize("polling", [125.0, 500.0, 1000.0])
def test_coalesced_samples_show_the_mouse_behind_the_page(polling: float) -> None:
    c = estimate(record(HANDS, Mouse(polling_hz=polling), Page(coalesced=True)))
    assert c.polling_hz == pytest.approx(polling, rel=within)
    assert c.event_rate == pytest.approx(60, rel=within)


@pytest.mark.parametrize("polling", [125.0, 250.0, 500.0, 1000.0])
def test_a_mouse_without_frames_is_not_taken_for_a_page(polling: float) -> None:
    assert np.isnan(estimate(record(HANDS, Mouse(polling_hz=polling))).frame_hz).all()


def test_frames_of_uneven_length_are_frames() -> None:
    c = estimate(record(HANDS, Mouse(), Page(intervals=np.array([15.0, 16, 16, 17, 17, 17, 18]))))
    assert c.frame_hz.tolist() == [60] * 4


@pytest.mark.parametrize("clock", [0.1, 1.0, 10.0, 15.6])
@pytest.mark.parametrize("polling", [125.0, 1000.0])
def test_the_clock_is_found_again(clock: float, polling: float) -> None:
    mouse = Mouse(polling_hz=polling, jitter=70 / polling)
    c = estimate(record(HANDS, mouse, Page(hz=None, clock=clock)))
    assert c.clock_resolution == pytest.approx(clock, rel=within)
    if polling == 125:
        assert c.event_rate == pytest.approx(polling, rel=within)


def test_a_clock_far_coarser_than_the_mouse_hides_its_rate() -> None:
    c = estimate(record(HANDS, Mouse(), Page(hz=None, clock=15.6)))
    assert np.isnan(c.polling_hz).all()


@pytest.mark.parametrize(
    ("mouse", "quantum", "true"),
    [
        (Mouse(), 1.0, 1.0),
        (Mouse(), 0.8, 0.8),
        (Mouse(dpi=3200, sensitivity=0.25), 1.0, 1.0),
        (Mouse(dpi=800, sensitivity=2), 1.0, 2.0),
        (Mouse(dpi=400, sensitivity=3), 1.0, 3.0),
        (Mouse(dpi=800, sensitivity=1.5), 0.0, 1.5),
    ],
)
@pytest.mark.parametrize("hz", [None, 60.0])
def test_the_grain_of_positions_is_found_again(mouse: Mouse, quantum: float, true: float, hz: float | None) -> None:
    c = estimate(record(HANDS, mouse, Page(hz=hz, quantum=quantum)))
    assert c.quantum == pytest.approx(true, rel=within)


@pytest.mark.parametrize("gain", [0.4, 0.8, 1.0, 1.6, 3.0])
@pytest.mark.parametrize("page", [None, Page(), Page(hz=None, clock=15.6)], ids=["reports", "page", "coarse clock"])
def test_gain_is_found_again_beside_a_reference(gain: float, page: Page | None) -> None:
    known = record(HANDS, Mouse(), hand=1000)
    c = estimate(record(HANDS, Mouse(dpi=1000 * gain, polling_hz=125), page, hand=1000), known)
    assert c.gain == pytest.approx(gain, rel=within)


def test_a_reference_without_the_recording_is_refused() -> None:
    with pytest.raises(UsageError, match="hand3"):
        estimate(HANDS, HANDS[:3])


def test_a_notched_wheel_is_a_mouse_and_a_flowing_one_a_trackpad() -> None:
    def scrolled(dy: list[float]) -> Events:
        return Events.of(np.arange(len(dy)) * 16.0, [5] * len(dy), [5] * len(dy), "wheel", dy=dy)

    mouse = estimate(scrolled([100, -100, 200, 100, 100, 100, -100, 100, 300]))
    pad = estimate(scrolled([1, 3, 8, 13, 21, 18, 15.5, 12, 9, 7, 4, 2, 1]))
    assert (mouse.pointer.tolist(), pad.pointer.tolist()) == (["mouse"], ["trackpad"])
    assert min(mouse.confidence[0], pad.confidence[0]) >= 0.8
    nothing = estimate(scrolled([100]))
    assert (nothing.pointer.tolist(), nothing.confidence.tolist()) == (["unknown"], [0.5])


def test_touch_is_what_the_browser_says() -> None:
    c = estimate(Events.of([0, 16], [0, 5], [0, 5], pointer=["touch", "touch"]))
    assert c.pointer.tolist() == ["touch"]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_short_recordings_say_nothing_and_raise_nothing(n: int) -> None:
    source = Events.of(np.arange(n) * 16.0, np.arange(n) * 2.0, [0.0] * n)
    c = estimate(source, source)
    assert np.isnan(c.event_rate).all()
    assert np.isnan(c.frame_hz).all()


def test_estimates_become_context_under_the_names_of_the_contract() -> None:
    c = estimate(HANDS)
    labelled = HANDS.with_context(**c.context())
    assert labelled.context["event_rate"].tolist() == c.event_rate.tolist()
    assert {"clock_resolution", "quantum", "estimated_polling_hz", "estimated_pointer"} <= set(labelled.context)


def test_numbers_without_a_common_step_have_none() -> None:
    assert np.isnan(lattice(np.sqrt(np.arange(2.0, 900.0)), least=0.05, tolerance=0.02))


def test_people_of_pointclick_used_a_60_hz_page_a_1_ms_clock_and_whole_pixels(data: Path) -> None:
    from musculus.read import read

    c = estimate(read(data / "pointclick" / "events.parquet"))
    assert c.frame_hz.tolist() == [60] * 76
    assert c.clock_resolution == pytest.approx(1, rel=within)
    assert c.quantum == pytest.approx(1, rel=within)
