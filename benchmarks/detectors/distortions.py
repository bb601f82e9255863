"""Ways to play a stroke again so that nobody knows it: what a replay index is learnt on, and what it is judged by.

Each takes samples of a stroke and gives events of a page of 60 frames a second, whole px, unmoved frames dropped.
`LEARNT` are those that the index's numbers are learnt on; `mirrored` was written before the index was first judged and
is used for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.cut import Cuts, cut, position_rows
from musculus.devices.render import render60
from musculus.events import Events

Floats = npt.NDArray[np.float64]
Stroke = tuple[Floats, Floats]  # ms; x + iy
Distortion = Callable[[np.random.Generator, Stroke], Stroke]
FRAME: Final = 1000.0 / 60.0
GAP: Final = 2.5 * FRAME
RATE: Final = 1000.0  # Hz, of the device that plays it


def strokes_of(events: Events, cuts: Cuts | None = None) -> list[Stroke]:
    """Samples of each stroke from 0 ms; where the pointer stood, it stands until a frame before the next sample."""
    cuts = cut(events, "stroke") if cuts is None else cuts
    use = position_rows(events) & np.isfinite(events.x) & np.isfinite(events.y)
    found = []
    for a, b in zip(cuts.start.tolist(), cuts.end.tolist(), strict=True):
        rows = a + np.flatnonzero(use[a:b])
        t, z = np.maximum.accumulate(events.t[rows]), events.x[rows] + 1j * events.y[rows]
        new = np.append(t[1:] > t[:-1], True)
        t, z = t[new] - t[0], z[new]
        after = np.flatnonzero(np.diff(t) > GAP) + 1
        found.append((np.insert(t, after, t[after] - FRAME), np.insert(z, after, z[after - 1])))
    return found


def rendered(rng: np.random.Generator, strokes: list[Stroke], rate: float = RATE) -> Events:
    """Each stroke a recording: made by a device of this rate somewhere on a screen, begun somewhere in a frame."""
    parts = []
    for i, (t, z) in enumerate(strokes):
        even = np.append(np.arange(0.0, t[-1], 1000.0 / rate), t[-1])
        at = np.interp(even, t, z - z.mean()) + complex(*rng.uniform(400, 900, 2))
        parts.append(Events.of(even + FRAME * rng.random(), at.real, at.imag, recording=f"{i}"))
    return render60(Events.concat(parts))


def resized(rng: np.random.Generator, stroke: Stroke, low: float = 0.2, high: float = 1.5) -> Stroke:
    """Another size, evenly in its logarithm."""
    return stroke[0], stroke[1] * np.exp(rng.uniform(np.log(low), np.log(high)))


def turned(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    """Turned anyhow, a sixth smaller to a fifth larger."""
    t, z = resized(rng, stroke, 0.85, 1.2)
    return t, z * np.exp(2j * np.pi * rng.random())


def noisy(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    """Turned, and a px of noise on each sample that moved, both ways; none at the ends."""
    t, z = turned(rng, stroke)
    noise = rng.normal(0.0, 1.0, len(z)) + 1j * rng.normal(0.0, 1.0, len(z))
    noise[[0, -1]] = 0.0
    stood = np.append(False, np.diff(z) == 0)
    return t, z + noise[np.maximum.accumulate(np.where(stood, 0, np.arange(len(z))))]


def warped(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    """Turned; begun faster and ended slower than it was, or the other way round, all in another time."""
    t, z = turned(rng, stroke)
    share = t / t[-1]
    return share ** np.exp(rng.uniform(-0.25, 0.25)) * t[-1] * rng.uniform(0.7, 1.4), z


def mirrored(rng: np.random.Generator, stroke: Stroke) -> Stroke:
    """Mirrored, turned, 0.6 to 1.6 times as large, its time warped by two sines and stretched; play it at 125 Hz."""
    t, z = resized(rng, (stroke[0], stroke[1].conj()), 0.6, 1.6)
    share, a, b = t / t[-1], rng.uniform(-0.35, 0.35), rng.uniform(-0.25, 0.25)
    warp = share + a * np.sin(np.pi * share) / np.pi + b * np.sin(2 * np.pi * share) / (2 * np.pi)
    return warp * t[-1] * rng.uniform(0.75, 1.35), z * np.exp(2j * np.pi * rng.random())


def invented(rng: np.random.Generator) -> Stroke:
    """A stroke of nobody: a few pushes of a hand, each in its own direction, strength and time; no two are alike."""
    t = np.arange(0.0, rng.uniform(600, 1400), 1000.0 / RATE)
    speed = np.zeros(len(t), complex)
    for share in rng.dirichlet([2.0] * 3):
        middle, width = rng.uniform(80, 0.8 * t[-1]), rng.uniform(40, 160)
        push = np.exp(-0.5 * ((t - middle) / width) ** 2)
        speed += rng.uniform(300, 900) * share * push / push.sum() * np.exp(1j * rng.normal(0.0, 0.5))
    return t, np.cumsum(speed) * np.exp(2j * np.pi * rng.random())


LEARNT: Final[dict[str, Distortion]] = {"turned": turned, "noisy": noisy, "warped": warped}
