"""The detector of strokes in the arena: the recipe of the shipped one, learned anew from whom it may see.

    musculus arena --scorers strokes,strokes_one_class

Our own generators take no part in it: their kinds would be among those left out. What the shipped file says of the
arena's strokes is another matter, as it has met the arena's people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.evaluate.arena.controls import frame_intervals
from musculus.evaluate.arena.scorers import Judge
from musculus.evaluate.stroke_trees import VERSIONS, Bots, Versions, fit, log_odds
from musculus.evaluate.training_detector import versions_of
from musculus.events import Events

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class StrokeScorer:
    """Trees over single strokes; with `one_class` from people alone, against rows whose features were taken apart."""

    name: str
    one_class: bool = False
    strokes: int = 1

    def rows(self, events: Events) -> Floats:
        """The columns of each stroke in all versions that training has of it; a judge reads the first alone, and of
        bots it learns from those by recorders, too.
        """
        visit = np.array([name.rpartition("/")[0] for name in events.recordings])
        return versions_of(events, visit, frame_intervals(events)).together

    def fit(self, people: Floats, bots: Floats) -> Judge:
        """What scores rows, log odds of a person."""
        told = Versions.beside(bots) if len(bots) else None
        model = fit(Versions.beside(people), Bots(told.recorded, told.again) if told else None)
        return lambda rows: log_odds(model, _first(rows))


def _first(rows: Floats) -> Floats:
    return rows[:, : rows.shape[1] // VERSIONS]


def supervised() -> StrokeScorer:
    """From people and bots."""
    return StrokeScorer("strokes")


def one_class() -> StrokeScorer:
    """From people alone."""
    return StrokeScorer("strokes_one_class", one_class=True)
