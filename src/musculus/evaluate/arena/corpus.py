"""Are the controls from the world the arena's people are from?  If a model can tell, something else told it."""

from __future__ import annotations

from typing import Final

import numpy as np

from musculus.evaluate.arena.scorers import ModelScorer
from musculus.evaluate.arena.strokes import UNSEEN, Bools, Floats, Ints, Names, Strokes
from musculus.evaluate.leaks import Leak
from musculus.evaluate.metrics import roc_auc
from musculus.events import Events

TOLD: Final = 0.7  # AUC above which people and controls are two corpora
FOLDS: Final = 3
PROBE: Final = ModelScorer(
    "probe",
    "random_forest",
    options={"n_estimators": 100, "min_samples_leaf": 5, "class_weight": "balanced", "n_jobs": 1},
)


def corpora(strokes: Strokes, seed: int = 0) -> tuple[float, list[Leak]]:
    """The AUC at which a forest tells unseen people of the controls from the arena's people, and the leak that is.

    Nobody's strokes are judged by a forest that saw strokes of theirs. People differ, so chance gives something about
    0.5; another renderer, page or task gives nearly 1, whatever the scorers in the arena can see of it. NaN with fewer
    than three people in the controls.
    """
    kept = np.flatnonzero(strokes.human | (strokes.owner == UNSEEN))
    behind = [s.split("/")[1] if o == UNSEEN else o for s, o in zip(strokes.sitting, strokes.owner, strict=True)]
    who, human = np.array(behind)[kept], strokes.human[kept]
    if min(len(np.unique(who[human])), len(np.unique(who[~human]))) < FOLDS:
        return float("nan"), []
    values = PROBE.rows(_events(strokes, kept))
    auc = roc_auc(human, _judged(values, human, who, seed))
    if auc <= TOLD:
        return auc, []
    seen = f"a forest tells the arena's people from the people of the controls, none of whom it met (AUC {auc:.2f})"
    step = "record both in one task, on one page, through one renderer; figures above would measure the difference"
    return auc, [Leak("corpus", seen, step)]


def _events(strokes: Strokes, rows: Ints) -> Events:
    return Events.concat([strokes.events[int(i)] for i in rows])


def _judged(values: Floats, human: Bools, who: Names, seed: int) -> Floats:
    """Scores of each row by a forest that didn't meet its person."""
    rng = np.random.default_rng(seed)
    place: dict[str, int] = {}
    for side in (human, ~human):
        place |= {name: i % FOLDS for i, name in enumerate(rng.permutation(np.unique(who[side])).tolist())}
    fold = np.array([place[name] for name in who.tolist()])
    score = np.zeros(len(values))
    for f in range(FOLDS):
        judge = PROBE.fit(values[human & (fold != f)], values[~human & (fold != f)])
        score[fold == f] = judge(values[fold == f])
    return score
