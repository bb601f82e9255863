"""The protocol of `attribute`: people never on both sides, and a figure beside what chance gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from musculus.errors import UnknownName, UsageError
from musculus.evaluate.flags import flags
from musculus.evaluate.labelled import chance_note, measure, one_class
from musculus.evaluate.leaks import audit
from musculus.evaluate.report import Findings
from musculus.evaluate.splits import Split, between, within
from musculus.events import Events
from musculus.models import MODELS
from musculus.models.regression import REGRESSORS
from musculus.tasks.attribute import Labelled, labelled

if TYPE_CHECKING:
    import polars as pl

FOLDS: Final = 5
SPLITS: Final = ("between", "within", "rows")
SIMULATED: Final = "SIMULATED DATA: these rows were made by a program; no figure here says anything of real people."


def measured(
    data: Events | pl.DataFrame,
    models: Sequence[str],
    *,
    label: str = "",
    person: str = "",
    positive: str = "",
    join: pl.DataFrame | None = None,
    split: str = "between",
    folds: int = FOLDS,
    by: str = "",
    select: str = "",
    tune: int = 0,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Findings:
    """Each model on folds of people (`split`: between); `within` keeps sessions apart but lets people meet, `rows`
    deals rows whoever they are of, which the audit refuses to pass in silence.

    `select` puts a selection of features before the model, `tune` searches so many settings, both inside the training
    part. A number is predicted by the models of REGRESSORS.
    """
    rows = labelled(data, label, person=person, positive=positive, join=join, seed=seed)
    splits = _splits(rows, split, folds, seed)
    found = Findings(f"{rows.what} by {len(rows.names)} features; {_words(split, splits)}")
    found.about = rows.about
    look(found, rows, splits, may_meet=("person",) if split == "within" else ())
    if by and by not in rows.ids:
        raise UnknownName("column", by, rows.ids)
    names = _able(found, rows, models)
    for i, name in enumerate(names):
        entry = measure(rows, splits, name, select=select, by=by, tune=tune)
        found.models.append(entry)
        if note := chance_note(entry, rows.what):
            found.notes.append(note)
        if progress:
            progress(i + 1, len(names), name)
    return found


def _able(found: Findings, rows: Labelled, models: Sequence[str]) -> list[str]:
    """The models that can learn this label; which were left out, and why, is noted."""
    several = len(rows.classes) > 2
    able = [m for m in models if (m in REGRESSORS if not rows.classes else not (several and one_class(m)))]
    why = "tell one class from the rest only" if several else "predict no number"
    if not able:
        others = ", ".join([m for m in MODELS if not one_class(m)] if rows.classes else REGRESSORS)
        raise UsageError(f"{', '.join(models)} can't learn {rows.what}, as they {why}; take one of {others}")
    if gone := [m for m in models if m not in able]:
        found.notes.append(f"Left out, as they {why}: {', '.join(gone)}.")
    return able


def look(found: Findings, rows: Labelled, splits: Sequence[Split], may_meet: Sequence[str] = ()) -> None:
    """Audit every split, flag features that say little, and say of simulated rows that they are."""
    found.flags = [flag._asdict() for flag in flags(rows.names, rows.values)]
    apart = {"person": rows.person}
    for split in splits:
        label = rows.label if rows.classes else None
        found.add_audit(audit(rows.values, split, label, columns=rows.names, groups=apart, may_meet=may_meet))
    if "simulated" in rows.ids and (rows.ids["simulated"] == True).any():  # noqa: E712 - a column of objects
        found.notes.insert(0, SIMULATED)


def _splits(rows: Labelled, split: str, folds: int, seed: int) -> list[Split]:
    if split not in SPLITS:
        raise UnknownName("split", split, SPLITS)
    if split == "rows":
        fold = np.random.default_rng(seed).permutation(len(rows)) % folds
        return [Split.of(np.flatnonzero(fold != f), np.flatnonzero(fold == f), {}) for f in range(folds)]
    if split == "within":
        session = next((rows.ids[n] for n in ("session", "session_id", "recording") if n in rows.ids), None)
        if session is None:
            raise UsageError("within people sessions are kept apart: the table needs a column session or recording")
        return list(within(rows.person, session, folds, seed=seed))
    labels = rows.label if rows.classes else None
    return list(between("person", rows.person, min(folds, len(np.unique(rows.person))), labels=labels, seed=seed))


def _words(split: str, splits: Sequence[Split]) -> str:
    return {
        "between": f"people apart, {len(splits)} folds",
        "within": f"people on both sides, sessions apart, {len(splits)} folds",
        "rows": f"rows dealt into {len(splits)} folds whoever they are of: people stand on both sides",
    }[split]
