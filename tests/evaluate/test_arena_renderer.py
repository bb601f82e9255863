"""Does the renderer leave a mark?  Hands recorded by a page, and the same hands rendered from a faster device."""

from __future__ import annotations

import numpy as np
import pytest

from evaluate.arena_made import hand
from musculus.devices import Mouse, Page, record, render60, show
from musculus.evaluate.arena.scorers import ModelScorer
from musculus.evaluate.metrics import roc_auc
from musculus.events import Events

FOREST = ModelScorer("forest", "random_forest", options={"n_estimators": 80, "min_samples_leaf": 4, "n_jobs": 1})
PEOPLE, STROKES = 12, 24


def fine(person: int, k: int, rng: np.random.Generator) -> Events:
    """A stroke at 1000 Hz, with the tremor of 8 to 12 Hz that hands have."""
    t, x, y = hand(rng, rng.uniform(0.64, 0.76), 0.0)
    ms = np.arange(0.0, t[-1])
    shake = [np.sin(2 * np.pi * rng.uniform(8, 12) * ms / 1000 + rng.uniform(0, 6)) for _ in range(2)]
    places = [np.interp(ms, t, v) + 0.6 * s for v, s in zip((x, y), shake, strict=True)]
    return Events.of(ms, *places, "move", recording=f"{person}-{k}", person=str(person))


def told(a: Events, b: Events) -> float:
    """The AUC at which a forest tells the one from the other, for people it never met."""
    rows = np.vstack([FOREST.rows(a), FOREST.rows(b)])
    second = np.arange(len(rows)) >= len(a)
    odd = np.tile(np.array([int(p) % 2 for p in a.context["person"]], bool), 2)
    score = np.zeros(len(rows))
    for side in (odd, ~odd):
        score[~side] = FOREST.fit(rows[side & ~second], rows[side & second])(rows[~side])
    return roc_auc(~second, score)


@pytest.mark.slow
def test_what_a_page_recorded_and_what_is_rendered_of_the_device_are_not_told_apart_and_two_mice_are() -> None:
    rng = np.random.default_rng(0)
    hands = Events.concat([fine(p, k, rng) for p in range(PEOPLE) for k in range(STROKES)])
    device = record(hands, Mouse(polling_hz=1000), seed=1)
    page = show(device, Page(hz=60, clock=1.0), 2)
    assert told(render60(device), render60(page)) < 0.6
    assert told(render60(page), render60(record(page, Mouse(), seed=3))) < 0.7  # recorded twice: smoothed a little
    office = record(hands, Mouse(polling_hz=125, jitter=0.3), seed=1)
    assert told(render60(device), render60(office)) > 0.9  # the mouse stays: train on several
