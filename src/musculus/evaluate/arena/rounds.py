"""Rounds of the arena: who is left out of the training of what, and the scores of those left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.arena.scorers import ArenaScorer, Judge, Known
from musculus.evaluate.arena.strokes import Bools, Ints, Names, Strokes

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
Fuse = Callable[[Floats], Floats]


def mean(scores: Floats) -> Floats:
    """The mean of each group's scores."""
    return np.asarray(scores.mean(axis=1))


@dataclass(frozen=True, eq=False)
class Round:
    """Scores while one generator, or one family, was left out of training.

    `left_out` is its name ("" for one-class scorers, which see no bots); `rows` are row numbers of people, of the bots
    left out and of the controls, and `score` is one value for each, by a fit that saw neither them nor anybody of
    their fold. `fuse` makes one score of several of a sitting, (n_groups, n_rows) to (n_groups,).
    """

    left_out: str
    rows: Ints
    score: Floats
    fuse: Fuse = mean


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
    """A round for each family (with `by="generator"`, each generator, all versions); people are dealt into folds.

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
            judge = _fitted(scorer, learn, ~np.isin(learn[1], absent), values, strokes, bots & ~mine)
            rows.append(np.flatnonzero(test))
            scores.append(judge(values[test]))
            if progress:
                progress(i * last + f + 1, len(units) * last)
        found.append(Round(unit, np.concatenate(rows), np.concatenate(scores), getattr(scorer, "fuse", mean)))
    return found


def _fitted(
    scorer: ArenaScorer, learn: tuple[Floats, Names], present: Bools, values: Floats, strokes: Strokes, bots: Bools
) -> Judge:
    """A fit on people who are present and on bots that aren't left out; a scorer that asks is told who they are."""
    people, others = learn[0][present], values[bots]
    told = getattr(scorer, "fit_known", None)
    if told is None:
        return scorer.fit(people, others)
    judge: Judge = told(people, others, Known(learn[1][present], strokes.generator[bots], strokes.family[bots]))
    return judge


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
