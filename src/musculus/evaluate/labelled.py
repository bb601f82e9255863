"""Models of labelled rows measured: fitted on some people, asked about others, with what chance gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.evaluate.drawn import calibrated, drawn
from musculus.evaluate.figures import estimate, figures, number
from musculus.evaluate.intervals import bootstrap
from musculus.evaluate.leaning import leaning, selected
from musculus.evaluate.metrics import eer, roc_auc
from musculus.evaluate.nulls import permutation_null
from musculus.evaluate.splits import Split
from musculus.evaluate.usable import usable
from musculus.evaluate.warm import inner_of
from musculus.models import MODELS, make_model
from musculus.models.outputs import class_scores, fit_model, row_scores
from musculus.models.regression import make_regressor
from musculus.models.warm_start import WarmStart
from musculus.score import Scorer
from musculus.tasks.attribute import Labelled

Floats = npt.NDArray[np.float64]
CHANCE: Final = 0.05
TIMES: Final = 1000
MOSTLY: Final = 0.8
Progress = Callable[[int, int], None]


class Told(NamedTuple):
    """What models said of rows they had not seen: a score for each class, and which rows were asked."""

    scores: Floats  # (n_rows, n_classes), NaN where not asked
    asked: npt.NDArray[np.bool_]
    weights: Floats  # (n_features,) mean over folds
    kept: npt.NDArray[np.int64]  # (n_features,) folds whose selection kept it


def out_of_fold(
    data: Labelled,
    splits: Sequence[Split],
    model: str,
    select: str = "",
    tune: int = 0,
    start: Scorer | None = None,
    progress: Progress | None = None,
) -> Told:
    """Fit on each split's training rows, ask its test rows; selection and tuning see the training rows only."""
    from musculus.evaluate.tuning import tuned

    scores = np.full((len(data), max(len(data.classes), 1)), np.nan)
    weights, kept = np.zeros((len(splits), len(data.names))), np.zeros(len(data.names), np.int64)
    for i, split in enumerate(splits):
        columns = usable(data.values[split.train]) if start is None else np.arange(len(data.names))
        x, y = data.values[np.ix_(split.train, columns)], data.label[split.train]
        params = tuned(model, x, y, data.person[split.train], tune) if tune else {}
        fitted, chosen = fit_selected(model, x, y, select, params, start)
        scores[split.test] = _asked(fitted, model, data.values[np.ix_(split.test, columns)], len(data.classes))
        weights[i, columns] = leaning(fitted, [data.names[j] for j in columns])
        kept[columns[chosen]] += 1
        if progress:
            progress(i + 1, len(splits))
    return Told(scores, ~np.isnan(scores[:, 0]), weights.mean(axis=0), kept)


def fit_selected(
    model: str, x: Floats, y: npt.NDArray[Any], select: str, params: dict[str, Any], start: Scorer | None = None
) -> tuple[Any, npt.NDArray[np.bool_]]:
    """The model behind a selection of features, fitted in one call, and which columns were kept; with `start` it learns
    beside what that model of another site says.
    """
    number_wanted = y.dtype.kind == "f"
    if start is not None:
        warm = WarmStart(start, inner_of(model, params))
        return fit_model(warm, x, y, target=y.max()), np.ones(x.shape[1], np.bool_)
    made = make_regressor(model, **params) if number_wanted else make_model(model, **params)
    if not select:
        fitted = made.fit(x, y) if number_wanted else fit_model(made, x, y, target=y.max())
        return fitted, np.ones(x.shape[1], np.bool_)
    from sklearn.pipeline import Pipeline

    from musculus.models.selection import make_selector

    steps = made.steps if hasattr(made, "steps") else [("model", made)]
    chosen = make_selector(select).fit(x, y)  # by all labels, also where the model then learns from one of them alone
    kept = chosen.transform(x)
    _ = made.fit(kept, y) if number_wanted else fit_model(made, kept, y, target=y.max())
    return Pipeline([("select", chosen), *steps]), np.asarray(chosen.get_support())


def _asked(fitted: Any, model: str, rows: Floats, classes: int) -> Floats:
    """Scores for each class, shape (n_rows, n_classes): the lowest of all for a class that training rows lacked."""
    if not classes:
        return np.asarray(fitted.predict(rows), dtype=np.float64)[:, None]
    if one_class(model):
        found = row_scores(fitted, rows)
        return np.stack([-found, found], axis=1)
    found = class_scores(fitted, rows)
    table = np.full((len(rows), classes), min(float(found.min()), 0.0))
    table[:, (fitted[-1] if hasattr(fitted, "steps") else fitted).classes_] = found
    return table


