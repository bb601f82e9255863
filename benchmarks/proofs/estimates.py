"""Mice, clocks, frames and gains that are known, estimated from what they recorded: how often, and how far off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musculus.devices import Mouse, Page, estimate, record
from musculus.events import Events
from musculus.read import read
from proofs import Finding

DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
CLOSE, MOST = 0.1, 0.9  # an estimate is right within a tenth; wanted of so many of the recordings that tell
HAND = 800.0  # px of the recorded path that are an inch of the hand


@dataclass(frozen=True)
class Known:
    """A mouse and page, what is asked of their recordings, and its true value."""

    asked: str  # a field of `Configuration`
    true: float
    mouse: Mouse
    page: Page | None = None
    hand: float | None = None
    more: str = ""

    @property
    def words(self) -> str:
        """What was simulated."""
        unit = {"polling_hz": "Hz", "frame_hz": "Hz", "clock_resolution": "ms", "quantum": "px", "gain": ""}[self.asked]
        words = f"{self.asked.replace('_hz', '').replace('_', ' ')} {self.true:g} {unit}".strip()
        return f"{words}, {self.more}" if self.more else words


def grid() -> Iterator[Known]:
    """Every setting that is asked about, one at a time."""
    for hz in (60.0, 125.0, 250.0, 500.0, 1000.0):
        yield Known("polling_hz", hz, Mouse(polling_hz=hz, jitter=20 / hz))
    for hz in (125.0, 500.0, 1000.0):
        uneven = Mouse(polling_hz=hz, jitter=100 / hz)
        yield Known("polling_hz", hz, uneven, Page(hz=None, clock=1.0), more="uneven by a tenth, clock 1 ms")
    for hz in (60.0, 75.0, 120.0, 144.0):
        yield Known("frame_hz", hz, Mouse(polling_hz=1000), Page(hz=hz, clock=0.1))
    for clock in (0.1, 1.0, 10.0, 15.6):
        yield Known("clock_resolution", clock, Mouse(polling_hz=250, jitter=0.5), Page(hz=None, clock=clock))
    for quantum in (0.5, 0.8, 1.0, 2.0):
        yield Known("quantum", quantum, Mouse(dpi=3200, sensitivity=0.25), Page(hz=None, quantum=quantum))
    for dpi in (400.0, 800.0, 1600.0):
        yield Known("gain", dpi / HAND, Mouse(dpi=dpi), None, HAND)


def prove(small: bool) -> list[Finding]:
    """Each set of hands through each device."""
    found = []
    for name, events in sets(small):
        for known in grid():
            told, right, error = rates(events, known)
            more = f"right of {right}; median error {error:.1%}" if told else "it looks like a screen's frames"
            said = f"told of {told} of {len(events)}, {more}"
            wanted = "nine of ten that are told are right"
            found.append(Finding(f"{name}, {known.words}", said, wanted, told == 0 or right >= MOST * told))
    return found


def rates(events: Events, known: Known) -> tuple[int, int, float]:
    """(recordings of which it is told, of these right within a tenth, median error of these)."""
    again = record(events, known.mouse, known.page, seed=1, hand=known.hand)
    reference = record(events, Mouse(dpi=HAND), hand=HAND, seed=2) if known.hand else None
    values: npt.NDArray[np.float64] = getattr(estimate(again, reference), known.asked)
    error = np.abs(values[np.isfinite(values)] / known.true - 1)
    return len(error), int((error <= CLOSE).sum()), float(np.median(error)) if len(error) else float("nan")


def sets(small: bool) -> Iterator[tuple[str, Events]]:
    """Hands by formula, and people where their recordings are there."""
    yield "made hands", made(6 if small else 24)
    if not small and (file := DATA / "pointclick" / "events.parquet").is_file():
        yield "point-and-click people", read(file)


def made(n: int) -> Events:
    """Strokes of minimum jerk between random places at 1000 Hz, with rests between."""
    parts = []
    for seed in range(n):
        rng, now, here = np.random.default_rng(seed), 300.0, np.array([500.0, 500.0])
        t, path = [], []
        for _ in range(12):
            there, lasts = rng.uniform((50, 50), (1800, 900)), rng.uniform(350, 900)
            s = np.arange(0, lasts) / lasts
            t.append(now + s * lasts)
            path.append(here + (10 * s**3 - 15 * s**4 + 6 * s**5)[:, None] * (there - here))
            now, here = now + lasts + rng.uniform(200, 900), there
        xy = np.vstack(path)
        parts.append(Events.of(t=np.concatenate(t), x=xy[:, 0], y=xy[:, 1], recording=f"made{seed}"))
    return Events.concat(parts)
