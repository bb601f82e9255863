"""Features that are the label, the person or the row number in disguise."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.curves import Floats
from musculus.evaluate.leaks import Leak, Sides
from musculus.evaluate.metrics import roc_auc

MIN_ROWS = 20  # below this, chance makes perfect columns
MIN_EACH = 50
MIN_GROUPS = 10
DROP = "leave the column out, or say where it comes from"


def label_in_feature(sides: Sides) -> list[Leak] | None:
    """A column with one value for each label: the label by another name."""
    if sides.labels is None or len(sides.labels) < MIN_ROWS:
        return None
    codes = _codes(sides.labels)
    found = []
    for j, column in enumerate(sides.table.T):
        values = _codes(column)
        if values.max() > 0 and values.max() == codes.max() and _one_to_one(values, codes):
            found.append(Leak("label_in_feature", f"{sides.column(j)} has one value for each label", DROP))
    return found


def too_good_feature(sides: Sides) -> list[Leak] | None:
    """A column that alone tells two labels apart without an error, on at least 50 rows of each."""
    if sides.labels is None:
        return None
    codes = _codes(sides.labels)
    if codes.max() != 1 or np.bincount(codes).min() < MIN_EACH:
        return None
    found = []
    for j, column in enumerate(sides.table.T):
        defined = ~np.isnan(column)
        counts = np.bincount(codes[defined], minlength=2)
        if counts.min() < MIN_EACH or len(np.unique(column[defined])) <= 2:  # two values: label_in_feature sees to it
            continue
        auc = roc_auc(codes[defined], column[defined])
        if auc in (0.0, 1.0):
            seen = f"{sides.column(j)} alone tells all {counts.sum()} rows apart"
            found.append(Leak("too_good_feature", seen, "look how it is made; allow it if it is a rule of the world"))
    return found


def missing_tells_label(sides: Sides) -> list[Leak] | None:
    """A column that is undefined exactly for some labels: how the rows were made shows."""
    if sides.labels is None or len(sides.labels) < MIN_ROWS:
        return None
    codes = _codes(sides.labels)
    found = []
    for j, gone in enumerate(np.isnan(sides.table).T):
        by_label = np.bincount(codes, gone, codes.max() + 1) / np.bincount(codes)
        if gone.any() and not gone.all() and np.isin(by_label, (0.0, 1.0)).all():
            seen = f"{sides.column(j)} is undefined for some labels always, for the others never"
            found.append(Leak("missing_tells_label", seen, DROP))
    return found


def identity_in_feature(sides: Sides) -> list[Leak] | None:
    """A column with one value for each person (session, site ...) and no other: an account number."""
    found = []
    ran = False
    for name, values in sides.groups.items():
        groups = _codes(values)
        if groups.max() + 1 < MIN_GROUPS or len(groups) < 2 * (groups.max() + 1):
            continue
        ran = True
        for j, column in enumerate(sides.table.T):
            if _one_to_one(_codes(column), groups):
                found.append(Leak("identity_in_feature", f"{sides.column(j)} has one value for each {name}", DROP))
    return found if ran else None


def order_in_feature(sides: Sides) -> list[Leak] | None:
    """A column that only rises or only falls from row to row: a row number or a time of day."""
    if len(sides.table) < MIN_ROWS:
        return None
    steps = np.diff(sides.table, axis=0)
    sorted_ones = np.flatnonzero((steps > 0).all(axis=0) | (steps < 0).all(axis=0))
    return [Leak("order_in_feature", f"{sides.column(int(j))} is the order of the rows", DROP) for j in sorted_ones]


def _codes(values: npt.NDArray[Any] | Floats) -> npt.NDArray[np.intp]:
    given = values if values.dtype.kind == "f" else values.astype(str)
    return np.asarray(np.unique(given, return_inverse=True)[1], dtype=np.intp)


def _one_to_one(one: npt.NDArray[np.intp], other: npt.NDArray[np.intp]) -> bool:
    if one.max() != other.max():
        return False
    partner = np.full(one.max() + 1, -1)
    partner[one] = other
    return bool(np.array_equal(partner[one], other) and len(np.unique(partner)) == len(partner))
