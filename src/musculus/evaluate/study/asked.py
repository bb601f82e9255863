"""Rows asked of models that learned from one configuration, from all but one, or from all the others' data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.study.deals import people_parts, unit_parts
from musculus.evaluate.study.leakage import codes
from musculus.evaluate.study.table import StudyTable

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Prepare = Callable[[Bools], Floats]  # which people's rows teach the normaliser -> all rows, prepared


@dataclass(frozen=True, eq=False)
class Question:
    """What is to be told of a row, and how rows are dealt.

    `target` is a class number a row; identity has everybody on both sides and parts of their cells apart, a label has
    people apart. `part` is -1 for rows that are never asked within their own configuration; `parts` 0 where cells can't
    be parted.
    """

    table: StudyTable
    target: Ints
    classes: int
    identity: bool
    part: Ints
    parts: int
    fold: Ints  # parts of the people
    code: Ints  # configuration

    @classmethod
    def of(cls, table: StudyTable, seed: int) -> Question:
        """Identity, or the table's label. DataError for fewer than two people or labels."""
        identity = table.label is None
        names, target = np.unique(table.person if table.label is None else table.label, return_inverse=True)
        if len(names) < 2:
            raise DataError(f"one {'person' if identity else 'label'} only: nothing to tell apart")
        fold = people_parts(table, seed)
        part, parts = unit_parts(table, seed) if identity else (fold, int(fold.max()) + 1)
        return cls(table, target.astype(np.int64), len(names), identity, part, parts, fold, codes(table))

    @property
    def task(self) -> str:
        """What is told of a row: `person`, or the name of the label's column."""
        roles = self.table.roles
        return "person" if self.identity else (roles.label if roles and roles.label else "label")

    @property
    def score(self) -> str:
        """By which share of right answers: of people, or of labels, each label counting the same."""
        return "accuracy" if self.identity else "f1"


@dataclass(frozen=True, eq=False)
class Answers:
    """What was said: one entry an answer. `learned` is the configuration learned from, or -1."""

    row: Ints
    learned: Ints
    guess: Ints
    deal: Ints  # answers of one model

    def of(self, keep: Bools) -> Answers:
        """Some of the answers."""
        return Answers(self.row[keep], self.learned[keep], self.guess[keep], self.deal[keep])


def single(q: Question, prepare: Prepare | None = None, *, apart: bool = False) -> Answers:
    """Every row asked of models of each single configuration, its own part left out.

    Of identity, a model asked about another configuration has as many rows; the person's task that is asked may be
    among them, done with the other mouse, unless all is to be kept `apart`.
    """

    def learn(train: Bools) -> Iterator[tuple[int, Bools]]:
        for c in range(int(q.code.max()) + 1):
            yield c, train & (q.code == c)

    return _collected(q, prepare, learn, apart)


def left_out(
    q: Question, prepare: Prepare | None = None, *, equal: bool = True, seed: int = 0, apart: bool = False
) -> Answers:
    """Every row asked of a model of all other configurations: as much data as one configuration has, or all of it.

    `apart` as in `single`.
    """
    rng = np.random.default_rng(seed)

    def learn(train: Bools) -> Iterator[tuple[int, Bools]]:
        for c in range(int(q.code.max()) + 1):
            pool = train & (q.code != c)
            yield -1 - c, _thinned(q, pool, rng) if equal else pool

    return _collected(q, prepare, learn, apart)


def _thinned(q: Question, pool: Bools, rng: np.random.Generator) -> Bools:
    """Of each person's rows of each part a configuration drawn by lot: as many as one configuration has."""
    keep = np.zeros(len(pool), np.bool_)
    key = q.table.person if not q.parts or not q.identity else np.char.add(q.table.person, q.part.astype(str))
    for name in np.unique(key[pool]):
        rows = np.flatnonzero(pool & (key == name))
        if not q.identity or not q.parts:  # whole cells are one unit: mix rows of all configurations
            number = max(1, round(len(rows) / max(len(np.unique(q.code[rows])), 1)))
            keep[rng.permutation(rows)[:number]] = True
        else:
            keep[rows[q.code[rows] == rng.choice(np.unique(q.code[rows]))]] = True
    return keep


def _collected(
    q: Question, prepare: Prepare | None, learn: Callable[[Bools], Iterator[tuple[int, Bools]]], apart: bool
) -> Answers:
    """Models of `learn`: (configuration learned from, or -1 - the one left out; rows), each asked what it may be."""
    found: list[tuple[Ints, Ints, Ints, Ints]] = []
    ready: dict[bytes, Floats] = {b"": q.table.values}
    deal = 0
    for taught, part, who in _rounds(q, prepare is not None):
        key = taught.tobytes() if prepare else b""
        if prepare and key not in ready:  # the same people teach it for every part of the rows
            ready[key] = prepare(taught)
        for learned, rows in learn(q.part != part if q.parts else np.ones(len(q.code), np.bool_)):
            asked = _may(q, part, learned, apart) & who & np.isin(q.target, q.target[rows])
            if asked.any() and len(np.unique(q.target[rows])) > 1:
                at = np.flatnonzero(asked)
                guess = answer(q, ready[key], rows, asked)
                found.append((at, np.full(len(at), max(learned, -1)), guess, np.full(len(at), deal)))
                deal += 1
    if not found:
        raise DataError("no row could be asked: each person's rows of a configuration can't be parted, nor compared")
    return Answers(*(np.concatenate(column).astype(np.int64) for column in zip(*found, strict=True)))


def _may(q: Question, part: int, learned: int, apart: bool) -> Bools:
    """The rows that a model without this part may be asked: of its own configuration that part.

    Of another configuration the next part, so that each row is asked of as many models, and of as much data.
    """
    of = q.code == -1 - learned if learned < 0 else np.ones(len(q.code), np.bool_)
    if not q.parts:  # whole cells: a model's own was learned
        return np.asarray(of & (q.code != learned))
    if apart or not q.identity:
        return np.asarray(of & (q.part == part))
    return np.asarray(of & (q.part == np.where(q.code == learned, part, (part + 1) % q.parts)))


def _rounds(q: Question, normalised: bool) -> Iterator[tuple[Bools, int, Bools]]:
    """(rows that teach the normaliser, part that is not trained on, rows of people who are asked), each part once.

    Of identity a normaliser knows other people than those who are asked about; the model knows everybody.
    """
    everyone = np.ones(len(q.code), np.bool_)
    for k in range(max(q.parts, 1)):
        if not q.identity:
            yield q.fold != k, k, everyone
            continue
        for f in range(int(q.fold.max()) + 1) if normalised else [-1]:
            yield q.fold != f, k, everyone if f == -1 else q.fold == f


def answer(q: Question, values: Floats, train: Bools, asked: Bools) -> Ints:
    """What a model of some rows says of others: class numbers."""
    if q.identity:
        from musculus.evaluate.study.recogniser import Recogniser

        who = Recogniser().fit(values[train], q.target[train], activity=q.table.task[train])
        return np.asarray(who.predict(values[asked], activity=q.table.task[asked]), np.int64)
    from musculus.models import make_model

    model = make_model("logistic_regression", C=0.03).fit(values[train], q.target[train])
    return np.asarray(model.predict(values[asked]), np.int64)
