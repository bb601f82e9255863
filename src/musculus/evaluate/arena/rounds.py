"""Rounds of the arena: who is left out of the training of what, and the scores of those left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.arena.scorers import ArenaScorer
from musculus.evaluate.arena.strokes import Ints, Names, Strokes

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Round:
    """Scores while one generator, or one family, was left out of training.

    `left_out` is its name ("" for one-class scorers, which see no bots); `rows` are row numbers of people, of the bots
    left out and of the controls, and `score` is one value for each, by a fit that saw neither them nor anybody of
    their fold.
    """

    left_out: str
    rows: Ints
    score: Floats


def rounds(
    scorer: ArenaScorer,
    strokes: Strokes,
    values: Floats,
    learn: tuple[Floats, Names],
    by: str = "family",
    folds: int = 4,
    seed: int = 0,
    progress: Progress | None = None,
) -> list[Round]:
    """A round for each family (or, with `by="owner"`, each generator); people are dealt into folds.

    `values` are the features of each row, `learn` those of the rows that people are learnt from, and whose they are.
    Each row is scored once a round, by the fit that left its fold out. Controls take part in each round in which a
    family of recorded people is left out (in all of them where there is none), so that no fit has seen a replay of
    theirs. DataError where there are no bots, or fewer than two people.
    """
    bots = ~strokes.human & ~strokes.control
    fold = dealt(strokes, folds, seed)
    names = getattr(strokes, by)
    units = [""] if scorer.one_class else np.unique(names[bots]).tolist()
    last = int(fold.max()) + 1
    found = []
    for i, unit in enumerate(units):
        mine = (names == unit) | (unit == "")
        rows, scores = [], []
        for f in range(last):
            test = (fold == f) & (strokes.human | mine | strokes.control)
            absent = np.unique(strokes.owner[strokes.human & (fold == f)])
            judge = scorer.fit(learn[0][~np.isin(learn[1], absent)], values[bots & ~mine])
            rows.append(np.flatnonzero(test))
            scores.append(judge(values[test]))
            if progress:
                progress(i * last + f + 1, len(units) * last)
        found.append(Round(unit, np.concatenate(rows), np.concatenate(scores)))
    return found


def dealt(strokes: Strokes, folds: int, seed: int) -> Ints:
    """A fold for each row: a person's rows share one, and so do those of a bot's sitting. DataError of too few."""
    bots = ~strokes.human & ~strokes.control
    people = np.unique(strokes.owner[strokes.human])
    if len(people) < 2 or not bots.any():
        raise DataError(
            f"an arena needs two people and a bot; there are {len(people)} people and {bots.sum()} bot rows"
        )
    several = min(folds, len(people))
    rng = np.random.default_rng(seed)
    names = np.where(strokes.human, strokes.owner, strokes.sitting)
    place: dict[str, int] = {}
    for which in (strokes.human, ~strokes.human):
        place |= {name: i % several for i, name in enumerate(rng.permutation(np.unique(names[which])).tolist())}
    return np.array([place[name] for name in names.tolist()], np.int64)
