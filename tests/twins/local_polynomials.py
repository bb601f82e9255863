"""Local polynomials by exact arithmetic: weights from the normal equations in fractions."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache


@cache
def weights(window: int, order: int, derivative: int, at: int) -> tuple[float, ...]:
    """Weights that give, from `window` equally spaced values, a derivative (per sample) of the polynomial of that
    order fitted to them by least squares, at sample `at` of the window."""
    places = [j - at for j in range(window)]  # the polynomial's own origin is sample `at`
    size = order + 1
    table = [[Fraction(sum(p ** (r + c) for p in places)) for c in range(size)] for r in range(size)]
    unit = [Fraction(int(r == derivative)) for r in range(size)]
    row = solve(table, unit)  # row `derivative` of the inverse of the (symmetric) normal matrix
    factor = math.factorial(derivative)
    return tuple(float(factor * sum(row[k] * p**k for k in range(size))) for p in places)


def solve(table: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """Gauss-Jordan on a small system, exactly."""
    n = len(right)
    rows = [[*row, value] for row, value in zip(table, right, strict=True)]
    for i in range(n):
        pivot = next(r for r in range(i, n) if rows[r][i])
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(n):
            if r != i:
                rows[r] = [v - rows[r][i] * w for v, w in zip(rows[r], rows[i], strict=True)]
    return [row[n] for row in rows]


def applied(values: list[float], weight: tuple[float, ...], base: float) -> float:
    """Weighted sum of the values less `base`, which keeps large positions from eating the digits."""
    return math.fsum(w * (v - base) for w, v in zip(weight, values, strict=True))


def smoothed(values: list[float], window: int, order: int) -> list[float]:
    """Savitzky-Golay; the edges by the polynomial of the first and of the last full window."""
    half = window // 2
    out = []
    for i in range(len(values)):
        first = min(max(i - half, 0), len(values) - window)
        base = values[i]
        out.append(base + applied(values[first : first + window], weights(window, order, 0, i - first), base))
    return out


def derivative(values: list[float], window: int, order: int, which: int, spacing: float) -> list[float | None]:
    """Savitzky-Golay derivative at each sample, None where the window is not full."""
    half = window // 2
    out: list[float | None] = [None] * len(values)
    for i in range(half, len(values) - half):
        seen = values[i - half : i + half + 1]
        out[i] = applied(seen, weights(window, order, which, half), values[i]) / spacing**which
    return out
