"""Simulated recordings of eight people with two mice: python examples/simulated_people.py [PEOPLE.csv].

For trying the commands without recordings of one's own. Each "person" is a generator with habits: a pace, how often it
corrects its way, how it sways. Nobody's recordings are in them, so what is measured on them says nothing about people.
"""

from __future__ import annotations

import sys

import numpy as np

from musculus import Events, write_events
from musculus.bots import generate
from musculus.devices import Mouse, Page, record

MICE = {"office": Mouse(polling_hz=125, dpi=1000), "gaming": Mouse(polling_hz=1000, dpi=1600, sensitivity=0.625)}


def people(n: int = 8, recordings: int = 8, strokes: int = 10) -> Events:
    """So many people, each with recordings of strokes that end in a click, half of them with each mouse."""
    rng = np.random.default_rng(4)
    parts = []
    for person in range(n):
        pace, corrections = float(rng.uniform(0.7, 1.4)), int(rng.integers(1, 5))
        sway, beat = float(rng.uniform(0, 5)), float(rng.uniform(60, 140))
        for k in range(recordings):
            made = generate("sigma_lognormal", strokes, rng, corrections=corrections)
            t = made.t * pace * float(rng.normal(1.0, 0.05))
            y = made.y + sway * np.sin(t / beat)
            mouse = list(MICE)[k % len(MICE)]
            seen = record(Events.build({**made.columns, "t": t, "y": y}, made.offsets, (f"p{person:02}-{k}",)),
                          MICE[mouse], Page(), seed=rng)  # fmt: skip
            parts.append(seen.with_context(person=f"p{person:02}", mouse_model=mouse))
    return Events.concat(parts)


if __name__ == "__main__":
    path = (sys.argv[1:2] or ["people.csv"])[0]
    made = people()
    write_events(made, path)
    print(f"SIMULATED: {len(made)} recordings of 8 people, {made.n_events} events: {path}")
