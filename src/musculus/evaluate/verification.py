"""Verification measured: one model a person, pooled over all claims."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.figures import figures
from musculus.models import MODELS, make_model
from musculus.models.outputs import fit_model, row_scores, score_kind
from musculus.tasks.verify import Trials, fuse

Floats = npt.NDArray[np.float64]
EDGE = 1e-4  # log odds of a probability are cut here: one sure action shall not outweigh a session
BINARY = {"logistic_regression": {"solver": "newton-cholesky"}}  # one against all: 8 steps instead of hundreds
MAX_UNDEFINED = 0.7  # a column that is undefined in more of the enrolled rows than this is left out


def verify(
    table: Trials, model: str = "logistic_regression", progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """One entry of the contract's `models` list: pooled figures of all claims, with intervals over sessions.

    For each person a model is fitted on the enrolled actions (theirs against all others', or theirs alone for a
    one-class family), every test action is scored, and a claim's score is the mean over its session.
    """
    begin = time.perf_counter()
    columns = usable(table.table.values[table.enrol])
    values = np.ascontiguousarray(table.table.values[:, columns])
    fit, test = table.enrol, ~table.enrol
    scores = np.zeros((len(values), len(table.people)))

    def one(p: int) -> Floats:
        with single_threaded_blas():
            fitted = fit_model(
                make_model(model, **BINARY.get(model, {})), values[fit], (table.person[fit] == p).astype(int)
            )
            found = comparable(fitted, values[test])
            if MODELS[model].one_class:  # a density compares with others only after the spread of its own people
                own = comparable(fitted, values[fit & (table.person == p)])
                found = (found - np.median(own)) / max(float(own.std()), 1e-12)
        return found

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for p, found in enumerate(pool.map(one, range(len(table.people)))):
            scores[test, p] = found
            if progress:
                progress(p + 1, len(table.people))
    claims = fuse(table, scores)
    sessions = np.array(table.recordings)[table.session]
    found = figures(table.genuine, claims, sessions)
    return {"name": model, "features": len(columns), **found, "seconds": round(time.perf_counter() - begin, 2)}


def single_threaded_blas() -> Any:
    """Models of people are fitted side by side: several BLAS threads each would only stand in each other's way."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, user_api="blas")


def comparable(fitted: Any, rows: Floats) -> Floats:
    """Scores that may be averaged and pooled: log odds where the model gives probabilities."""
    scores = row_scores(fitted, rows)
    if score_kind(fitted) == "probability":
        p = np.clip(scores, EDGE, 1 - EDGE)
        return np.asarray(np.log(p / (1 - p)))
    bound = np.log((1 - EDGE) / EDGE)
    return np.clip(scores, -bound, bound) if score_kind(fitted) == "log odds" else scores


def usable(rows: Floats) -> npt.NDArray[np.int64]:
    """Columns worth learning from: defined in enough rows, and not constant. Looks at the rows that train only."""
    defined = np.isfinite(rows)
    enough = defined.mean(axis=0) >= 1 - MAX_UNDEFINED
    low = np.where(defined, rows, np.inf).min(axis=0)
    high = np.where(defined, rows, -np.inf).max(axis=0)
    return np.flatnonzero(enough & (high > low))
