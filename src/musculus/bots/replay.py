"""Strokes of people played again: as they were, turned onto other ends, with noise.

A replay carries a hand's own movement, so it is the hardest to tell from people by how it moves; it is found by having
been seen before.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from musculus.bots.corpus import Corpus, in_chord, near_in_length, strokes_of
from musculus.bots.motion import Floats, Point, beside, moments, stroke
from musculus.bots.table import Generator
from musculus.errors import UsageError
from musculus.events import Events

ALIKE: Final = 12  # strokes of like length to choose from


def learn(events: Events) -> Corpus:
    """The strokes to play again."""
    return strokes_of(events)


def exact(rng: np.random.Generator, start: Point, end: Point, *, corpus: Corpus, rate: float = 1000.0) -> Events:
    """A recorded stroke between these ends, as it was; UsageError where the corpus has none within a px of both.

    Between its samples the pointer moves evenly, at the device's rate.
    """
    off = np.hypot(*(corpus.starts - np.asarray(start)).T) + np.hypot(*(corpus.ends - np.asarray(end)).T)
    best = np.flatnonzero(off <= 1)
    if not len(best):
        raise UsageError(
            f"no recorded stroke goes from {tuple(start)} to {tuple(end)}; an exact replay wants ends of the corpus "
            "(generate draws them where none are given), replay_rotated takes any"
        )
    i = int(rng.choice(best))
    t = moments(float(corpus.t[i][-1]), rate)
    x, y = np.interp(t, corpus.t[i], corpus.x[i]), np.interp(t, corpus.t[i], corpus.y[i])
    return stroke(t, x, y, end)


def turned(
    rng: np.random.Generator, start: Point, end: Point, *, corpus: Corpus, rate: float = 1000.0, noise: float = 0.0
) -> Events:
    """A recorded stroke of like length, turned and scaled onto the ends; `noise` is the px of what is added.

    Noise is drawn for every 60 Hz frame, both ways, and fades out towards the ends, so that those are met.
    """
    way = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    i = int(rng.choice(near_in_length(corpus, way, ALIKE)))
    t = moments(float(corpus.t[i][-1]), rate)
    along, aside = (np.interp(t, corpus.t[i], v) for v in in_chord(corpus.x[i], corpus.y[i]))
    x, y = beside(start, end, along, aside)
    if noise:
        x, y = x + _noise(rng, t, noise), y + _noise(rng, t, noise)
    return stroke(t, x, y, end)


def _noise(rng: np.random.Generator, t: Floats, px: float) -> Floats:
    frames = np.arange(0.0, t[-1] + 17.0, 1000 / 60)
    drawn = rng.normal(0.0, px, len(frames))
    drawn[0] = drawn[-1] = 0.0
    fade = np.minimum(1.0, (t[-1] - t) / 50.0)
    return np.asarray(np.interp(t, frames, drawn) * fade)


GENERATORS: Final[dict[str, Generator]] = {
    "replay_exact": exact,
    "replay_rotated": turned,
    "replay_noisy": partial(turned, noise=1.0),
}