def measure(
    data: Labelled, splits: Sequence[Split], model: str, *, select: str = "", by: str = "", tune: int = 0,
    start: Scorer | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One entry of the contract's `models`: figures of rows that the model had not seen, intervals over people."""
    begin = time.perf_counter()
    if data.classes and one_class(model) and len(data.classes) != 2:
        raise DataError(f"{model} knows one class and others; {data.what} has {len(data.classes)}")
    told = out_of_fold(data, splits, model, select, tune, start, progress)
    found = measured(data, told, len(splits), model, select=select, by=by)
    return {**found, "seconds": round(time.perf_counter() - begin, 2)}


def measured(
    data: Labelled, told: Told, splits: int, model: str, *, select: str = "", by: str = ""
) -> dict[str, Any]:
    """The figures of what a model said out of fold, over so many `splits`."""
    label, score, person = cases(data, told)
    decided = _decided(data, told, score)
    entry = {
        "name": f"{model} + {select}" if select else model,
        "features": round(float(told.kept.sum()) / splits),
        **figures(label, score, person, dealt_in=dealt_in(label, person)),
        "f1": estimate(bootstrap("f1_macro", label, decided, person, times=TIMES)),
        "curve": drawn(label, score),
    }
    null = permutation_null("f1_macro", label, decided, dealt_in(label, person), times=TIMES)
    entry["null"] |= {"f1_95": number(null.high), "f1_p": number(null.p)}
    if not data.classes:
        entry |= _of_number(data, told)
    elif score.min() >= 0 and score.max() <= 1:
        entry["calibration"] = calibrated(label, score)
    entry["selected"] = [_with_folds(f, data.names, told.kept, select) for f in selected(told.weights, data.names)]
    if by:
        entry["groups"] = _by(data, told, by)
    return entry


def one_class(model: str) -> bool:
    """Whether the model learns from the target's rows alone; one of numbers only (ridge) doesn't."""
    return model in MODELS and MODELS[model].one_class


def _with_folds(
    chosen: dict[str, Any], names: Sequence[str], kept: npt.NDArray[np.int64], select: str
) -> dict[str, Any]:
    return {**chosen, "folds": int(kept[names.index(chosen["name"])])} if select else chosen


def cases(data: Labelled, told: Told) -> tuple[npt.NDArray[np.bool_], Floats, npt.NDArray[Any]]:
    """Label, score and person of each case: of two classes each row, of more each row and class, pooled; of a number
    whether it is above the median.
    """
    scores, labels, people = told.scores[told.asked], data.label[told.asked], data.person[told.asked]
    if not data.classes:
        return labels > np.median(labels), scores[:, 0], people
    if len(data.classes) == 2:
        return labels == 1, scores[:, 1], people
    each = labels[:, None] == np.arange(len(data.classes))
    return each.ravel(), scores.ravel(), np.repeat(people, len(data.classes))


def _decided(data: Labelled, told: Told, score: Floats) -> npt.NDArray[np.bool_]:
    if not data.classes:
        return np.asarray(score > np.median(data.label[told.asked]))
    best = told.scores[told.asked].argmax(axis=1)
    if len(data.classes) == 2:
        return np.asarray(best == 1)
    return np.asarray(best[:, None] == np.arange(len(data.classes))).ravel()


def _of_number(data: Labelled, told: Told) -> dict[str, Any]:
    """Mean absolute error and rank correlation, intervals over people; `guess` is the error of saying the median."""
    from scipy.stats import spearmanr

    truth, said, people = data.label[told.asked].astype(np.float64), told.scores[told.asked, 0], data.person[told.asked]
    rng, names = np.random.default_rng(0), np.unique(people)
    rows_of = {name: np.flatnonzero(people == name) for name in names}
    drawn_rows = [np.concatenate([rows_of[n] for n in rng.choice(names, len(names))]) for _ in range(TIMES // 2)]

    def figure(of: Callable[[Floats, Floats], float]) -> dict[str, Any]:
        low, high = np.quantile([of(truth[r], said[r]) for r in drawn_rows], [0.025, 0.975])
        return {"value": number(of(truth, said)), "low": number(float(low)), "high": number(float(high))}

    return {
        "error": figure(lambda t, s: float(np.abs(t - s).mean())),
        "correlation": figure(lambda t, s: float(spearmanr(t, s).statistic)),
        "guess": number(float(np.abs(truth - np.median(truth)).mean())),
    }


def _by(data: Labelled, told: Told, by: str) -> list[dict[str, Any]]:
    """AUC with its interval, and EER, within each value of a column."""
    from musculus.evaluate.groups import by_group

    label, score, person = cases(data, told)
    groups = np.repeat(data.ids[by][told.asked].astype(str), len(data.classes) if len(data.classes) > 2 else 1)
    found = []
    for g in by_group(roc_auc, label, score, groups):
        mine = groups == g.group
        row = {"group": f"{by} {g.group}", "n": g.rows, "positive": g.positives, "auc": number(g.value)}
        if not g.reason:
            span = bootstrap("auc", label[mine], score[mine], person[mine], times=TIMES // 2)
            row |= {"interval": [number(span.low), number(span.high)], "eer": number(eer(label[mine], score[mine]))}
        found.append({**row, "reason": g.reason})
    return found


def dealt_in(label: npt.NDArray[np.bool_], person: npt.NDArray[Any]) -> npt.NDArray[Any] | None:
    """What a null deals labels in: people, where each has one label or nearly all have both; else single rows.

    Visits of customers who mostly came once can't be dealt within people: nothing would move.
    """
    names, code = np.unique(person, return_inverse=True)
    share = np.bincount(code, label, len(names)) / np.bincount(code)
    both = (share > 0) & (share < 1)
    return person if not both.any() or both[code].mean() >= MOSTLY else None


def chance_note(entry: dict[str, Any], what: str) -> str:
    """What to say where a model isn't shown to know anything; empty where it is."""
    null, found = entry["null"], entry["f1"]["value"]
    if found is None or null["f1_p"] is None or null["f1_p"] <= CHANCE:
        return ""
    return (
        f"{what}: not shown to be above chance. {entry['name']} reaches F1 {found:.3f}, labels dealt anew among people "
        f"reach up to {null['f1_95']:.3f} in 95 of 100 deals (p = {null['f1_p']:.2f})."
    )

