"""Curves of acceleration: what is known of their shape, and that they read backwards."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.devices import CURVES, Mouse, Page
from musculus.devices.acceleration import factor, hand_speed
from musculus.errors import UnknownName, UsageError

SPEEDS = np.geomspace(0.005, 100, 400)
EVERY = pytest.mark.parametrize("curve", CURVES)


@EVERY
@pytest.mark.parametrize("setting", [-0.8, 0.0, 1.0])
def test_a_faster_hand_never_makes_a_slower_pointer(curve: str, setting: float) -> None:
    speed = SPEEDS * factor(curve, setting, SPEEDS)
    assert (speed > 0).all()
    assert (np.diff(speed) > 0).all()


@EVERY
def test_the_hand_behind_a_pointer_is_found_again(curve: str) -> None:
    again = hand_speed(curve, 0.0, SPEEDS * factor(curve, 0.0, SPEEDS))
    assert again == pytest.approx(SPEEDS, rel=0.01)


def test_only_the_accelerating_curves_change_with_speed() -> None:
    changing = [c for c in CURVES if np.ptp(factor(c, 0.0, SPEEDS)) > 0]
    assert changing == ["libinput_adaptive", "windows_like"]


def test_the_slider_of_the_flat_curve_is_its_factor() -> None:
    assert factor("libinput_flat", -0.5, np.array([0.1, 9.0])).tolist() == [0.5, 0.5]


def test_descriptions_that_cannot_be_are_refused() -> None:
    with pytest.raises(UnknownName, match="linear"):
        Mouse(acceleration="linaer")
    with pytest.raises(UsageError, match="dpi must be above 0"):
        Mouse(dpi=0)
    with pytest.raises(UsageError, match="from -1 to 1"):
        Mouse(setting=2)
    with pytest.raises(UsageError, match="jitter must be 0 or more"):
        Mouse(jitter=-1)
    with pytest.raises(UsageError, match="clock"):
        Page(clock=-1)
    with pytest.raises(UsageError, match="frame intervals"):
        Page(intervals=np.array([16.0, 0.0]))
    with pytest.raises(UsageError, match="give it hz"):
        Page(hz=None, intervals=np.array([16.0]))
