"""What a model of another site is worth as a starting point, by how many people of the new site are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from musculus.errors import DataError
from musculus.evaluate.figures import estimate, number
from musculus.evaluate.intervals import paired_difference
from musculus.evaluate.metrics import roc_auc
from musculus.evaluate.splits import holdout
from musculus.evaluate.usable import usable
from musculus.models import fit_model, make_model
from musculus.models.warm_start import WarmStart
from musculus.tasks.attribute import Labelled


def warm_gain(
    source: Labelled, target: Labelled, model: str = "logistic_regression", people: Sequence[int] = (5, 10, 20, 40),
    *, seed: int = 0,
) -> list[dict[str, Any]]:  # fmt: skip
    """AUC on half of the target's people, cold and warm, after learning from so many of the other half.

    Both start from the same rows and the same columns; warm also has the scores of `model` fitted on the source. The
    gain is warm less cold with an interval over the people tested. DataError where the labels aren't two, or the
    columns differ.
    """
    if source.names != target.names or len(source.classes) != 2 or source.classes != target.classes:
        raise DataError("a warm start needs the same features and the same two labels on both sites")
    columns = usable(source.values)
    old = fit_model(make_model(model), source.values[:, columns], source.label)
    split = holdout("person", target.person, 0.5, labels=target.label, seed=seed)
    values = target.values[:, columns]
    known = np.random.default_rng(seed).permutation(np.unique(target.person[split.train]))
    asked, truth, who = values[split.test], target.label[split.test] == 1, target.person[split.test]
    found = []
    for n in sorted({min(n, len(known)) for n in people}):
        some = split.train[np.isin(target.person[split.train], known[:n])]
        if len(np.unique(target.label[some])) < 2:
            continue  # so few people that one label is missing
        fitted = [WarmStart(start).fit(values[some], target.label[some]) for start in (None, old)]
        cold, warm = (each.predict_proba(asked)[:, 1] for each in fitted)
        gain = paired_difference("auc", truth, warm, cold, who, times=500, seed=seed)
        scores = {"cold": number(roc_auc(truth, cold)), "warm": number(roc_auc(truth, warm))}
        found.append({"people": n, **scores, "gain": estimate(gain), "p": number(gain.p)})
    return found
