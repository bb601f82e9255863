"""Frames cut anew so that no recording goes over a border, and the check that none comes twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from musculus.errors import EventsError
from musculus.events import Events
from musculus.events.frames import require, second_run
from musculus.events.place import Place


def whole(slices: Iterator[tuple[Place, pl.DataFrame]]) -> Iterator[tuple[Place, pl.DataFrame]]:
    """The same rows; each frame ends where a recording ends. The open recording is carried over."""
    held: list[pl.DataFrame] = []
    start = Place("")
    for place, frame in slices:
        require(frame.columns, place)
        if frame.is_empty():
            continue
        last = _last_run(frame["recording"])
        if held and last == 0 and frame["recording"][0] == held[0]["recording"][0]:
            held.append(frame)  # one long recording goes on
            continue
        if held:
            yield start, _join([*held, frame[:last]])
        elif last:
            yield place, frame[:last]
        held, start = [frame[last:]], place.after(last)
    if held:
        yield start, _join(held)


def _last_run(recording: pl.Series) -> int:
    """The row at which the last recording of a slice begins."""
    starts = (recording != recording.shift(1)).fill_null(True).arg_true()
    return int(starts[-1])


def _join(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]


class Seen:
    """Which recordings have come, and where each began; one that comes twice is refused."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}  # rows counted over all files
        self.files: list[tuple[str, int]] = []  # name, row at which it begins
        self.row = 0

    def open(self, name: str) -> None:
        """A new file begins."""
        self.files.append((name, self.row))

    def add(self, events: Events) -> None:
        """Note a part's recordings; EventsError names both places of one that came before."""
        name, begin = self.files[-1]
        for recording, offset in zip(events.recordings, events.offsets[:-1].tolist(), strict=True):
            at = self.row + offset
            first = self.first.setdefault(recording, at)
            if first != at:
                raise self._twice(recording, f"{name} row {at - begin + 1}", first)
        self.row += events.n_events

    def _twice(self, recording: str, here: str, at: int) -> EventsError:
        first, begin = next(f for f in reversed(self.files) if f[1] <= at)
        if first == self.files[-1][0]:
            return second_run(recording, here, f"row {at - begin + 1}")
        return EventsError(
            f"recording {recording!r} is in two files: {first} (row {at - begin + 1}) and {here}; "
            "rows of one recording must stand together in one file, and different recordings need different names"
        )
