"""How much of a measure is the person: intraclass correlations over configurations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Icc(NamedTuple):
    """Arrays of shape (n_features,): `value` with its 95 % interval `low` to `high`, `agreement`, and `people`.

    `value` asks whether people keep their places among each other whatever mouse they hold (consistency, ICC(3,1) of
    Shrout & Fleiss 1979): 1 they do, 0 they don't. `agreement` (ICC(2,1)) asks for the same values too, so a shift by
    the configuration lowers it.
    """

    value: Floats
    low: Floats
    high: Floats
    agreement: Floats
    people: npt.NDArray[np.int64]


def icc(cells: Floats) -> Icc:
    """Intraclass correlations of `cells` (n_people, n_configurations, n_features), of people who have every cell.

    NaN for fewer than two such people, or where a feature is the same everywhere.

    >>> shifted = np.array([[1.0, 3], [2, 4], [5, 7]])[:, :, None]  # everybody two higher with the second mouse
    >>> found = icc(shifted)
    >>> found.value.round(3).tolist(), found.agreement.round(3).tolist()
    ([1.0], [0.684])
    """
    d = cells.shape[2]
    value, low, high, agreement = np.full((4, d), np.nan)
    out = Icc(value, low, high, agreement, np.zeros(d, np.int64))
    whole = np.array(np.isfinite(cells).all(axis=1))
    patterns: dict[bytes, list[int]] = {}
    for j in range(d):
        patterns.setdefault(whole[:, j].tobytes(), []).append(j)
    for same in patterns.values():
        who = whole[:, same[0]]
        out.people[same] = int(who.sum())
        if who.sum() < 2 or cells.shape[1] < 2:
            continue
        for column, found in zip(out, _of(cells[who][:, :, same]), strict=False):
            column[same] = found
    return out


def _of(cells: Floats) -> Floats:
    """(value, low, high, agreement) of features without a missing cell, shape (4, n_features)."""
    from scipy.stats import f

    n, k, _ = cells.shape
    middle = cells.mean(axis=(0, 1))
    people, configurations = cells.mean(axis=1) - middle, cells.mean(axis=0) - middle
    rest = cells - middle - people[:, None] - configurations[None]
    df = (n - 1) * (k - 1)
    flat = np.ptp(cells, axis=(0, 1)) == 0
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        between, shift = k * (people**2).sum(axis=0) / (n - 1), n * (configurations**2).sum(axis=0) / (k - 1)
        error = (rest**2).sum(axis=(0, 1)) / df
        ratio = between / error
        low, high = ratio / f.ppf(0.975, n - 1, df), ratio * f.ppf(0.975, df, n - 1)
        value = (between - error) / (between + (k - 1) * error)
        agreement = (between - error) / (between + (k - 1) * error + k * (shift - error) / n)
        bounds = [np.where(np.isinf(r), 1.0, (r - 1) / (r + k - 1)) for r in (low, high)]
    told = np.stack([value, *bounds, agreement])
    return np.where(flat, np.nan, told)
