"""A model of labelled rows (attribute, purchase) fitted on all there is, kept with figures of people it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from musculus.errors import DataError, UsageError
from musculus.evaluate.held_out import KEY, Axes, reliability, told, with_halves
from musculus.evaluate.labelled import Told, cases, fit_selected, measured, one_class, out_of_fold
from musculus.evaluate.splits import Split, between
from musculus.evaluate.usable import usable
from musculus.evaluate.warm import warm_gain
from musculus.features import ENGINE
from musculus.models import save
from musculus.score import Scorer
from musculus.score.manifest import Feature
from musculus.tasks.attribute import Labelled

FOLDS: Final = 5


def train_labelled(
    data: Labelled,
    path: str | Path,
    *,
    model: str = "logistic_regression",
    task: str = "attribute",
    select: str = "",
    start: Scorer | None = None,
    splits: Sequence[Split] | None = None,
    licence: str = "",
    source: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scorer:
    """Fit on all rows and write the file; the same data and options give the same bytes.

    Classes, or a number to be predicted. The metrics in the file are those of people whom the model of their fold had
    not seen (`splits` says otherwise). The target is the last class. `start` is a model of another site to begin from:
    the new one reads the same features, learns what the old one leaves open, and the file says what that gained by how
    many people were known (`manifest.more["gain"]`). DataError for fewer people than folds.
    """
    people = np.unique(data.person)
    if len(people) < FOLDS:
        raise DataError(f"there are {len(people)} people; a model file needs at least {FOLDS} to measure it on")
    if start is not None:
        data = _as_before(data, start, select)
    labels = data.label if data.classes else None
    dealt = splits if splits is not None else list(between("person", data.person, FOLDS, labels=labels))
    if data.classes and one_class(model) and len(data.classes) != 2:
        raise DataError(f"{model} knows one class and others; {data.what} has {len(data.classes)}")
    unseen = out_of_fold(data, dealt, model, select, start=start, progress=progress)
    figures = measured(data, unseen, len(dealt), model, select=select)
    columns = usable(data.values) if start is None else np.arange(len(data.names))
    values = np.ascontiguousarray(data.values[:, columns])
    fitted, _ = fit_selected(model, values, data.label, select, {}, start)
    names = [data.names[j] for j in columns]
    return save(
        fitted,
        path,
        features=[Feature(n, data.about.get(n, {}).get("unit", "")) for n in names],
        rows=values,
        labels=data.label,
        target=len(data.classes) - 1,
        classes=() if one_class(model) else data.classes,
        verdicts=_verdicts(data),
        data={"people": len(people), "label": data.what, **(source or {})},
        family=model if start is None else f"{model}, started from another",
        task=task,
        engine=ENGINE,
        licence=licence,
        metrics=_metrics(figures),
        more={"rows": {"per": "recording"}, "classes": list(data.classes), KEY: _curves(data, unseen),
              **_beginning(data, start, model)},
    )


def _curves(data: Labelled, unseen: Told) -> list[dict[str, Any]]:
    """ROC and calibration of the last class against the rest; none of a number."""
    if not data.classes:
        return []
    label, score, person = cases(data, unseen)
    many = len(data.classes) > 2
    sought = "its own class" if many else data.classes[-1]
    axes = Axes(
        "rows and classes, pooled" if many else f"rows, {data.what} {sought}",
        "rows of another class given this one" if many else f"rows of others taken for {sought}",
        "rows known" if many else f"rows of {sought} known", ("people", "people"), sought,
    )  # fmt: skip
    found = told(axes, label, score, person)
    likely = score.min() >= 0 and score.max() <= 1
    calibration = reliability(label, score, person) if likely else with_halves(label, score, person)
    return [{**found, "calibration": calibration}] if found else []


def _as_before(data: Labelled, start: Scorer, select: str) -> Labelled:
    """The data with the features of the model to start from. UsageError where that can't be."""
    if select or not data.classes:
        raise UsageError("a warm start is for classes, and takes the features of the model it starts from")
    if start.manifest.more.get("classes") not in (None, list(data.classes)):
        old, new = ", ".join(start.manifest.more["classes"]), ", ".join(data.classes)
        raise UsageError(f"the model to start from tells {old or 'a number'}, the data have {new}")
    return data.select(start.features)


def _beginning(data: Labelled, start: Scorer | None, model: str) -> dict[str, Any]:
    """What the file says of the model it started from: which one, and what it gained."""
    if start is None:
        return {}
    gain = warm_gain(start, data, model) if len(data.classes) == 2 else []
    return {"started_from": start.sha256, "gain": gain}


def _verdicts(data: Labelled) -> tuple[str, str]:
    if not data.classes:
        return "lower", "higher"
    return (data.classes[0], data.classes[1]) if len(data.classes) == 2 else ("other", data.classes[-1])


def _metrics(told: dict[str, Any]) -> dict[str, Any]:
    """The figures that a card shows, of people the model had not seen."""
    if "error" in told:
        names = ("error", "correlation")
        return {**{n: told[n]["value"] for n in names}, "error_of_guessing_the_median": told["guess"]}
    return {"auc": told["auc"]["value"], "f1": told["f1"]["value"], "f1_by_chance": told["null"]["f1_95"]}
