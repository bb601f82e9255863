"""Made strokes for the arena's tests: hands that differ, and two bots that don't try hard."""

from __future__ import annotations

import numpy as np

from musculus.devices.mouse import Mouse, Page
from musculus.devices.record import record
from musculus.events import Events


def hand(rng: np.random.Generator, speed: float, tremor: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A bowed minimum-jerk stroke of 300 to 500 px with a correction at its end and a tremor, every 8 ms."""
    way, angle = rng.uniform(300, 500), rng.uniform(0, 2 * np.pi)
    ms = way / speed * rng.uniform(0.8, 1.25)
    t = np.arange(0, ms, 8.0)
    u = t / ms
    main = rng.uniform(0.85, 1.0)
    s = main * ease(u / 0.7) + (1 - main) * ease((u - 0.6) / 0.4)
    bow = rng.normal(0, 0.08) * way * np.sin(np.pi * s)
    shake = np.cumsum(rng.normal(0, tremor, (2, len(t))), axis=1)
    x = s * way * np.cos(angle) - bow * np.sin(angle) + shake[0]
    y = s * way * np.sin(angle) + bow * np.cos(angle) + shake[1]
    return t, x + 600, y + 600


def ease(u: np.ndarray) -> np.ndarray:
    """Minimum jerk from 0 to 1."""
    v = np.clip(u, 0, 1)
    return v**3 * (10 - 15 * v + 6 * v**2)


def straight(rng: np.random.Generator, curve: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A ruler's line, at even speed or eased."""
    way, angle = rng.uniform(300, 500), rng.uniform(0, 2 * np.pi)
    t = np.arange(0, 600.0, 8.0)
    s = t / 600 if curve == "even" else ease(t / 600)
    return t, 600 + s * way * np.cos(angle), 600 + s * way * np.sin(angle)


def people(n: int = 12, strokes: int = 16, seed: int = 0, first: int = 0, rendered: bool = True) -> Events:
    """Strokes of so many people, eight a sitting."""
    rng = np.random.default_rng(seed)
    parts = []
    for p in range(first, first + n):
        speed, tremor = rng.uniform(0.64, 0.76), rng.uniform(0.42, 0.48)
        for k in range(strokes):
            t, x, y = hand(rng, speed, tremor)
            parts.append(stroke(t, x, y, "human", f"p{p:02}", k))
    return Events.concat(parts) if not rendered else as_on_a_page(Events.concat(parts), seed)


def bots(strokes: int = 32, seed: int = 1) -> Events:
    """Two generators of two families."""
    rng = np.random.default_rng(seed)
    made = {"pyautogui_linear": "even", "minjerk": "eased"}
    parts = [stroke(*straight(rng, how), name, name, k) for name, how in made.items() for k in range(strokes)]
    return as_on_a_page(Events.concat(parts), seed)


def stroke(t: np.ndarray, x: np.ndarray, y: np.ndarray, generator: str, person: str, k: int) -> Events:
    """One stroke with the context that strokes60hz has."""
    about = {"generator": generator, "person": person, "session": f"{person}_{k // 8}", "stroke": k % 8}
    return Events.of(t, x, y, "move", recording=f"{person}/{k}", **about)


def as_on_a_page(events: Events, seed: int) -> Events:
    return record(events, Mouse(), Page(intervals=np.array([16.0, 17.0, 17.0])), seed)
