"""Strokes of people played again: as they were, turned onto other ends, with noise.

A replay carries a hand's own movement, so it is the hardest to tell from people by how it moves; it is found by having
been seen before.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

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

    Noise is drawn for each recorded sample, both ways; where the hand stood it stays, and at the ends there is none.
    """
    way = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    i = int(rng.choice(near_in_length(corpus, way, ALIKE)))
    t = moments(float(corpus.t[i][-1]), rate)
    along, aside = (np.interp(t, corpus.t[i], v) for v in in_chord(corpus.x[i], corpus.y[i]))
    x, y = beside(start, end, along, aside)
    if noise:
        stood = np.append(False, (np.diff(corpus.x[i]) == 0) & (np.diff(corpus.y[i]) == 0))
        x, y = (v + np.interp(t, corpus.t[i], _noise(rng, stood, noise)) for v in (x, y))
    return stroke(t, x, y, end)


def _noise(rng: np.random.Generator, stood: npt.NDArray[np.bool_], px: float) -> Floats:
    """Noise of each sample; a standing one has that of the sample before it, the ends have none."""
    drawn = rng.normal(0.0, px, len(stood))
    drawn[0] = drawn[-1] = 0.0
    return np.asarray(drawn[np.maximum.accumulate(np.where(stood, 0, np.arange(len(stood))))])


GENERATORS: Final[dict[str, Generator]] = {
    "replay_exact": exact,
    "replay_rotated": turned,
    "replay_noisy": partial(turned, noise=1.0),
}
