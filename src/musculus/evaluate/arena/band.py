"""Are the controls where they must be?  Their AUC, what chance gives as few people, and the band."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.arena.figures import TIMES, fused
from musculus.evaluate.arena.rounds import Round
from musculus.evaluate.arena.strokes import CONTROLS, REPLAYED, UNSEEN, Strokes
from musculus.evaluate.intervals import bootstrap
from musculus.evaluate.metrics import roc_auc

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]
Report = dict[str, Any]
BAND: Final = (0.45, 0.58)  # where the AUC of a control must stay
DEALS: Final = 400
THEMSELVES: Final = "control: people replayed, against themselves"


def control_rows(strokes: Strokes, one: Round, k: int, joined: int = 1) -> list[Report]:
    """The AUC of each control, its interval by person, what chance gives, and whether it is `inside` its band.

    Unseen people, and those people replayed, stand against the arena's people; and the replayed against the unseen,
    where the people are the same on both sides. `chance` is what 95 % of the deals of as many of the arena's own people
    give in the controls' place. Of one stroke a row (`joined` 1) the band decides alone. Rows that sum up several
    strokes show each person the clearer, so that six of them lie apart from the others by chance: there a control is
    inside where it is in the band or where chance puts as many people of the arena; against themselves, where the
    interval reaches the band.
    """
    score, first = fused(strokes, one, k)
    owner = strokes.owner[first]
    who = np.where(strokes.human[first], owner, _behind(strokes, first))
    people = strokes.human[first]
    found = []
    for name in CONTROLS:
        mine = owner == name
        if mine.any():
            deals = chance(score[people], who[people], len(np.unique(who[mine])))
            row = _row(name, score, mine, people, who)
            wide = joined > 1 and deals and deals[0] <= row["auc"] <= deals[1]
            found.append({**row, "inside": row["inside"] or bool(wide), "chance": deals})
    unseen, replayed = owner == UNSEEN, owner == REPLAYED
    if unseen.any() and replayed.any():
        row = _row(THEMSELVES, score, replayed, unseen, who)
        low, high = row["auc_interval"]
        reaches = joined > 1 and low <= BAND[1] and high >= BAND[0]
        found.append({**row, "inside": row["inside"] or reaches, "chance": None})
    return found


def _behind(strokes: Strokes, first: npt.NDArray[np.int64]) -> Names:
    """The person behind each row: `owner/person...` is what a sitting is called."""
    return np.array([[*sitting.split("/"), ""][1] for sitting in strokes.sitting[first].tolist()], str)


def _row(name: str, score: Floats, mine: Bools, others: Bools, who: Names) -> Report:
    """One control's row, its AUC held against the band."""
    kept = mine | others
    strata = None if name == THEMSELVES else mine[kept]  # there a person is on both sides
    auc = bootstrap("auc", mine[kept], -score[kept], who[kept], strata=strata, times=TIMES)
    about = {"control": name, "n": int(mine.sum()), "auc": auc.value, "auc_interval": [auc.low, auc.high]}
    return {**about, "band": list(BAND), "inside": bool(BAND[0] <= auc.value <= BAND[1])}


def chance(score: Floats, who: Names, n: int, deals: int = DEALS, seed: int = 0) -> list[float] | None:
    """Where the AUC of n people against the others lies in 95 % of deals; None where there are too few people.

    >>> rng = np.random.default_rng(0)
    >>> low, high = chance(rng.normal(size=3000), np.repeat(np.arange(30).astype(str), 100), 6)
    >>> 0.45 < low < 0.5 < high < 0.55
    True
    """
    names, code = np.unique(who, return_inverse=True)
    if len(names) <= n:
        return None
    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(deals):
        chosen = np.zeros(len(names), bool)
        chosen[rng.permutation(len(names))[:n]] = True
        drawn.append(roc_auc(chosen[code], -score))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [float(low), float(high)]
