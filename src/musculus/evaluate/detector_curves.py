"""What the detector's file keeps of its held-out scores: one stroke and visits of eight, people and families apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from musculus.evaluate.held_out import Axes, reliability, told
from musculus.score.fusion import Fusion

if TYPE_CHECKING:
    from musculus.evaluate.training_detector import Floats, Ints, Material, Names, Unseen

SITTING: Final = 8
GROUPS: Final = ("people", "families of bots")
ONE: Final = Axes("single strokes", "strokes of people taken for a bot's", "strokes of bots found", GROUPS, "people")
EIGHT: Final = Axes(
    f"visits of {SITTING} strokes", "visits of people called a bot", "visits of bots found", GROUPS, "people"
)


def curves(data: Material, unseen: Unseen, calibrated: Unseen, fusion: Fusion, line: float) -> list[dict[str, Any]]:
    """Two entries, of `unseen` scores in log odds by models that had met neither the person nor the family.

    Rates of single strokes are of these scores as they are, of visits after `fusion`. Whether probabilities come true
    is asked of `calibrated`, the same scores with a scale that was found without the row's person and family.
    """
    found = []
    for n, axes in ((1, ONE), (SITTING, EIGHT)):
        mine, theirs = _visits(data.visit, n), _visits(data.generator, n)
        if not mine or not theirs:
            continue
        owner = np.concatenate([data.person[[of[0] for of in mine]], data.family[[of[0] for of in theirs]]])
        bot = np.repeat([False, True], [len(mine), len(theirs)])
        said = _totals(calibrated, mine, theirs, fusion)
        scores = np.r_[unseen.people, unseen.bots] if n == 1 else _totals(unseen, mine, theirs, fusion)
        entry = told(axes, bot, -scores, owner, strata=bot, line=None if n == 1 else float(np.nextafter(-line, np.inf)))
        probability = 1 / (1 + np.exp(-said))
        true = reliability(~bot, probability, owner, weights=evens(bot, owner), strata=bot)
        found.append({**entry, "calibration": {**true, "weights": "people and bots at evens, each family alike"}})
    return found


def evens(bot: Any, owner: Names) -> Floats:
    """Weights under which people are half of it all, and families of bots are worth the same each."""
    families, code, count = np.unique(owner[bot], return_inverse=True, return_counts=True)
    weights = np.full(len(owner), 0.5 / (~bot).sum())
    weights[bot] = 0.5 / count[code] / len(families)
    return weights


def _visits(names: Names, n: int) -> list[Ints]:
    """Rows of so many strokes in a row of one visit or generator."""
    from musculus.evaluate.training_detector import visits

    if n == 1:
        return list(np.arange(len(names))[:, None])
    order = np.argsort(names, kind="stable")
    return [order[of] for of in visits(names[order], n)]


def _totals(unseen: Unseen, mine: list[Ints], theirs: list[Ints], fusion: Fusion) -> Floats:
    pairs = [(unseen.people, mine), (unseen.bots, theirs)]
    return np.array([fusion.total(scores[of]) for scores, each in pairs for of in each])
