"""Descriptions of a mouse and of the page that records it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.devices.acceleration import CURVES
from musculus.errors import UnknownName, UsageError


@dataclass(frozen=True)
class Mouse:
    """A pointing device with the settings of its operating system.

    Attributes
    ----------
    dpi : counts an inch of hand movement
    sensitivity : pixels a count, before acceleration; counts times this are px, remainders are carried
    polling_hz : how often it may report; it is silent while no count came
    jitter : standard deviation of the report times, ms
    acceleration : one of `CURVES`: linear, libinput_flat, libinput_adaptive, windows_like
    setting : the slider of the acceleration curve, -1 to 1; 0 is the default
    inertia : time constant (ms) of a touchpad's glide: the pointer follows with this lag and rolls out; 0 for a mouse

    Examples
    --------
    >>> Mouse(dpi=1600, sensitivity=0.5).px_per_inch
    800.0
    """

    dpi: float = 1000.0
    sensitivity: float = 1.0
    polling_hz: float = 1000.0
    jitter: float = 0.0
    acceleration: str = "linear"
    setting: float = 0.0
    inertia: float = 0.0

    def __post_init__(self) -> None:
        _above(self, 0.0, "dpi", "sensitivity", "polling_hz")
        _at_least(self, 0.0, "jitter", "inertia")
        if self.acceleration not in CURVES:
            raise UnknownName("acceleration curve", self.acceleration, CURVES)
        if not -1 <= self.setting <= 1:
            raise UsageError(f"the slider of an acceleration curve goes from -1 to 1, not to {self.setting}")

    @property
    def px_per_inch(self) -> float:
        """Pixels an inch of hand movement, before acceleration."""
        return self.dpi * self.sensitivity


@dataclass(frozen=True, eq=False)
class Page:
    """What stands between the pointer and the recording: the frames of a page, its pixels, its clock.

    Attributes
    ----------
    hz : frames a second; the last position of each frame is kept, unmoved frames are not. None: every report is
    intervals : lengths of frames (ms) to draw from, such as those of people's recordings; None: all are 1000 / hz
    quantum : positions are multiples of this many CSS px: 1 on most pages, 0.8 at 125 % zoom, 0 for no rounding
    clock : times of moves are rounded down to multiples of this many ms: 15.6, 1, 0.1; 0 for none
    coalesced : keep every report and mark those that a frame swallows, as a collector does that asks for them
    hold : put a standing sample in front of a move that follows a gap of more than 2.5 frames
    """

    hz: float | None = 60.0
    intervals: npt.NDArray[np.float64] | None = None
    quantum: float = 1.0
    clock: float = 0.0
    coalesced: bool = False
    hold: bool = False

    def __post_init__(self) -> None:
        _at_least(self, 0.0, "quantum", "clock")
        if self.hz is not None:
            _above(self, 0.0, "hz")
        if self.intervals is not None and not (len(self.intervals) and (np.asarray(self.intervals) > 0).all()):
            raise UsageError("frame intervals must be some times above 0 ms")
        if self.intervals is not None and self.hz is None:
            raise UsageError("a page with frame intervals has frames: give it hz, too")


def _above(what: object, least: float, *names: str) -> None:
    for name in names:
        if not getattr(what, name) > least:
            raise UsageError(f"{type(what).__name__}: {name} must be above {least:g}, got {getattr(what, name)}")


def _at_least(what: object, least: float, *names: str) -> None:
    for name in names:
        if not getattr(what, name) >= least:
            raise UsageError(f"{type(what).__name__}: {name} must be {least:g} or more, got {getattr(what, name)}")
