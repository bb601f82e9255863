"""A recording or visit described by a model file: which class it is of, or which number goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from musculus.errors import UsageError
from musculus.events import Events
from musculus.score import Scorer
from musculus.tasks.attribute import values_of
from musculus.tasks.judgement import Judgement, probability, reasons

if TYPE_CHECKING:
    import polars as pl

Floats = npt.NDArray[np.float64]


def judge(
    data: Events | pl.DataFrame,
    scorer: Scorer,
    cut: str = "recording",
    limit: int = 5,
    join: pl.DataFrame | None = None,
) -> list[Judgement]:
    """What the model says of each recording, or of each row of a table of features, in order.

    Of classes the verdict is the likeliest one, and `score` and `probability` are those of the model's target; of a
    number the score is the number, the verdict is its text, and there is no probability. A recording without any of the
    features is "unsure". `join` brings columns of a table of one's own, on `recording`.
    """
    per = str(scorer.manifest.more.get("rows", {}).get("per", "recording"))
    if cut != per:
        raise UsageError(f"this model judges by {per}, not by {cut}")
    values, frame = values_of(data, scorer.features, per=per, join=join)
    if not len(values):
        return []
    scores = scorer.score(values)
    number = not scorer.manifest.classes
    said = [f"{score:.4g}" for score in scores.tolist()] if number else _likeliest(scorer, values)
    numbered = map(str, range(len(values)))
    names = frame["recording"].cast(str).to_list() if "recording" in frame.columns else list(numbered)
    starts, ends = _times(data, len(values))
    found = []
    for i, name in enumerate(names):
        if np.isnan(values[i]).all():
            found.append(Judgement(name, starts[i], ends[i], np.nan, np.nan, "unsure", (), 0))
            continue
        score = float(scores[i])
        likely = np.nan if number else probability(score, scorer)
        why = reasons(scorer, values, i, limit)
        found.append(Judgement(name, starts[i], ends[i], score, likely, said[i], why, 1))
    return found


def _likeliest(scorer: Scorer, values: Floats) -> list[str]:
    """The class with the highest score; a one-class model says by its thresholds."""
    found = scorer.class_scores(values)
    classes = scorer.manifest.classes
    return [classes[int(j)] for j in found.argmax(axis=1)] if len(classes) == found.shape[1] else scorer.verdict(values)


def _times(data: Any, n: int) -> tuple[list[float], list[float]]:
    if not isinstance(data, Events):
        return [np.nan] * n, [np.nan] * n
    some = np.diff(data.offsets) > 0
    first, last = np.full(n, np.nan), np.full(n, np.nan)
    first[some], last[some] = data.t[data.offsets[:-1][some]], data.t[data.offsets[1:][some] - 1]
    return first.tolist(), last.tolist()
