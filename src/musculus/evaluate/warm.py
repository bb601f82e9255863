"""What a model of another site is worth as a starting point, by how many people of the new site are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from musculus.errors import DataError, UsageError
from musculus.evaluate.figures import estimate, number
from musculus.evaluate.intervals import paired_difference
from musculus.evaluate.metrics import roc_auc
from musculus.evaluate.splits import holdout
from musculus.models import fit_model, make_model
from musculus.models.warm_start import WarmStart
from musculus.score import Scorer
from musculus.tasks.attribute import Labelled

PEOPLE: Final = (5, 10, 20, 40, 80)
LINEAR: Final = "logistic_regression"


def warm_gain(
    start: Scorer, target: Labelled, model: str = LINEAR, people: Sequence[int] = PEOPLE, *, seed: int = 0
) -> list[dict[str, Any]]:
    """AUC on half of the target's people, cold and warm, after learning from so many of the other half.

    Both are the same model on the same rows and the features of `start`, a model file of another site; warm also has
    what `start` says of each row. `source` is the AUC of that model alone. The gain is warm less cold, with an interval
    over the people tested. DataError where the labels aren't two, UnknownName where a feature of `start` is missing.
    """
    if len(target.classes) != 2:
        raise DataError(f"a gain is measured where there are two classes; {target.what} has {len(target.classes)}")
    target = target.select(start.features)
    split = holdout("person", target.person, 0.5, labels=target.label, seed=seed)
    known = np.random.default_rng(seed).permutation(np.unique(target.person[split.train]))
    asked, truth, who = target.values[split.test], target.label[split.test] == 1, target.person[split.test]
    alone = number(roc_auc(truth, start.evidence(asked)[:, -1]))
    found = []
    for n in sorted({min(n, len(known)) for n in people}):
        some = split.train[np.isin(target.person[split.train], known[:n])]
        if len(np.unique(target.label[some])) < 2:
            continue  # so few people that one label is missing
        cold, warm = (_said(each, model, target, some, asked) for each in (None, start))
        gain = paired_difference("auc", truth, warm, cold, who, times=500, seed=seed)
        scores = {"source": alone, "cold": number(roc_auc(truth, cold)), "warm": number(roc_auc(truth, warm))}
        found.append({"people": n, **scores, "gain": estimate(gain), "p": number(gain.p)})
    return found


def _said(start: Scorer | None, model: str, target: Labelled, some: Any, asked: Any) -> Any:
    """Probabilities of the second class, learned from some of the target's rows."""
    warm = WarmStart(start, inner_of(model, {}))
    return fit_model(warm, target.values[some], target.label[some]).predict_proba(asked)[:, 1]


def inner_of(model: str, params: dict[str, Any]) -> Any:
    """The model that learns beside the old one's evidence: a warm start's own linear one, which shrinks more, or one of
    `MODELS`. UsageError for a family without probabilities.
    """
    if model == LINEAR and not params:
        return None
    made = make_model(model, **params)
    if not hasattr(made, "predict_proba"):
        raise UsageError(f"{model} gives no probabilities; start from another with {LINEAR}, or a family of trees")
    return made
