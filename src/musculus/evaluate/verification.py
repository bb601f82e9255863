"""Verification measured: every model learns the enrolled people, and all claims are pooled."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from musculus.evaluate.drawn import drawn
from musculus.evaluate.figures import figures, number
from musculus.evaluate.leaning import leaning, selected
from musculus.evaluate.metrics import eer, roc_auc
from musculus.evaluate.usable import usable
from musculus.models import MODELS, make_model
from musculus.models.outputs import class_scores, fit_model, row_scores
from musculus.tasks.cadence import HEADLINE
from musculus.tasks.verify import Trials, against_others, by_session, fuse, trials

if TYPE_CHECKING:
    from musculus.evaluate.report import Findings
    from musculus.events import Events

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EACH: Final = 2_000  # enrolled rows of one person that a model learns from: rows overlap, and more gain little
EDGE: Final = 1e-4  # added to probabilities before their log: one sure row shall not outweigh a session
FAR: Final = 3.0  # spreads from the median of a person's own rows: farther is as odd
LOOKED, LOOKED_ROWS = 60, 5_000  # columns and rows the audit looks at where there are very many: memory stays small
SEED: Final = 0
# For many classes of many rows: as good by folds of enrolled sessions, in a tenth of the time. Small trees on several
# threads wait for each other most of the time, and on a busy machine nearly all of it.
QUICK: Final[dict[str, dict[str, Any]]] = {
    "logistic_regression": {"C": 0.003, "max_iter": 200, "tol": 1e-2},
    "svm_linear": {"C": 1e-4},
    "lightgbm": {"n_estimators": 100, "learning_rate": 0.1, "num_leaves": 15, "max_bin": 63, "colsample_bytree": 0.3,
                 "subsample": 0.8, "subsample_freq": 1, "min_child_samples": 40, "reg_lambda": 5.0, "n_jobs": 1},
    "xgboost": {"n_estimators": 100, "max_depth": 4, "max_bin": 64, "colsample_bytree": 0.3, "n_jobs": 1},
    "catboost": {"iterations": 150, "depth": 5, "border_count": 64},
    "random_forest": {"n_estimators": 150},
    "svm": {"C": 3.0},
}  # fmt: skip
BESIDE: Final = {  # rows that stand beside the headline, and the groups they leave out
    (*HEADLINE, "sampled"): "without measures of neighbouring samples, too",
    (): "with size, cadence and position",
}
PERIODS: Final = (8, 16, 32, 64, 128, 256)  # actions after which the time-to-verdict curve looks
ALIKE: Final = 1.5  # cadences within this ratio don't give a claim away


def verify(
    table: Trials, model: str = "logistic_regression", progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """One entry of the contract's `models` list: pooled figures of all claims, with intervals over sessions.

    One model of all enrolled people (a one-class family: one for each person, of their rows alone) scores every row of
    a session, and a session's score for a person is the mean (of log probabilities) over its rows. A claim then counts
    by how far the claimed person is ahead of the likeliest other one. So does a one-class claim, though no model of it
    learned from anybody else; what it is worth without that comparison is told as `alone`.
    """
    begin = time.perf_counter()
    columns, scores, fitted = row_scores_of(table, model, progress)
    names_used = [table.table.names[j] for j in columns]

    def claims(upto: int | None = None) -> Floats:
        return against_others(by_session(table, scores, upto))[table.session, table.claim]

    found, names = claims(), np.array(table.recordings)[table.session]
    alone = {"alone": _pair(table.genuine, fuse(table, scores))} if MODELS[model].one_class else {}
    return {
        "name": model,
        "features": len(columns),
        **figures(table.genuine, found, names),
        **alone,
        "seconds": round(time.perf_counter() - begin, 2),
        "curve": drawn(table.genuine, found),
        "groups": _groups(table, found),
        "selected": selected(leaning(fitted, names_used), names_used),
        "time_to_verdict": [_after(table, claims(n), n) for n in PERIODS if (table.after >= n).any()],
    }


def row_scores_of(
    table: Trials, model: str, progress: Callable[[int, int], None] | None = None
) -> tuple[Ints, Floats, Any]:
    """The columns used, each test row's score for each person, shape (n_rows, n_people) and 0 for rows that enrol, and
    the fitted model (of a one-class family the last person's).
    """
    columns = usable(table.table.values[table.enrol])
    values = np.ascontiguousarray(table.table.values[:, columns])
    fit, test = _sample(table), np.flatnonzero(~table.enrol & np.isin(table.recording, table.session))
    scores = np.zeros((len(values), len(table.people)))
    if not MODELS[model].one_class:
        fitted = make_model(model, **QUICK.get(model, {})).fit(values[fit], table.person[fit])
        found = class_scores(fitted, values[test])
        scores[test] = np.log(found + EDGE) if hasattr(fitted, "predict_proba") else found
        if progress:
            progress(1, 1)
        return columns, scores, fitted
    alone: Any = None
    for p in range(len(table.people)):
        own = values[fit[table.person[fit] == p]]
        alone = fit_model(make_model(model), own, np.ones(len(own)))
        spread = row_scores(alone, own)  # a density compares with others only after the spread of its own people
        away = (row_scores(alone, values[test]) - np.median(spread)) / max(float(spread.std()), 1e-12)
        scores[test, p] = np.clip(away, -FAR, FAR)
        if progress:
            progress(p + 1, len(table.people))
    return columns, scores, alone


def _sample(table: Trials) -> Ints:
    """Enrolled rows to learn from: at most `EACH` of a person, dealt by a seed."""
    rng = np.random.default_rng(SEED)
    of_each = [
        rng.permutation(np.flatnonzero(table.enrol & (table.person == p)))[:EACH] for p in range(len(table.people))
    ]
    return rng.permutation(np.concatenate(of_each))


def _groups(table: Trials, found: Floats) -> list[dict[str, Any]]:
    """AUC and EER where the session's cadence agrees with the claimed person's enrolment, and where it doesn't."""
    enrolled = np.array([_typical(table, p) for p in range(len(table.people))])[table.claim]
    ratio = np.log(table.interval[table.session] / enrolled)
    alike = np.abs(ratio) <= np.log(ALIKE)
    words = ((alike, "recorded at the claimed person's cadence"), (~alike, "recorded at another cadence"))
    return [
        {
            "group": name,
            "n": int(which.sum()),
            "positive": int(table.genuine[which].sum()),
            **_pair(table.genuine[which], found[which]),
        }
        for which, name in words
    ]


def _typical(table: Trials, person: int) -> float:
    own = np.unique(table.recording[table.enrol & (table.person == person)])
    return float(np.median(table.interval[own])) if len(own) else float("nan")


def _pair(genuine: npt.NDArray[np.bool_], found: Floats) -> dict[str, float | None]:
    if genuine.all() or not genuine.any():
        return {"auc": None, "eer": None}
    return {"auc": number(roc_auc(genuine, found)), "eer": number(eer(genuine, found))}


def _after(table: Trials, found: Floats, actions: int) -> dict[str, Any]:
    within = table.after <= actions
    seconds = np.median(table.elapsed[within & (table.after > actions // 2)]) / 1000 if within.any() else np.nan
    return {"actions": actions, "seconds": number(seconds), **_pair(table.genuine, found)}


def measured(
    events: Events,
    models: Sequence[str],
    *,
    progress: Callable[[int, int, str], None] | None = None,
    person: str = "person",
    keep: Sequence[str] = (),
    beside: bool = True,
    **_: Any,
) -> Findings:
    """The verification protocol: the headline without what says where somebody was recorded; those rows beside it.

    `keep` takes groups of LEFT_OUT into the headline. `beside` measures the first model again with fewer and with more
    features.
    """
    from musculus.evaluate.report import Findings

    out = tuple(g for g in HEADLINE if g not in keep)
    table = trials(events, person=person, leave_out=out)
    found = Findings(f"{table.protocol}; left out: {', '.join(out) or 'nothing'}")
    _audit(found, table)
    found.about = {n: table.table.about[n] for n in table.table.names}
    for i, name in enumerate(models):
        found.models.append({**verify(table, name), "left_out": list(out)})
        if progress:
            progress(i + 1, len(models), name)
    for less, words in BESIDE.items() if beside and out == HEADLINE else ():
        entry = verify(trials(events, person=person, leave_out=less), models[0])
        found.models.append({**entry, "name": f"{models[0]}, {words}", "left_out": list(less)})
    return found


def _audit(found: Findings, table: Trials) -> None:
    """Audit the split twice: every row by some of its columns, and all columns on some of the rows."""
    from musculus.evaluate.leaks import audit
    from musculus.evaluate.splits import Split

    columns = usable(table.table.values[table.enrol])
    claimed = np.isin(table.recording, table.session)
    dealt = np.random.default_rng(SEED).permutation(np.flatnonzero(table.enrol | claimed))
    for rows, some in ((dealt, columns[:: max(1, len(columns) // LOOKED)]), (dealt[:LOOKED_ROWS], columns)):
        sides = np.flatnonzero(table.enrol[rows]), np.flatnonzero(~table.enrol[rows])
        session = {"session": np.array(table.recordings)[table.recording[rows]]}
        names = [table.table.names[j] for j in some]
        values = table.table.values[np.ix_(rows, some)]
        found.add_audit(audit(values, Split.of(*sides, session), columns=names, groups=session))
