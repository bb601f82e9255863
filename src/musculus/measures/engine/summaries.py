"""Eleven summaries of a series by cut; quantiles exactly, by selection instead of sorting."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SUMMARIES: Final = ("mean", "std", "min", "q05", "q25", "median", "q75", "q95", "max", "skew", "kurtosis")
SMALL: Final = 40  # up to here an insertion sort beats buckets


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def sort_small(a, n):  # type: ignore[no-untyped-def]
    """Insertion sort of a[:n]."""
    for i in range(1, n):
        v = a[i]
        j = i - 1
        while j >= 0 and a[j] > v:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = v


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def order_statistics(a, n, scale, bucket, size, keep, ranks, out):  # type: ignore[no-untyped-def]
    """Write the values of the given (ascending) ranks of a[:n] to out, without sorting all of it.

    Values go to buckets by c / (c + |v|) with c their mean size: monotone, exact in order (each step of it rounds
    monotonically), and it spreads heavy tails. Only buckets that hold a rank are sorted.
    """
    n_buckets = 64
    while n_buckets < 1024 and n_buckets * 4 < n:
        n_buckets *= 2
    half = n_buckets // 2
    size[: n_buckets + 1] = 0
    for i in range(n):
        h = scale / (scale + abs(a[i]))
        b = int((1.0 - h) * half) + half if a[i] >= 0 else int(h * half)
        b = min(b, n_buckets - 1)
        bucket[i] = b
        size[b + 1] += 1
    for b in range(n_buckets):
        size[b + 1] += size[b]
    r = 0
    while r < len(ranks):
        b = 0
        low, high = 0, n_buckets  # the bucket that holds this rank, by bisection of the running counts
        while high - low > 1:
            mid = (low + high) // 2
            if size[mid] <= ranks[r]:
                low = mid
            else:
                high = mid
        b = low
        m = 0
        for i in range(n):
            if bucket[i] == b:
                keep[m] = a[i]
                m += 1
        if m <= SMALL:
            sort_small(keep, m)
        else:
            first, same = keep[0], True
            for i in range(1, m):
                if keep[i] != first:
                    same = False
                    break
            if not same:
                keep[:m] = np.sort(keep[:m])
        while r < len(ranks) and ranks[r] < size[b + 1]:
            out[r] = keep[ranks[r] - size[b]]
            r += 1


@kernel("void(f8[::1], i8[::1], f8[:, ::1])")
def fill_summaries(values, offsets, out):  # type: ignore[no-untyped-def]
    """Write the eleven summaries of each cut's finite values; type 7 quantiles, n - 1 in std, population skew."""
    longest = 0
    for c in range(len(offsets) - 1):
        longest = max(longest, offsets[c + 1] - offsets[c])
    a, keep = np.empty(longest), np.empty(longest)
    bucket, size = np.empty(longest, np.int16), np.empty(1025, np.int64)
    q = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    at, ranks, found = np.empty(5), np.empty(10, np.int64), np.empty(10)
    for c in range(len(offsets) - 1):
        n, total, low, high, way = 0, 0.0, np.inf, -np.inf, 0.0
        for i in range(offsets[c], offsets[c + 1]):
            v = values[i]
            if np.isfinite(v):
                a[n] = v
                n += 1
                total += v
                way += abs(v)
                low = min(low, v)
                high = max(high, v)
        out[c, :] = np.nan
        if n == 0:
            continue
        mean = total / n
        m2, m3, m4 = 0.0, 0.0, 0.0
        for i in range(n):
            d = a[i] - mean
            d2 = d * d
            m2 += d2
            m3 += d2 * d
            m4 += d2 * d2
        out[c, 0], out[c, 2], out[c, 8] = mean, low, high
        if n > 1:
            out[c, 1] = np.sqrt(m2 / (n - 1))
        sd = np.sqrt(m2 / n)
        if sd > 1e-12 * max(abs(low), abs(high)):
            if n >= 3:
                out[c, 9] = (m3 / n) / (sd * sd * sd)
            if n >= 4:
                out[c, 10] = (m4 / n) / (sd * sd * sd * sd) - 3.0
        for k in range(5):
            at[k] = q[k] * (n - 1)
            ranks[2 * k] = int(at[k])
            ranks[2 * k + 1] = min(int(at[k]) + 1, n - 1)
        if low == high:
            found[:] = low
        elif n <= SMALL or not np.isfinite(way):
            if n <= SMALL:
                sort_small(a, n)
            else:
                a[:n] = np.sort(a[:n])
            for k in range(10):
                found[k] = a[ranks[k]]
        else:
            ascending(ranks)
            order_statistics(a, n, way / n, bucket, size, keep, ranks, found)
        for k in range(5):
            i = int(at[k])
            lo, hi = lookup(ranks, found, i), lookup(ranks, found, min(i + 1, n - 1))
            out[c, 3 + k] = lo + (at[k] - i) * (hi - lo)


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def ascending(ranks):  # type: ignore[no-untyped-def]
    """Sort the ten ranks (neighbouring quantiles of few values share or swap them)."""
    for i in range(1, len(ranks)):
        v = ranks[i]
        j = i - 1
        while j >= 0 and ranks[j] > v:
            ranks[j + 1] = ranks[j]
            j -= 1
        ranks[j + 1] = v


@numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
def lookup(ranks, found, rank):  # type: ignore[no-untyped-def]
    """The found value of a rank."""
    for k in range(len(ranks)):
        if ranks[k] == rank:
            return found[k]
    return np.nan


def summarise(values: Floats, offsets: Ints, out: Floats | None = None) -> Floats:
    """The summaries named in `SUMMARIES` of each cut's finite values, shape (n_cuts, 11).

    An empty series gives NaN everywhere; one value NaN for std; skew needs 3 values and kurtosis 4, and a spread
    above 1e-12 of the largest absolute value. `out` may be given to fill it in place.

    >>> summarise(np.array([1.0, 2.0, 4.0]), np.array([0, 3]))[0, [0, 5, 8]]
    array([2.333..., 2.        , 4.        ])
    """
    rows = np.empty((len(offsets) - 1, len(SUMMARIES))) if out is None else out
    fill_summaries(np.ascontiguousarray(values, np.float64), offsets, rows)
    return rows
