"""A model fitted on all the data there is, with thresholds from rows it had not seen, written to one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError, UsageError
from musculus.evaluate.detection import FOLDS, Rows, held_out, rows
from musculus.evaluate.figures import figures
from musculus.evaluate.held_out import KEY, Axes, told, with_halves
from musculus.evaluate.usable import usable
from musculus.events import Events
from musculus.features import ENGINE, FeatureTable
from musculus.models import MODELS, make_model, save
from musculus.models.calibration import logistic_calibration, share_calibration
from musculus.models.outputs import fit_model, row_scores
from musculus.score import Scorer
from musculus.score.manifest import Feature
from musculus.tasks.bot import STROKES

Floats = npt.NDArray[np.float64]
WINDOWS = Axes(
    f"windows of {STROKES} strokes", "windows of people taken for a bot's", "windows of bots found",
    ("people", "generators"), "people",
)  # fmt: skip
BOT, UNSURE = 0.01, 0.05  # shares of people's unseen rows below which a row is called bot, or unsure


def train_bot(
    events: Events,
    path: str | Path,
    *,
    model: str = "winslow",
    without: Sequence[str] = (),
    decides: bool = False,
    measured: bool = False,
    licence: str = "",
    source: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scorer:
    """Fit the detector and write its bundle: the same data and options give the same bytes.

    One-class families learn from people alone, others need bots among the recordings (`bot` or `generator`). `without`
    names people to leave out. `decides` says whether a live verdict may be "bot" by movement alone: not before it was
    shown to pass people of other pages than those it learned from. `measured`: where there are bots among the data, the
    file says how well they are found by a model that saw neither them nor the person. Thresholds are the 1 % and 5 %
    quantiles of the scores of people whom the model of their fold had not seen. DataError where too few people are
    left.
    """
    kept = events if not without else _without(events, without)
    data = rows(kept, MODELS[model].columns)
    human = ~data.bot
    one_class = MODELS[model].one_class
    use = human | (not one_class)
    values, labels = data.table.values[use], human[use].astype(int)
    owner = data.owner[use]
    columns = usable(values[labels == 1])
    values = np.ascontiguousarray(values[:, columns])
    table = data.table.select([data.table.names[j] for j in columns])
    unseen = _unseen(model, values, labels, owner, progress)
    thresholds = tuple(float(np.quantile(unseen[labels == 1], q)) for q in (BOT, UNSURE))
    calibration = share_calibration(unseen) if one_class else logistic_calibration(unseen, labels == 1)
    people = np.unique(owner[labels == 1])
    metrics, curves = _measured(data, model) if measured and data.bot.any() else ({}, [])
    return save(
        fit_model(make_model(model), values, labels),
        path,
        features=[Feature(n, table.about[n]["unit"]) for n in table.names],
        rows=values,
        labels=labels,
        thresholds=(thresholds[0], thresholds[1]),
        calibration=calibration,
        card=_card(model, table, people, values, thresholds),
        data={"people": len(people), "without": list(without), **(source or {})},
        family=model,
        task="bot",
        engine=ENGINE,
        licence=licence,
        metrics=metrics,
        more={
            "decides": decides,
            "rows": {"strokes": STROKES, "step": STROKES // 2},
            "features": table.manifest()["hash"],
            KEY: curves,
        },
    )


def _measured(data: Rows, model: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """How well bots are found, people and generators apart: metrics, and what can be drawn."""
    human, score, owner, _ = held_out(data, model)
    found = figures(~human, -score, owner)
    named = {"auc": found["auc"], "eer": found["eer"], "bots_found_at_1_percent_of_people": found["tpr_at_fpr"]["0.01"]}
    metrics = {n: figure["value"] for n, figure in named.items()} | {"auc_by_chance": found["null"]["auc_95"]}
    drawn = told(WINDOWS, ~human, -score, owner, strata=~human)
    return metrics, [{**drawn, "calibration": with_halves(human, score, owner)}]


def _without(events: Events, people: Sequence[str]) -> Events:
    if "person" not in events.context:
        known = ", ".join(events.context) or "none"
        raise UsageError(f"leaving people out needs the column 'person'; there are {known}")
    gone = np.isin(events.context["person"].astype(str), list(people))
    missing = set(people) - set(events.context["person"].astype(str).tolist())
    if missing:
        raise UsageError(f"there is no person {sorted(missing)[0]!r} to leave out")
    return Events.concat([events[int(i)] for i in np.flatnonzero(~gone)])


def _unseen(
    model: str,
    values: Floats,
    labels: npt.NDArray[np.int64],
    owner: npt.NDArray[Any],
    progress: Callable[[int, int], None] | None,
) -> Floats:
    """Each row's score by a model that had not seen its person (or generator)."""
    names = np.unique(owner)
    folds = min(FOLDS, len(names))
    if folds < 2:
        raise DataError("a detector needs at least two people: its thresholds come from people it has not seen")
    fold = np.searchsorted(names, owner) % folds
    scores = np.full(len(values), np.nan)
    for f in range(folds):
        fitted = fit_model(make_model(model), values[fold != f], labels[fold != f])
        scores[fold == f] = row_scores(fitted, values[fold == f])
        if progress:
            progress(f + 1, folds)
    return scores


def _card(
    model: str, table: FeatureTable, people: npt.NDArray[Any], values: Floats, thresholds: tuple[float, ...]
) -> str:
    about, names = MODELS[model].about, ", ".join(table.names[:12])
    names += " ..." if len(table.names) > 12 else ""
    return f"""# {about}

Tells people from bots by {len(table.names)} features of {STROKES} strokes at a time: {names}.

- learned from {len(values)} rows of {len(people)} people
- called a bot below {thresholds[0]:.3f}, unsure below {thresholds[1]:.3f}: 1 % and 5 % of unseen people's rows
- a recording's score is the mean over its rows; fewer than {STROKES} strokes give no verdict
- can't tell: a replay of a person's own movement, and bots whose figures lie within the range of people
"""
