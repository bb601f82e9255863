"""One row of the events table, what a cut may look at, and the two views of a path."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

NAN = math.nan


@dataclass(frozen=True)
class Row:
    """One event; names and meaning as in the contract, missing numbers NaN, other missing values None."""

    t: float
    kind: str = "move"
    x: float = NAN
    y: float = NAN
    page: int = 0
    primary: bool | None = None
    button: int = -1
    slot: int | None = None
    key_class: str | None = None
    repeat: bool | None = None
    dx: float = NAN
    dy: float = NAN
    target: str | None = None
    left: float = NAN
    top: float = NAN
    width: float = NAN
    height: float = NAN
    coalesced: bool | None = None
    fractional: bool | None = None


class Sample(NamedTuple):
    """A position in time."""

    t: float
    x: float
    y: float


@dataclass(frozen=True)
class Cut:
    """Rows `start:end` of one recording; the rest of the recording is there for the definitions that look outside."""

    recording: list[Row]
    start: int
    end: int
    screen: tuple[float, float] | None = None
    rows: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", self.recording[self.start : self.end])

    def samples(self) -> list[Sample]:
        """The positions of the cut in arrival order, nothing merged."""
        kinds = position_kinds(self.recording)
        return [sample(row) for row in self.rows if row.kind in kinds and usable(row)]

    def presses(self) -> list[tuple[int, Row]]:
        """Presses of the cut with their row number in the recording; `click` rows where there is no `down` at all."""
        press = press_kind(self.recording)
        return [(i, row) for i, row in self.numbered() if row.kind == press and is_primary(row)]

    def numbered(self) -> list[tuple[int, Row]]:
        """The rows of the cut with their row number in the recording."""
        return list(enumerate(self.rows, self.start))

    def duration(self) -> float:
        """Last minus first time of all rows, ms; NaN without a row."""
        times = [row.t for row in self.rows if math.isfinite(row.t)]
        return times[-1] - times[0] if times else NAN


def has_down(recording: list[Row]) -> bool:
    return any(row.kind == "down" for row in recording)


def press_kind(recording: list[Row]) -> str:
    return "down" if has_down(recording) else "click"


def position_kinds(recording: list[Row]) -> set[str]:
    return {"move", "up", press_kind(recording)}


def is_primary(row: Row) -> bool:
    return row.primary is not False


def usable(row: Row) -> bool:
    """Of the primary pointer, and time and position are numbers."""
    return is_primary(row) and math.isfinite(row.t) and math.isfinite(row.x) and math.isfinite(row.y)


def sample(row: Row) -> Sample:
    return Sample(row.t, row.x, row.y)


def path_view(samples: list[Sample]) -> list[tuple[float, float]]:
    """Positions in order, consecutive equal ones collapsed."""
    points: list[tuple[float, float]] = []
    for _, x, y in samples:
        if not points or points[-1] != (x, y):
            points.append((x, y))
    return points


def time_view(samples: list[Sample]) -> list[Sample]:
    """Time as its running maximum, then the last sample of each time."""
    view: list[Sample] = []
    for t, x, y in samples:
        if view and t <= view[-1].t:
            view[-1] = Sample(view[-1].t, x, y)
        else:
            view.append(Sample(t, x, y))
    return view
