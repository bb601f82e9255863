"""What each press aimed at: the stimulus in force, how far off it was, how hard it was; once per `Events`."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from musculus.events import Events
from musculus.measures.engine.landmarks import Landmarks, landmarks
from musculus.measures.engine.once import once_per_events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def centre(marks: Landmarks, rows: Ints) -> tuple[Floats, Floats]:
    """Centre of the box that stands in each row, px; NaN without one."""
    left, top, width, height = (marks.column(n, rows).astype(np.float64) for n in ("left", "top", "width", "height"))
    return left + width / 2, top + height / 2


class Aims:
    """Beside the presses of all recordings: the stimulus in force at each (the last one before it on its page)."""

    def __init__(self, events: Events) -> None:
        self.marks = landmarks(events)
        self.t, self.x, self.y = events.t, events.x, events.y

    @cached_property
    def stimulus(self) -> Ints:
        """Place of the stimulus in `marks.stimuli`, -1 without one; shape (n_presses,) as all that follow."""
        return self.marks.stimulus_before.find(self.marks.presses, self.marks.place(self.marks.presses))

    def _of_stimulus(self, values: npt.NDArray[np.generic]) -> Floats:
        """A number told of each stimulus, for each press."""
        if not len(values):
            return np.full(len(self.stimulus), np.nan)
        return np.where(self.stimulus >= 0, values[self.stimulus].astype(np.float64), np.nan)

    @cached_property
    def centre(self) -> tuple[Floats, Floats]:
        """Centre of the intended target, px."""
        x, y = centre(self.marks, self.marks.stimuli)
        return self._of_stimulus(x), self._of_stimulus(y)

    @cached_property
    def off(self) -> tuple[Floats, Floats]:
        """From the target's centre to the press, px."""
        rows = self.marks.presses
        return self.x[rows] - self.centre[0], self.y[rows] - self.centre[1]

    @cached_property
    def error(self) -> Floats:
        """Distance from the press to the target's centre, px."""
        return np.hypot(*self.off)

    @cached_property
    def axis(self) -> tuple[Floats, Floats]:
        """From where the pointer was when the stimulus appeared to the target's centre, px."""
        row = self.marks.stimulus_position
        x, y = (np.where(row >= 0, v[row], np.nan) if len(row) else np.zeros(0) for v in (self.x, self.y))
        return self.centre[0] - self._of_stimulus(x), self.centre[1] - self._of_stimulus(y)

    @cached_property
    def distance(self) -> Floats:
        """Length of that task axis, px."""
        return np.hypot(*self.axis)

    @cached_property
    def along(self) -> Floats:
        """How far beyond the target's centre along the task axis the press lies, px; NaN for an axis of no length."""
        dot = self.off[0] * self.axis[0] + self.off[1] * self.axis[1]
        return np.where(self.distance > 0, dot, np.nan) / self.distance

    @cached_property
    def difficulty(self) -> Floats:
        """log2(D / W + 1), W the smaller side of the target; NaN for a target without size."""
        rows = self.marks.stimuli
        side = np.minimum(self.marks.column("width", rows), self.marks.column("height", rows))
        width = self._of_stimulus(side)
        return np.log2(self.distance / np.where(width > 0, width, np.nan) + 1)

    @cached_property
    def time(self) -> Floats:
        """From the stimulus to the press, ms."""
        return self.t[self.marks.presses] - self._of_stimulus(self.t[self.marks.stimuli])

    @cached_property
    def target(self) -> Ints:
        """Code of the intended target, else of the element pressed, else -1."""
        own = self.marks.column("target", self.marks.presses).astype(np.int64)
        if not len(self.marks.stimuli):
            return own
        meant = self.marks.column("target", self.marks.stimuli)[self.stimulus]
        return np.where((self.stimulus >= 0) & (meant >= 0), meant, own)

    @cached_property
    def named(self) -> npt.NDArray[np.bool_]:
        """Which stimuli name their target; beside `marks.stimuli`."""
        return np.asarray(self.marks.column("target", self.marks.stimuli) >= 0)

    @cached_property
    def named_rows(self) -> Ints:
        """Rows of those stimuli."""
        return self.marks.stimuli[self.named]

    @cached_property
    def _entered(self) -> tuple[Ints, Ints]:
        marks = self.marks
        trial = marks.stimulus_before.find(marks.enters, marks.place(marks.enters))
        which = np.flatnonzero(trial >= 0)
        which = which[marks.column("target", marks.stimuli)[trial[which]] == marks.entered[which]]
        return marks.enters[which], trial[which]

    @property
    def entry_rows(self) -> Ints:
        """Rows of the entries into the target of the stimulus in force."""
        return self._entered[0]

    @property
    def entry_trial(self) -> Ints:
        """Place of that stimulus in `marks.stimuli`, for each of `entry_rows`."""
        return self._entered[1]


@once_per_events
def aims(events: Events) -> Aims:
    """The aims of all presses of these events; what is in them is computed on its first use."""
    return Aims(events)
