"""What the intruder alarm keeps of a recording: how somebody moves, in terms no mouse changes, and the mouse.

Moves are thinned to ten a second and positions are divided by the recording's own median speed, so that neither the
rate nor the gain of a mouse is in what is measured then. A row sums up `ACTIONS` successive actions, as in `verify`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from functools import cache
from typing import Final, Self

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.devices import Mouse, Page, estimate, record
from musculus.events import Events
from musculus.features import ENGINE, OVER, features, summed
from musculus.tasks.cadence import HEADLINE, left_out, thinned

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
ACTIONS: Final = 16  # a row sums up so many
STEP: Final = 4  # actions from one row to the next
FEWEST: Final = 8  # actions of a recording that make a row
MOST: Final = 64  # rows kept of a recording
STILL: Final = 300.0  # ms without a move are a pause, not a slow movement
INCH: Final = 1000.0  # px of the recorded path that are an inch of the hand, where it repeats its movement
# what a recording would have looked like with other mice: how far these move a person's scores says what is normal
OTHERS: Final = (
    (Mouse(sensitivity=0.6, polling_hz=125), Page(hz=60)),
    (Mouse(sensitivity=1.7, polling_hz=1000), Page(hz=60)),
)


class Device(msgspec.Struct, frozen=True):
    """Estimates of what made a recording (`devices.Configuration`); `speed` is the median in px a ms. None: unknown."""

    event_rate: float | None
    polling_hz: float | None
    clock_resolution: float | None
    quantum: float | None
    frame_hz: float | None
    speed: float | None
    pointer: str


class Part(msgspec.Struct, frozen=True):
    """What is kept of one recording of a person; `rows` and `others` (by other mice) are half-precision, base64."""

    made_by: str
    actions: int
    width: int
    rows: str
    others: str
    device: Device

    @classmethod
    def of(cls, events: Events, *, others: bool = True) -> Self:
        """The part of one recording; `others` also re-records it with other mice, which only enrolment needs."""
        table, actions = rows_of(events)
        seen = [rows_of(record(events, m, p, hand=INCH))[0] for m, p in OTHERS] if others and len(table) else []
        again = _evenly(np.concatenate(seen), MOST) if seen else table[:0]
        return cls(made_by(), actions, table.shape[1], _packed(_evenly(table, MOST)), _packed(again), device(events))

    def table(self) -> Floats:
        """The rows, shape (n, width)."""
        return _unpacked(self.rows, self.width)

    def by_other_mice(self) -> Floats:
        """The rows by other mice, shape (n, width)."""
        return _unpacked(self.others, self.width)


@cache
def made_by() -> str:
    """What rows were made by: those of another version can't be compared."""
    return f"alarm-1 {ENGINE} {len(_columns())}"


@cache
def _columns() -> tuple[str, ...]:
    from musculus.measures import COLUMNS

    kept = (c for c, m in COLUMNS.items() if not m.slow and m.category != "keyboard" and not left_out(c, HEADLINE))
    return tuple(kept)


def rows_of(events: Events) -> tuple[Floats, int]:
    """The rows of one recording on a signed logarithmic scale, shape (n, width), and how many actions it has.

    No rows below `FEWEST` actions; one of all there are below `ACTIONS`.
    """
    table = features(without_gain(thinned(events)), "action", only=list(_columns()))
    n = len(table.values)
    if n < FEWEST:
        return np.zeros((0, len(table.names) * len(OVER))), n
    size = min(n, ACTIONS)
    starts = np.arange(0, n - size + 1, STEP)
    order = (starts[:, None] + np.arange(size)).ravel()
    found = summed(table.values, order, np.arange(len(starts) + 1) * size)
    scaled: Floats = np.sign(found) * np.log1p(np.abs(found))
    return scaled, n


def without_gain(events: Events) -> Events:
    """One recording with positions in units of what its pointer goes in a ms at its median speed.

    >>> e = Events.of(t=range(0, 400, 20), x=range(0, 120, 6), y=[0] * 20)
    >>> without_gain(e).x[:3]
    array([ 0., 20., 40.])
    """
    gain = speed(events) or 1.0
    return replace(events, columns={**events.columns, "x": events.x / gain, "y": events.y / gain})


def speed(events: Events) -> float | None:
    """Median speed of one recording's pointer while it moves, px a ms; None with fewer than ten steps."""
    way, dt = np.hypot(np.diff(events.x), np.diff(events.y)), np.diff(events.t)
    moving = (dt > 0) & (dt < STILL) & (way > 0)
    return float(np.median(way[moving] / dt[moving])) if moving.sum() >= 10 else None


def device(events: Events) -> Device:
    """What made one recording, as far as it tells."""
    c = estimate(events)
    rate, polling, clock, quantum, frames = (
        round(float(v[0]), 3) if np.isfinite(v[0]) else None
        for v in (c.event_rate, c.polling_hz, c.clock_resolution, c.quantum, c.frame_hz)
    )
    pace = speed(thinned(events))
    return Device(rate, polling, clock, quantum, frames, None if pace is None else round(pace, 4), str(c.pointer[0]))


def _evenly(rows: Floats, most: int) -> Floats:
    return rows[np.linspace(0, len(rows) - 1, most).round().astype(int)] if len(rows) > most else rows


def _packed(rows: Floats) -> str:
    return b64encode(rows.astype("<f2").tobytes()).decode()


def _unpacked(text: str, width: int) -> Floats:
    return np.frombuffer(b64decode(text), "<f2").astype(np.float64).reshape(-1, width)
