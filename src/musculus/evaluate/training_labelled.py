"""A model of labelled rows (attribute, purchase) fitted on all there is, kept with figures from folds of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from musculus.errors import DataError
from musculus.evaluate.labelled import fit_selected, measure
from musculus.evaluate.splits import between
from musculus.evaluate.usable import usable
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
    source: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scorer:
    """Fit on all rows and write the file; the same data and options give the same bytes.

    The metrics in the file are those of people whom the model of their fold had not seen. The target is the last class.
    DataError for a number to be predicted, and for fewer people than folds.
    """
    people = np.unique(data.person)
    if not data.classes or len(people) < FOLDS:
        said = f"{data.what} is a number" if not data.classes else f"there are {len(people)} people"
        raise DataError(f"{said}; a model file needs classes, and at least {FOLDS} people to measure it on")
    splits = list(between("person", data.person, FOLDS, labels=data.label))
    told = measure(data, splits, model, select=select, progress=progress)
    columns = usable(data.values)
    values = np.ascontiguousarray(data.values[:, columns])
    fitted, _ = fit_selected(model, values, data.label, select, {})
    target, classes = len(data.classes) - 1, data.classes
    names = [data.names[j] for j in columns]
    return save(
        fitted,
        path,
        features=[Feature(n, data.about.get(n, {}).get("unit", "")) for n in names],
        rows=values,
        labels=data.label,
        target=target,
        verdicts=(classes[0], classes[1]) if len(classes) == 2 else ("other", classes[target]),
        data={"people": len(people), "label": data.what, **(source or {})},
        family=model,
        task=task,
        engine=ENGINE,
        metrics={"auc": told["auc"]["value"], "f1": told["f1"]["value"], "f1_by_chance": told["null"]["f1_95"]},
        more={"rows": {"per": "recording"}, "classes": list(classes)},
    )
