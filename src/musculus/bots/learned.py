"""A small model of strokes, learned from a corpus: shapes in time as a mixture of Gaussians over principal components.

Source: principal components of time-normalised movements as in T. Sanger, "Human arm movements described by a
low-dimensional superposition of principal components", J. Neurosci. 20 (2000); the mixture is fitted by k-means and the
covariance of each cluster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from musculus.bots.corpus import in_chord, strokes_of
from musculus.bots.motion import Floats, Point, beside, moments, stroke
from musculus.bots.table import Generator
from musculus.events import Events

POINTS: Final = 48  # moments of a stroke that the model knows
COMPONENTS: Final = 12
CLUSTERS: Final = 6
LONGEST_ASIDE: Final = 3.0  # ways; strokes that wander further are not aimed and not learned from


@dataclass(frozen=True, eq=False)
class Model:
    """Mean shape, components (k, 2 POINTS), and for each cluster its share, centre and square root of covariance.

    `time` are the intercept, slope and scatter of log duration over log way.
    """

    mean: Floats
    components: Floats
    shares: Floats
    centres: Floats
    roots: Floats
    time: tuple[float, float, float]


def learn(events: Events) -> Model:
    """The model of a corpus's strokes, always the same for the same corpus."""
    corpus = strokes_of(events)
    s = np.linspace(0, 1, POINTS)
    shapes = []
    for t, x, y in zip(corpus.t, corpus.x, corpus.y, strict=True):
        along, aside = in_chord(x, y)
        shapes.append(np.concatenate([np.interp(s, t / t[-1], along), np.interp(s, t / t[-1], aside)]))
    rows = np.array(shapes)
    tame = np.abs(rows).max(axis=1) <= LONGEST_ASIDE
    rows = rows[tame] if tame.any() else rows
    mean = rows.mean(axis=0)
    components = np.linalg.svd(rows - mean, full_matrices=False)[2][:COMPONENTS]
    scores = (rows - mean) @ components.T
    shares, centres, roots = _mixture(scores, min(CLUSTERS, max(1, len(scores) // 20)))
    return Model(mean, components, shares, centres, roots, _times(corpus.ways, corpus.t))


def _mixture(scores: Floats, k: int) -> tuple[Floats, Floats, Floats]:
    """Clusters by k-means from far-apart beginnings: (shares, centres, square roots of covariances)."""
    centres = [scores[np.argmax((scores**2).sum(axis=1))]]
    for _ in range(k - 1):
        far = np.min([((scores - c) ** 2).sum(axis=1) for c in centres], axis=0)
        centres.append(scores[np.argmax(far)])
    label = _nearest(scores, np.array(centres))
    for _ in range(30):
        centres = [scores[label == j].mean(axis=0) if (label == j).any() else c for j, c in enumerate(centres)]
        label = _nearest(scores, np.array(centres))
    roots = [_root(scores[label == j]) for j in range(k)]
    return np.bincount(label, minlength=k) / len(label), np.array(centres), np.array(roots)


def _nearest(scores: Floats, centres: Floats) -> npt.NDArray[np.int64]:
    return np.asarray(np.argmin(((scores[:, None] - centres) ** 2).sum(axis=2), axis=1), np.int64)


def _root(scores: Floats) -> Floats:
    """Square root of a cluster's covariance: noise times this has it."""
    if len(scores) < 2:
        return np.zeros((scores.shape[1], scores.shape[1]))
    values, vectors = np.linalg.eigh(np.cov(scores.T).reshape(scores.shape[1], -1))
    return np.asarray(np.sqrt(np.maximum(values, 0.0))[:, None] * vectors.T)


def _times(ways: Floats, t: tuple[Floats, ...]) -> tuple[float, float, float]:
    way, lasts = np.log(ways), np.log([v[-1] for v in t])
    slope = float(np.cov(way, lasts)[0, 1] / np.var(way, ddof=1)) if len(way) > 2 and np.ptp(way) > 0 else 0.0
    level = float(lasts.mean() - slope * way.mean())
    return level, slope, float((lasts - level - slope * way).std())


def learned(rng: np.random.Generator, start: Point, end: Point, *, corpus: Model, rate: float = 1000.0) -> Events:
    """A stroke drawn from the model, bent so that it meets its ends."""
    way = float(np.hypot(end[0] - start[0], end[1] - start[1]))
    level, slope, scatter = corpus.time
    lasts = np.exp(level + slope * np.log(max(way, 1.0)) + scatter * np.clip(rng.normal(), -2.5, 2.5))
    j = int(rng.choice(len(corpus.shares), p=corpus.shares))
    scores = corpus.centres[j] + rng.normal(size=len(corpus.roots[j])) @ corpus.roots[j]
    shape = (corpus.mean + scores @ corpus.components).reshape(2, POINTS)
    s = np.linspace(0, 1, POINTS)
    shape[0] += -shape[0, 0] * (1 - s) + (1 - shape[0, -1]) * s
    shape[1] += -shape[1, 0] * (1 - s) - shape[1, -1] * s
    t = moments(float(lasts), rate)
    x, y = beside(start, end, *(_smooth(t / t[-1], v) for v in shape))
    return stroke(t, x, y, end)


def _smooth(s: Floats, v: Floats) -> Floats:
    """The values between even knots by cubic Hermite pieces (Catmull-Rom), so that speed has no corners."""
    slope = np.gradient(v)
    place = s * (len(v) - 1)
    i = np.minimum(place.astype(int), len(v) - 2)
    u = place - i
    rise = v[i + 1] - v[i]
    bend = slope[i] + slope[i + 1] - 2 * rise
    return np.asarray(v[i] + u * (slope[i] + u * (rise - slope[i] - bend * (1 - u))))


GENERATORS: Final[dict[str, Generator]] = {"learned": learned}
