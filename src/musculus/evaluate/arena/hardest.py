"""The strokes a scorer took for people although bots made them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from musculus.evaluate.arena.rounds import Round
from musculus.evaluate.arena.strokes import Strokes

MOST: Final = 8
POINTS: Final = 400  # of a path that is shown


def hardest(strokes: Strokes, played: Sequence[Round], most: int = MOST) -> list[dict[str, Any]]:
    """The bots' rows that looked most human, one a generator: who made it, where among people it stands, its path.

    `rank` is the share of people's rows that looked less human.
    """
    found = []
    for one in played:
        human = one.score[strokes.human[one.rows]]
        names = strokes.owner[one.rows]
        bots = ~strokes.human[one.rows] & ~strokes.control[one.rows]
        for name in np.unique(names[bots]).tolist():
            mine = np.flatnonzero(bots & (names == name))
            best = int(mine[one.score[mine].argmax()])
            row = int(one.rows[best])
            rank = float((human < one.score[best]).mean())
            found.append({"generator": name, "family": str(strokes.family[row]), "rank": rank, "row": row})
    found.sort(key=lambda f: (-f["rank"], f["generator"]))
    return [{**f, **_path(strokes, f.pop("row"))} for f in found[:most]]


def _path(strokes: Strokes, row: int) -> dict[str, list[float]]:
    stroke = strokes.events[row]
    return {name: stroke.columns[name][:POINTS].round(1).tolist() for name in ("t", "x", "y")}
