"""Acceleration curves: by how much an operating system multiplies counts, given the speed of the hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.errors import UnknownName

Floats = npt.NDArray[np.float64]


def linear(speed: Floats, setting: float) -> Floats:
    """No acceleration: 1 at every speed; the slider is not looked at."""
    return np.ones_like(speed)


def libinput_flat(speed: Floats, setting: float) -> Floats:
    """The flat profile of libinput: a constant, 1 + the slider from -1 to 1, at least 0.005."""
    return np.full_like(speed, max(0.005, 1 + setting))


def libinput_adaptive(speed: Floats, setting: float) -> Floats:
    """The adaptive profile of libinput: below 1 for slow hands, a plateau at 1, then a rise to a limit.

    The shape, and speeds in counts of a 1000 dpi mouse a millisecond (so inches a second), are those of the figures in
    libinput's documentation ("Pointer acceleration"); its trackers are replaced by the mean over four reports. The
    slider makes the plateau shorter, the rise steeper and the limit higher.
    """
    plateau_ends = max(0.2, 0.4 - 0.2 * setting)
    rise = 1.1 + 0.75 * setting
    limit = 2.0 + 1.5 * setting
    slow = 0.3 + 10.0 * speed
    return np.minimum(np.minimum(slow, 1.0) + rise * np.maximum(speed - plateau_ends, 0.0), limit)


# Hand speed and pointer speed (inches a second) at the five points of the curve that Windows keeps in its registry.
HAND: Final = np.array([0.0, 0.43, 1.25, 3.86, 40.0])
POINTER: Final = np.array([0.0, 1.37, 5.30, 24.30, 568.0])


def windows_like(speed: Floats, setting: float) -> Floats:
    """Like "enhance pointer precision": straight lines between five points, 1 for slow hands, 4.46 for the fastest.

    After the default values of SmoothMouseXCurve and SmoothMouseYCurve and Microsoft's "Pointer ballistics for
    Windows XP"; screen resolution and refresh rate, which Windows also looks at, are left out. The slider multiplies.
    """
    slowest = POINTER[1] / HAND[1]
    v = np.clip(speed, 1e-6, HAND[-1])
    return np.asarray((1 + setting) * np.interp(v, HAND, POINTER) / v / slowest)


CURVES: Final[dict[str, Callable[[Floats, float], Floats]]] = {
    "linear": linear,
    "libinput_flat": libinput_flat,
    "libinput_adaptive": libinput_adaptive,
    "windows_like": windows_like,
}
CONSTANT: Final = ("linear", "libinput_flat")  # the same at every speed


def factor(curve: str, setting: float, speed: Floats) -> Floats:
    """What counts are multiplied by at hand speeds in inches a second, same shape; UnknownName for another curve.

    >>> factor("libinput_adaptive", 0.0, np.array([0.01, 0.2, 10.0]))  # slow, plateau, limit
    array([0.4, 1. , 2. ])
    """
    if curve not in CURVES:
        raise UnknownName("acceleration curve", curve, CURVES)
    return CURVES[curve](speed, setting)


def hand_speed(curve: str, setting: float, pointer: Floats) -> Floats:
    """The hand speed that makes a pointer speed: the curve read backwards; both inches a second, before sensitivity."""
    v = np.concatenate([[0.0], np.geomspace(1e-3, 400.0, 2000)])
    return np.asarray(np.interp(pointer, v * factor(curve, setting, v), v))
