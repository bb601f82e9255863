"""One model for all, or one for each person, configuration or segment?  The same question, side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.study.asked import Question, answer
from musculus.evaluate.study.deals import share
from musculus.evaluate.study.leakage import enough
from musculus.evaluate.study.matrix import chance_of
from musculus.evaluate.study.normalised import prepared
from musculus.evaluate.study.table import StudyTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Progress = Callable[[int, int, str], None]
NORMALISER: Final = "cohort_shift"


@dataclass(frozen=True)
class Segments:
    """Models of parts beside the model of all; `document` is as JSON can hold it."""

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The document: one row a way to part the data."""
        return self.document


def segments(table: StudyTable, *, seed: int = 0, progress: Progress | None = None) -> Segments:
    """The same rows asked of a model per person, per configuration, per segment (activity), pooled, and normalised.

    A row's own part (its task, session, or person) is never trained on. Of identity a personal model knows one person
    against others' rows; of a label, which a person has once, it can't be asked. DataError where cells can't be parted.
    """
    enough(table)
    q = Question.of(table, seed)
    if not q.parts:
        raise DataError("each person has one row with each configuration: none is left to ask")
    ways: list[tuple[str, str, Callable[[], Ints]]] = [
        ("pooled", "one model of everybody's rows", lambda: _by(q, np.zeros(len(table), np.int64))),
        ("per configuration", "a model of each configuration", lambda: _by(q, q.code)),
        ("per segment", *_activities(q)),
        ("pooled, normalised", f"one model after {NORMALISER}", lambda: _normalised(q)),
    ]
    if q.identity:
        ways.insert(0, ("per person", "a model of each person against the rest", lambda: _personal(q)))
    if len(np.unique(table.task)) < 2:
        ways = [w for w in ways if w[0] != "per segment"]
    rows = []
    for i, (name, about, way) in enumerate(ways):
        guess = way()
        asked = guess >= 0
        right = share((guess == q.target)[asked].astype(np.float64), table.person[asked])
        if right is not None:  # a segment whose rows are all in one part has no model that may be asked
            rows.append({"model": name, "about": about, "n": int(asked.sum()), **right})
        if progress:
            progress(i + 1, len(ways), name)
    return Segments({"task": q.task, "score": "accuracy", "chance": round(chance_of(q), 6), "rows": rows})


def _activities(q: Question) -> tuple[str, Callable[[], Ints]]:
    """A model of each activity: where a person did it once with a mouse, it learns from the other mice."""
    task = np.unique(q.table.task, return_inverse=True)[1]
    if all(len(np.unique(task[(q.part == k)][q.target[q.part == k] == p])) <= 1
           for k in range(q.parts) for p in range(q.classes)) and q.identity:  # fmt: skip
        other = replace(q, part=q.code, parts=int(q.code.max()) + 1)
        return "a model of each activity, of the person's rows with the other mice", lambda: _by(other, task)
    return "a model of each activity", lambda: _by(q, task)


def _by(q: Question, segment: npt.NDArray[Any], values: Floats | None = None, who: Bools | None = None) -> Ints:
    """Each row asked of the model of its segment, -1 where there is none."""
    guess = np.full(len(q.target), -1, np.int64)
    for k in range(q.parts):
        for s in np.unique(segment):
            train = (q.part != k) & (segment == s)
            asked = (q.part == k) & (segment == s) & np.isin(q.target, q.target[train])
            asked &= True if who is None else who
            if asked.any() and len(np.unique(q.target[train])) > 1:
                guess[asked] = answer(q, q.table.values if values is None else values, train, asked)
    return guess


def _normalised(q: Question) -> Ints:
    """The pooled model after a normaliser that other people taught."""
    guess, prepare = np.full(len(q.target), -1, np.int64), prepared(q.table, NORMALISER)
    everyone = np.zeros(len(q.target), np.int64)
    for f in range(int(q.fold.max()) + 1):
        mine = q.fold == f
        said = _by(q, everyone, prepare(~mine), mine)
        guess[mine] = said[mine]
    return guess


def _personal(q: Question) -> Ints:
    """A model for each person, theirs against all others' rows; the one that is surest has the row."""
    from sklearn.linear_model import Ridge

    from musculus.models import make_model

    guess = np.full(len(q.target), -1, np.int64)
    for k in range(q.parts):
        train, asked = q.part != k, (q.part == k) & np.isin(q.target, q.target[q.part != k])
        if not asked.any():
            continue
        scale = make_model("logistic_regression")[:-1].fit(q.table.values[train])
        x, people = scale.transform(q.table.values[train]), np.unique(q.target[train])
        each = (q.target[train][:, None] == people) * 2.0 - 1.0  # a column a person: as many models, fitted at once
        score = Ridge(alpha=0.1 * x.shape[1]).fit(x, each).predict(scale.transform(q.table.values[asked]))
        guess[asked] = people[score.reshape(int(asked.sum()), -1).argmax(axis=1)]
    return guess
