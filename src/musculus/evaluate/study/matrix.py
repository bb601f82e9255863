"""Trained with one mouse, asked with another: the matrix over configurations, and one left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.study.asked import Answers, Question, left_out, single
from musculus.evaluate.study.deals import chance, share, weighted
from musculus.evaluate.study.table import StudyTable

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Matrix:
    """What models of one configuration say of rows of another; `document` is as JSON can hold it."""

    document: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The document: cells, their means with intervals over people, and what chance gives."""
        return self.document


def matrix(table: StudyTable, *, seed: int = 0, progress: Progress | None = None) -> Matrix:
    """Identity (or the table's label) learned with one configuration and asked with each.

    Of identity all people are on both sides. With the same configuration each person's tasks (or sessions, or rows) are
    apart; with another the model has as many rows, and the asked task may be among them. In `apart` it never is:
    `cross` and `left_out` again, a little harder. Of a label people are apart. `left_out`: learned from all
    configurations but the one asked, from as much data as one has; `more_data`: from all of it. `within` is null where
    each person has one row a configuration.
    DataError where nothing can be asked.
    """
    q = Question.of(table, seed)
    steps: list[tuple[str, Callable[[], Answers]]] = [
        ("single", lambda: single(q)), ("left out", lambda: left_out(q, seed=seed)),
        ("more data", lambda: left_out(q, equal=False)),
        ("tasks apart", lambda: single(q, apart=True)), ("left out, apart", lambda: left_out(q, seed=seed, apart=True)),
    ]  # fmt: skip
    found = []
    for i, (name, step) in enumerate(steps):
        found.append(step())
        if progress:
            progress(i + 1, len(steps), name)
    one, out, more, strict, strict_out = found
    same = q.code[one.row] == one.learned
    within, cross = one.of(same), one.of(~same)
    figure = {"within": told(q, within), "cross": told(q, cross), "left_out": told(q, out), "more_data": told(q, more)}
    strictly = {"cross": strict.of(q.code[strict.row] != strict.learned), "left_out": strict_out}
    apart = {k: told(q, a) for k, a in strictly.items()}
    drop = difference(figure["within"], figure["cross"])
    return Matrix({
        "task": q.task, "score": q.score, "classes": q.classes, "chance": round(chance_of(q), 6),
        "configurations": list(table.configurations), "cells": _cells(q, one), **figure, "drop": drop,
        "null": {k: _null(q, a, figure[k]) for k, a in zip(figure, (within, cross, out, more), strict=True)},
        "apart": apart, "apart_null": {k: _null(q, a, apart[k]) for k, a in strictly.items()},
        "rows": len(table), "people": len(table.people),
    })  # fmt: skip


def chance_of(q: Question) -> float:
    """The share that a guess without looking gets right."""
    return 1.0 / q.classes


def told(q: Question, a: Answers) -> dict[str, float] | None:
    """The share of right answers with its interval over people: of labels, each label counting the same."""
    right = (q.target[a.row] == a.guess).astype(np.float64)
    if q.identity or not len(right):
        return share(right, q.table.person[a.row])
    return _macro(q, a)


def _macro(q: Question, a: Answers) -> dict[str, float]:
    """F1, the mean over labels, with its interval over people."""
    truth, people = q.target[a.row], q.table.person[a.row]
    hits, said, are = (np.zeros((q.classes, len(weighted(np.ones(len(truth)), people)[1]) + 1)) for _ in range(3))
    for c in range(q.classes):
        for store, which in ((hits, (truth == c) & (a.guess == c)), (said, a.guess == c), (are, truth == c)):
            store[c] = _drawn(which.astype(np.float64), people)
    f1 = (2 * hits / np.maximum(said + are, 1e-12)).mean(axis=0)
    low, high = np.quantile(f1[1:], [0.025, 0.975])
    return {"value": round(float(f1[0]), 6), "low": round(float(low), 6), "high": round(float(high), 6)}


def _drawn(which: Floats, people: npt.NDArray[np.str_]) -> Floats:
    """A count, and those of draws of people."""
    _, code = np.unique(people, return_inverse=True)
    sums = np.bincount(code, which)
    n = len(sums)
    times = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), 1000)
    return np.concatenate([[sums.sum()], times @ sums])


def _null(q: Question, a: Answers, figure: dict[str, float] | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    right = share((q.target[a.row] == a.guess).astype(np.float64), q.table.person[a.row])
    return chance(q.target[a.row], a.guess, a.deal, right["value"] if right else None)


def _cells(q: Question, one: Answers) -> list[list[dict[str, Any] | None]]:
    n = len(q.table.configurations)
    return [[_cell(q, one.of((one.learned == a) & (q.code[one.row] == b))) for b in range(n)] for a in range(n)]


def _cell(q: Question, a: Answers) -> dict[str, Any] | None:
    found = told(q, a)
    if found is None:
        return None
    null = _null(q, a, found)
    return {**found, "n": len(a.row), "null": null["high"] if null else None}


def difference(first: dict[str, float] | None, second: dict[str, float] | None) -> float | None:
    """One figure less another; None where one is missing."""
    return None if first is None or second is None else round(first["value"] - second["value"], 6)
