"""Two groups of maps compared by shuffling which map belongs to which group; the largest difference counts.

The question is asked of every cell at once: a cell is told as different only where it differs by more than the largest
difference anywhere on the page does in 95 of 100 shuffles. So two halves of the same people differ nowhere, save by the
chance of 5 %, however many cells there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
BATCH = 64  # shuffles at a time


@dataclass(frozen=True, eq=False)
class Shuffled:
    """What shuffling found.

    Attributes
    ----------
    statistic : (n_cells,) difference of the means over the scatter of all maps
    p : (n_cells,) share of shuffles (the true groups among them) with a difference this large in any cell
    """

    statistic: Floats
    p: Floats


def shuffle(maps: Floats, first: Flags, strata: Ints, n: int, rng: np.random.Generator) -> Shuffled:
    """Compare the maps (n_units, n_cells) of the units in group one (`first`) with the others.

    Labels change places within a stratum only (all of one: among all units). DataError where nothing can change places.
    """
    order = np.argsort(strata, kind="stable")
    maps, first = maps[order], first[order]
    begins = np.append(0, np.cumsum(np.unique(strata, return_counts=True)[1]))
    groups = [(a, b) for a, b in pairwise(begins.tolist()) if 0 < first[a:b].sum() < b - a]
    if not groups:
        raise DataError("no two recordings can change groups: nothing tells the groups from the people in them")
    spread = maps.std(axis=0)
    usable = spread > 0
    floor = np.median(spread[usable]) if usable.any() else 1.0  # a cell that one unit visited once doesn't win by that
    weight = np.where(usable, 1.0 / (spread + floor), 0.0)
    total, m, k = maps.sum(axis=0), len(maps), int(first.sum())

    def statistic(labels: Floats) -> Floats:
        one = labels @ maps
        return np.asarray((one / k - (total - one) / (m - k)) * weight)

    found = statistic(first[None].astype(np.float64))[0]
    largest = [np.abs(found).max(initial=0.0)]
    for done in range(0, n, BATCH):
        labels = np.repeat(first[None].astype(np.float64), min(BATCH, n - done), axis=0)
        for a, b in groups:
            labels[:, a:b] = rng.permuted(labels[:, a:b], axis=1)
        largest.extend(np.abs(statistic(labels)).max(axis=1, initial=0.0))
    # A tie with the true groups counts against them; the same sum in another order differs in its last digits.
    ordered = np.sort(largest) * (1 + 1e-9) + 1e-15
    above = len(ordered) - np.searchsorted(ordered, np.abs(found), side="left")
    return Shuffled(found, np.where(usable, above / len(ordered), 1.0))
