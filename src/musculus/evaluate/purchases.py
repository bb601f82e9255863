"""The protocol of `purchase`: every shop tested by models of the other shops, segments with models of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from musculus.errors import DataError, UnknownName
from musculus.evaluate.attributes import look
from musculus.evaluate.labelled import chance_note, measure
from musculus.evaluate.report import Findings
from musculus.evaluate.splits import Split, between
from musculus.events import Events
from musculus.tasks.attribute import Labelled, labelled
from musculus.tasks.purchase import LABEL

if TYPE_CHECKING:
    import polars as pl

FOLDS: Final = 5
FEWEST: Final = 20  # rows of each label that a segment needs for a model of its own


def measured(
    data: Events | pl.DataFrame,
    models: Sequence[str],
    *,
    label: str = LABEL,
    person: str = "person",
    site: str = "site",
    segment: str = "segment",
    join: pl.DataFrame | None = None,
    by: str = "",
    select: str = "",
    tune: int = 0,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Findings:
    """Each model, one site left out at a time where there are sites, else people apart; then the first model again for
    each segment alone (new and returning customers), trained and tested within it.

    People who visit the site under test leave the training part. Columns of `join` go in beside the mouse's.
    DataError where the label isn't of two kinds.
    """
    rows = rows_of(data, label=label, person=person, join=join, seed=seed)
    splits, words = splits_of(rows, site, seed)
    found = Findings(f"{rows.what} by {len(rows.names)} features; {words}", about=rows.about)
    look(found, rows, splits)
    if by and by not in rows.ids:
        raise UnknownName("column", by, rows.ids)
    by = by or next((n for n in (segment, site) if n in rows.ids), "")
    for i, name in enumerate(models):
        _add(found, rows, measure(rows, splits, name, select=select, by=by, tune=tune))
        if progress:
            progress(i + 1, len(models), name)
    for value in np.unique(rows.ids[segment].astype(str)).tolist() if segment in rows.ids else ():
        some = rows.rows(np.flatnonzero(rows.ids[segment].astype(str) == value))
        if np.bincount(some.label.astype(np.int64), minlength=2).min() >= FEWEST:
            entry = measure(some, splits_of(some, site, seed)[0], models[0], select=select, tune=tune)
            _add(found, some, {**entry, "name": f"{entry['name']}, {segment} {value} alone"})
    return found


def _add(found: Findings, rows: Labelled, entry: dict[str, Any]) -> None:
    found.models.append(entry)
    if note := chance_note(entry, f"{rows.what}, {entry['name']}"):
        found.notes.append(note)


def rows_of(
    data: Events | pl.DataFrame, *, label: str = "", person: str = "", join: pl.DataFrame | None = None, seed: int = 0
) -> Labelled:
    """Visits with their label, the mouse's features and the columns beside them. DataError where the label isn't of two
    kinds.
    """
    rows = labelled(data, label or LABEL, person=person or "person", join=join, also=_also(data), seed=seed)
    if len(rows.classes) != 2:
        raise DataError(f"{rows.what} has {len(rows.classes) or 'many'} values; a purchase is made or not: two")
    return rows


def _also(data: Events | pl.DataFrame) -> list[str]:
    """Numbers that the recordings carry beside the mouse's own; the label and who it was are left out later."""
    if not isinstance(data, Events):
        return []
    return [n for n, v in data.context.items() if v.dtype.kind in "iuf"]


def splits_of(rows: Labelled, site: str = "site", seed: int = 0) -> tuple[list[Split], str]:
    """One site left out at a time where there are sites, else people apart; and that in words."""
    sites = rows.ids[site].astype(str) if site in rows.ids else np.full(len(rows), "")
    names = np.unique(sites).tolist()
    if len(names) < 2:
        folds = min(FOLDS, len(np.unique(rows.person)))
        return list(between("person", rows.person, folds, labels=rows.label, seed=seed)), f"people apart, {folds} folds"
    found = []
    for name in names:
        test = sites == name
        train = ~test & ~np.isin(rows.person, rows.person[test])
        apart = {"site": sites, "person": rows.person}
        found.append(Split.of(np.flatnonzero(train), np.flatnonzero(test), apart, f"{site} {name} left out"))
    return found, f"each of {len(names)} sites tested by models of the others, people apart"
