"""Labels that can be guessed from where a row stands or what its file is called."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.evaluate.leaks import Leak, Sides

MIN_UNITS = 14  # of 14 with two equal labels, a sorted order has a chance of 1 in 1,700
DEALS, ODD, MANY = 20_000, 0.001, 200

Codes = npt.NDArray[np.intp]


def order_predicts_label(sides: Sides) -> list[Leak] | None:
    """Rows sorted, clumped or alternating by label.

    What counts is the order of the largest groups that have one label each (a person's rows stand together and share a
    label anyway), or of the rows where no group has.
    """
    if sides.labels is None:
        return None
    labels = _units(sides, _codes(sides.labels))
    p = _chance_of_order(labels)
    if p is None:
        return None
    step = "shuffle people, sessions or rows with a seed before anything else"
    seen = f"the labels of {len(labels)} rows or groups follow their order (chance below {p:.2g})"
    return [Leak("order_predicts_label", seen, step)] if p < ODD else []


def name_predicts_label(sides: Sides) -> list[Leak] | None:
    """Names of files or recordings that sort by label: `bot_001`, `human_001`; or numbers dealt out label by label."""
    if sides.labels is None or sides.names is None:
        return None
    names, first = np.unique(sides.names.astype(str), return_index=True)
    order = sorted(range(len(names)), key=lambda i: _natural(str(names[i])))
    p = _chance_of_order(_codes(sides.labels)[first][order])
    if p is None:
        return None
    seen = f"{len(names)} names sort by label, from {names[order[0]]} to {names[order[-1]]} (chance below {p:.2g})"
    step = "replace names by random ones before anything is computed from them"
    return [Leak("name_predicts_label", seen, step)] if p < ODD else []


def _units(sides: Sides, labels: Codes) -> Codes:
    """Labels of the largest groups that have one each, in the order they first appear; else of the rows."""
    best = labels
    for values in sides.groups.values():
        _, first, place = np.unique(values.astype(str), return_index=True, return_inverse=True)
        if np.array_equal(labels[first][place], labels) and len(first) < len(best):
            best = labels[np.sort(first)]
    return best


def _chance_of_order(labels: Codes) -> float | None:
    """How often labels dealt at random lie as unevenly as these, by two counts: neighbours alike, and mean places
    apart.
    """
    labels = _codes(labels)
    if len(labels) < MIN_UNITS or labels.max() == 0:
        return None
    if len(labels) > MANY:
        return _chance_by_formula(labels)
    dealt = np.random.default_rng(0).permuted(np.tile(labels, (DEALS, 1)), axis=1)
    every = np.concatenate([labels[None], dealt])
    alike = _neighbours_alike(every)
    away = np.abs(alike - alike[1:].mean())
    chances = [(int((some[1:] >= some[0] - 1e-12).sum()) + 1) / len(some) for some in (away, _places_apart(every))]
    return min(1.0, 2 * min(chances))


def _chance_by_formula(labels: Codes) -> float:
    """The same for many rows: a normal tail for the neighbours, a chi-squared one for the places."""
    from scipy.stats import chi2, norm

    count = np.bincount(labels).astype(np.float64)
    alike = float((count * (count - 1)).sum() / (len(labels) * (len(labels) - 1)))
    width = np.sqrt(max(alike * (1 - alike), 1e-12) / (len(labels) - 1))
    neighbours = 2 * norm.sf(abs(_neighbours_alike(labels[None])[0] - alike) / width)
    places = chi2.sf(3.0 * _places_apart(labels[None])[0], len(count) - 1)  # places from -1 to 1 have variance 1/3
    return min(1.0, 2 * float(min(neighbours, places)))


def _neighbours_alike(every: Codes) -> npt.NDArray[np.float64]:
    return np.asarray((every[:, 1:] == every[:, :-1]).mean(axis=1))


def _places_apart(every: Codes) -> npt.NDArray[np.float64]:
    place = np.linspace(-1.0, 1.0, every.shape[1])
    found = np.zeros(len(every))
    for value in range(int(every.max()) + 1):
        mine = every == value
        found += (mine @ place) ** 2 / np.maximum(mine.sum(axis=1), 1)
    return found


def _natural(name: str) -> list[tuple[int, str]]:
    parts = re.findall(r"\d+|\D+", name.casefold())
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]


def _codes(values: npt.NDArray[Any]) -> Codes:
    return np.asarray(np.unique(values.astype(str), return_inverse=True)[1], dtype=np.intp)
