"""What happens in real recordings and is no error: counted, so that it can be shown."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.events.recordings import Events
from musculus.events.schema import KIND

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
WORDS = {
    "clock_backwards": "steps back in time",
    "equal_times": "at the time of the row before",
    "duplicate_rows": "the same as the row before",
    "outside_screen": "outside the screen",
    "down_without_up": "presses without release",
    "without_time": "without a time",
}


@dataclass(frozen=True)
class Oddities:
    """Counts over all recordings; they add up over parts of a file.

    Attributes
    ----------
    events : rows looked at
    clock_backwards, equal_times : rows whose time is below, is equal to that of the row before
    duplicate_rows : rows equal to the row before in every column
    outside_screen : rows whose position is outside the viewport, where the recording says how large that is
    down_without_up : presses of a button that is pressed again, or never released, before the recording ends
    without_time : rows whose time is missing or infinite

    Examples
    --------
    >>> print(oddities(Events.of(t=[0, 10, 10, 5], x=[0, 1, 2, 3], y=[0, 0, 0, 0])))
    of 4 events 1 steps back in time, 1 at the time of the row before
    """

    events: int = 0
    clock_backwards: int = 0
    equal_times: int = 0
    duplicate_rows: int = 0
    outside_screen: int = 0
    down_without_up: int = 0
    without_time: int = 0

    def __add__(self, other: Oddities) -> Oddities:
        return Oddities(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def __str__(self) -> str:
        seen = [f"{n:,} {WORDS[name]}" for name, n in self.counts().items() if n]
        return f"of {self.events:,} events {', '.join(seen) or 'none is odd'}"

    def counts(self) -> dict[str, int]:
        """The counts by name, without the number of events."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "events"}


def oddities(events: Events) -> Oddities:
    """Count what is odd in the events; nothing is changed."""
    inside = np.ones(max(events.n_events - 1, 0), bool)  # row i and row i + 1 belong to one recording
    borders = events.offsets[1:-1]
    inside[borders[(borders > 0) & (borders < events.n_events)] - 1] = False
    step = np.diff(events.t)
    return Oddities(
        events=events.n_events,
        clock_backwards=int(((step < 0) & inside).sum()),
        equal_times=int(((step == 0) & inside).sum()),
        duplicate_rows=int((_repeated(events) & inside).sum()),
        outside_screen=int(_outside(events).sum()),
        down_without_up=_unreleased(events),
        without_time=int((~np.isfinite(events.t)).sum()),
    )


def _repeated(events: Events) -> Flags:
    same = np.ones(max(events.n_events - 1, 0), bool)
    for values in events.columns.values():
        a, b = values[:-1], values[1:]
        equal = a == b
        if values.dtype.kind == "f":
            equal = equal | (np.isnan(a) & np.isnan(b))
        same &= equal.astype(bool)
    return same


def _outside(events: Events) -> Flags:
    width, height = (_of_row(events, f"viewport_{side}") for side in ("width", "height"))
    out: Flags = (events.x < 0) | (events.x >= width) | (events.y < 0) | (events.y >= height)
    return out & np.isfinite(width) & np.isfinite(height)


def _of_row(events: Events, name: str) -> Floats:
    """A number told of each page, for each row; NaN where it isn't told."""
    out = np.full(events.n_events, np.nan)
    if name not in events.pages:
        return out
    pages: dict[tuple[int, int], Any] = {
        (int(r), int(p)): v
        for r, p, v in zip(events.pages["recording"], events.pages["page"], events.pages[name], strict=True)
    }
    recording, page = events.recording_of_row(), events.columns["page"]
    turn = np.flatnonzero(np.diff(recording) | np.diff(page)) + 1
    starts = np.concatenate([[0], turn])[: events.n_events]
    values = [pages.get((int(recording[i]), int(page[i]))) for i in starts]
    numbers = np.array([np.nan if v is None else v for v in values], np.float64)
    return np.repeat(numbers, np.diff(np.append(starts, events.n_events)))


def _unreleased(events: Events) -> int:
    """Presses that no release of the same button follows before its next press."""
    press = (events.kind == KIND["down"]) | (events.kind == KIND["up"])
    rows = np.flatnonzero(press)
    if not len(rows):
        return 0
    recording, button = events.recording_of_row()[rows], events.columns["button"][rows]
    source = events.column("source")[rows]  # a browser tells one press as a pointer and as a mouse event
    down = events.kind[rows] == KIND["down"]
    order = np.lexsort((np.arange(len(rows)), source, button, recording))
    recording, button, source, down = recording[order], button[order], source[order], down[order]
    same = (np.diff(recording) == 0) & (np.diff(button) == 0) & (np.diff(source) == 0)
    released = np.append(same & ~down[1:], False)
    return int((down & ~released).sum())
