"""A model of all enrolled people, as the verification protocol measured it, written to one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from musculus.errors import UsageError
from musculus.evaluate.curves import curve
from musculus.evaluate.figures import eer_threshold, figures
from musculus.evaluate.held_out import KEY, Axes, told, with_halves
from musculus.evaluate.verif_scores import EDGE, row_scores_of
from musculus.events import Events
from musculus.features import ENGINE
from musculus.models import save
from musculus.models.calibration import logistic_calibration
from musculus.models.table import SEQUENCES, entry_of
from musculus.score import Scorer
from musculus.score.manifest import Feature
from musculus.tasks.cadence import HEADLINE
from musculus.tasks.claims import VERDICTS
from musculus.tasks.verify import ACTIONS, Trials, against_others, by_session, trials

FAR: Final = 0.01  # share of false claims that may pass as the person
CLAIMS: Final = Axes(
    "claims of a session", "false claims taken for true", "true claims known", ("sessions", "sessions"), "true claims",
    refit=False,
)  # fmt: skip


def train_people(
    events: Events,
    path: str | Path,
    *,
    model: str = "lightgbm",
    person: str = "person",
    keep: tuple[str, ...] = (),
    licence: str = "",
    source: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Scorer:
    """Fit one model of all people on the recordings that enrol, and write it; metrics, thresholds and calibration come
    from the recordings that don't.

    The classes of the file are the people, so `score(rows, "ann")` asks about Ann. Above the higher threshold 1 % of
    false claims pass; below the lower one (that of the equal error rate, where it is lower) a claim is refused.
    UsageError for a one-class family, which would need a file for each person.
    """
    if model in SEQUENCES:
        raise UsageError(f"{model} reads sequences; a file of people holds features of actions, so take one of MODELS")
    if entry_of(model).one_class:
        raise UsageError(f"{model} learns one person at a time; a file of all people needs a model of classes")
    out = tuple(g for g in HEADLINE if g not in keep)
    table = trials(events, person=person, leave_out=out)
    columns, scores, fitted = row_scores_of(table, model, progress)
    claims = against_others(by_session(table, scores))[table.session, table.claim]
    session = np.array(table.recordings)[table.session]
    found = figures(table.genuine, claims, session)
    decided = _decided(table, claims)
    drawn = told(CLAIMS, table.genuine, claims, session, line=decided["high"])
    names = [table.table.names[j] for j in columns]
    return save(
        fitted,
        path,
        features=[Feature(n, table.table.about[n]["unit"]) for n in names],
        rows=np.ascontiguousarray(table.table.values[np.ix_(table.enrol, columns)]),
        classes=[table.people[p] for p in np.unique(table.person[table.enrol]).tolist()],
        verdicts=VERDICTS,
        data={"people": len(table.people), "recordings": len(table.recordings), "protocol": table.protocol,
              **(source or {})},
        family=model,
        task="verify",
        engine=ENGINE,
        licence=licence,
        metrics={"auc": found["auc"]["value"], "eer": found["eer"]["value"], "auc_by_chance": found["null"]["auc_95"],
                 "claims": found["n"]["positive"] + found["n"]["negative"]},
        more={"rows": {"actions": ACTIONS, "left_out": list(out), "thinned": "cadence" in out, "edge": EDGE},
              "claims": decided,
              KEY: [{**drawn, "calibration": with_halves(table.genuine, claims, session)}] if drawn else []},
    )  # fmt: skip


def _decided(table: Trials, claims: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, float]:
    """Where a claim passes and where it is refused, and how its score becomes a probability."""
    found = curve(table.genuine, claims)
    passes = found.thresholds[np.flatnonzero(found.fpr <= FAR)[-1]]
    even = eer_threshold(table.genuine, claims)
    fitted = logistic_calibration(claims, table.genuine)
    high = float(np.nan_to_num(passes, posinf=claims.max() + 1.0))
    return {"low": min(float(even), high), "high": high, "slope": fitted.slope, "offset": fitted.offset}
