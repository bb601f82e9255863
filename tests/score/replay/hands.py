"""Strokes for the tests of the replay index: of nobody, no two alike; and what a replay does to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.cut import cut
from musculus.events import Events
from musculus.score.replay import Traces, trace

Floats = npt.NDArray[np.float64]
Stroke = tuple[Floats, Floats, Floats]


def stroke(seed: int, rate: float = 60.0) -> Stroke:
    """A few pushes of a hand, each in its own direction, strength and time: ms, px, px."""
    rng = np.random.default_rng(seed)
    fine = np.arange(0.0, rng.uniform(600, 1400), 1.0)
    speed = np.zeros(len(fine), complex)
    for share in rng.dirichlet([1.0] * 6):
        push = np.exp(-0.5 * ((fine - rng.uniform(80, 0.8 * fine[-1])) / rng.uniform(25, 120)) ** 2)
        speed += rng.uniform(400, 900) * share * push / push.sum() * np.exp(1j * rng.normal(0.0, 0.8))
    path = np.cumsum(speed) * np.exp(2j * np.pi * rng.random())
    t = np.arange(0.0, fine[-1], 1000.0 / rate)
    return t, np.interp(t, fine, path.real), np.interp(t, fine, path.imag)


def recorded(*strokes: Stroke, name: str = "someone") -> Events:
    """Strokes of one recording, 1 s apart, on whole px."""
    t, now = [], 0.0
    for one in strokes:
        t.append(one[0] + now)
        now += one[0][-1] + 1000.0
    x, y = (np.rint(np.concatenate([one[axis] for one in strokes]) + 700) for axis in (1, 2))
    return Events.of(np.concatenate(t), x, y, recording=name)


def hand(first: int, n: int = 8, name: str = "someone") -> Events:
    """A recording of n strokes that nobody else made."""
    return recorded(*(stroke(seed) for seed in range(first, first + n)), name=name)


def changed(events: Events, turn: float = 0.0, scale: float = 1.0, mirror: bool = False, noise: float = 0.0) -> Events:
    """The recording turned (rad), scaled, mirrored, with px of noise, on whole px again."""
    z = events.x + 1j * events.y
    z = scale * np.exp(1j * turn) * (z.conj() if mirror else z)
    rng = np.random.default_rng(7)
    x, y = (np.rint(part + rng.normal(0.0, noise, len(z))) if noise else np.rint(part) for part in (z.real, z.imag))
    return Events.of(events.t, x, y, recording="a copy")


def one_by_one(events: Events) -> Traces:
    """The strokes of a recording as the index knows them."""
    return trace(events, cut(events, "stroke"))
