"""A stroke in even frames of 60 a second, and the small sums its profile is made of."""

from __future__ import annotations

import numba
import numpy as np

PER_MS = 60.0 / 1000.0
compiled = numba.njit(nogil=True, error_model="numpy")


@compiled
def lay(t, x, y):  # type: ignore[no-untyped-def]
    """Positions at even frames from the first sample to the last, straight between samples: (x, y), n + 1 each."""
    span = t[-1] - t[0]
    n = max(int(np.floor(span * PER_MS + 0.5)), 1)
    gx, gy = np.empty(n + 1), np.empty(n + 1)
    j = 0
    for i in range(n + 1):
        s = t[0] + span * i / n
        while j < len(t) - 2 and t[j + 1] <= s:
            j += 1
        gap = t[j + 1] - t[j]
        u = min(max((s - t[j]) / gap, 0.0), 1.0) if gap > 0 else 0.0
        gx[i] = x[j] + u * (x[j + 1] - x[j])
        gy[i] = y[j] + u * (y[j + 1] - y[j])
    return gx, gy


@compiled
def smoothed(v):  # type: ignore[no-untyped-def]
    """A running mean over five frames with weights 1 2 3 2 1."""
    n = len(v)
    out = np.empty(n)
    for i in range(n):
        total = weight = 0.0
        for j in range(max(0, i - 2), min(n, i + 3)):
            w = 3.0 - abs(i - j)
            total += w * v[j]
            weight += w
        out[i] = total / weight
    return out


@compiled
def correlation(a, b):  # type: ignore[no-untyped-def]
    """Pearson's correlation; NaN for fewer than 3 pairs or where one side doesn't vary."""
    n = len(a)
    if n < 3:
        return np.nan
    ma, mb = a.mean(), b.mean()
    ab = aa = bb = 0.0
    for i in range(n):
        ab += (a[i] - ma) * (b[i] - mb)
        aa += (a[i] - ma) ** 2
        bb += (b[i] - mb) ** 2
    return ab / np.sqrt(aa * bb) if aa > 1e-9 and bb > 1e-9 else np.nan


@compiled
def lagged(a, b, lag):  # type: ignore[no-untyped-def]
    """Share of a's and b's squares that the product with themselves `lag` entries earlier makes; NaN of too few."""
    product = square = 0.0
    for i in range(len(a)):
        square += a[i] * a[i] + b[i] * b[i]
        if i >= lag:
            product += a[i] * a[i - lag] + b[i] * b[i - lag]
    return product / square if square > 1e-9 and len(a) >= lag + 3 else np.nan


@compiled
def place_of(way, share):  # type: ignore[no-untyped-def]
    """Where on the way (its running sum, from 0) a share of it is done: frame, and part of that frame."""
    goal = share * way[-1]
    j = 0
    while j < len(way) - 2 and way[j + 1] < goal:
        j += 1
    return j, (goal - way[j]) / max(way[j + 1] - way[j], 1e-9)
