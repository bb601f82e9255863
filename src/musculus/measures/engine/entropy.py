"""Sample entropy: how far a series repeats itself (Richman & Moorman 2000)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@kernel("void(f8[::1], i8[::1], i8[::1], f8[::1], i8, f8[::1])")
def fill_entropy(values, offsets, order, radius, m, out):  # type: ignore[no-untyped-def]
    """Write -ln(A / B) of each cut: B pairs of templates of m entries within its radius, A of them still with m + 1.

    `order` has the places of each cut by rising value, so that only pairs near in their first entry are compared.
    """
    for c in range(len(offsets) - 1):
        a, b = offsets[c], offsets[c + 1]
        last, r = b - m, radius[c]  # n - m templates for both lengths
        short, long = 0, 0
        for p in range(a, b):
            i = order[p]
            if i >= last:
                continue
            for q in range(p + 1, b):
                j = order[q]
                if not values[j] - values[i] <= r:
                    break
                if j >= last:
                    continue
                k = 1
                while k < m and abs(values[i + k] - values[j + k]) <= r:
                    k += 1
                if k == m:
                    short += 1
                    if abs(values[i + m] - values[j + m]) <= r:
                        long += 1
        out[c] = -np.log(long / short) + 0.0 if long > 0 else np.nan


def sample_entropies(values: Floats, offsets: Ints, radius: Floats, m: int) -> Floats:
    """Sample entropy of each cut's values (finite), templates of m and m + 1 entries, shape (n_cuts,).

    Two templates match where no entry differs by more than the cut's radius; pairs i < j are counted. NaN where no
    pair of either length matches.

    >>> x = np.array([1.0, 2, 1, 2, 1, 2, 1])  # templates of 2 entries: 12 21 12 21 12, of 3 as many match
    >>> sample_entropies(x, np.array([0, 7]), np.array([0.1]), 2)
    array([0.])
    """
    out = np.empty(len(offsets) - 1)
    owner = np.repeat(np.arange(len(out)), np.diff(offsets))
    fill_entropy(values, offsets, np.lexsort((values, owner)), radius, m, out)
    return out
