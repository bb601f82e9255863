"""Moving a sum of strokes downhill until it fits a velocity: Levenberg-Marquardt with the exact derivatives."""

from __future__ import annotations

from typing import Final

import numba
import numpy as np

from musculus.measures.engine.strokes import NUMBERS, STEP, add_velocity, slopes, smooth

NARROW: Final = float(np.log(0.008))  # log of s
WIDE: Final = float(np.log(1.0))
CALM: Final = float(np.log(0.1))  # log of sigma
SKEW: Final = float(np.log(1.0))
SHORT: Final = -7.0  # log of px
TURN: Final = float(2.0 * np.pi)
CREEP: Final = 1e-9  # keeps a number that nothing depends on where it is


@numba.njit(nogil=True, error_model="numpy")
def limits(low, high, n, longest):  # type: ignore[no-untyped-def]
    """Write where a stroke can be one: its peak near the record, width, sigma and length as people have them."""
    low[0], high[0] = -0.1, n * STEP + 0.1
    low[1], high[1] = NARROW, WIDE
    low[2], high[2] = CALM, SKEW
    low[3], high[3] = SHORT, max(np.log(longest), SHORT)
    low[4], high[4] = -np.inf, np.inf
    low[5], high[5] = -TURN, TURN


@numba.njit(nogil=True, error_model="numpy")
def residual(p, data, raw, left):  # type: ignore[no-untyped-def]
    """Write to `left` what the strokes p (k, 6) leave of the smoothed velocity `data` (n, 2); give its square."""
    for i in range(len(raw)):
        raw[i, 0], raw[i, 1] = 0.0, 0.0
    for j in range(len(p)):
        add_velocity(p, j, raw)
    smooth(raw, left)
    total = 0.0
    for i in range(len(left)):
        left[i, 0], left[i, 1] = data[i, 0] - left[i, 0], data[i, 1] - left[i, 1]
        total += left[i, 0] * left[i, 0] + left[i, 1] * left[i, 1]
    return total


@numba.njit(nogil=True, error_model="numpy")
def solve(a, b):  # type: ignore[no-untyped-def]
    """Solve a z = b by Cholesky in the lower half of a, z in b; False where a is not positive."""
    m = len(b)
    for i in range(m):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= a[i, k] * a[j, k]
            if i != j:
                a[i, j] = s / a[j, j]
            elif s > 0.0:
                a[i, i] = np.sqrt(s)
            else:
                return False
    for i in range(m):
        for k in range(i):
            b[i] -= a[i, k] * b[k]
        b[i] /= a[i, i]
    for i in range(m - 1, -1, -1):
        for k in range(i + 1, m):
            b[i] -= a[k, i] * b[k]
        b[i] /= a[i, i]
    return True


@numba.njit(nogil=True, error_model="numpy")
def normal_equations(p, left, by, square, grade):  # type: ignore[no-untyped-def]
    """Write the products of the derivatives with each other and with what is left; `by` (n, 12 k) is room for them."""
    n, m = len(left), len(grade)
    raw, smoothed = np.empty((n, 2 * NUMBERS)), np.empty((n, 2 * NUMBERS))
    for j in range(len(p)):
        slopes(p, j, raw)
        smooth(raw, smoothed)
        for i in range(n):
            for q in range(NUMBERS):
                by[i, j * NUMBERS + q] = smoothed[i, q]
                by[i, m + j * NUMBERS + q] = smoothed[i, NUMBERS + q]
    for a in range(m):
        grade[a] = 0.0
        for b in range(m):
            square[a, b] = 0.0
    for i in range(n):
        for side in range(2):
            first = side * m
            for a in range(m):
                one = by[i, first + a]
                grade[a] += one * left[i, side]
                for b in range(a + 1):
                    square[a, b] += one * by[i, first + b]


@numba.njit(nogil=True, error_model="numpy")
def hold(p, low, high, square, grade):  # type: ignore[no-untyped-def]
    """Take the numbers that stand at a limit and pull beyond it out of the equations, so that the others may move."""
    for a in range(len(grade)):
        v, q = p[a // NUMBERS, a % NUMBERS], a % NUMBERS
        if (v <= low[q] and grade[a] < 0.0) or (v >= high[q] and grade[a] > 0.0):
            grade[a] = 0.0
            for b in range(len(grade)):
                square[max(a, b), min(a, b)] = 1.0 if a == b else 0.0


@numba.njit(nogil=True, error_model="numpy")
def stride(p, low, high, damping, square, grade, room, step, other):  # type: ignore[no-untyped-def]
    """Write to `other` where one damped step leads from p; False where the equations have no solution."""
    for a in range(len(grade)):
        step[a] = grade[a]
        for b in range(a):
            room[a, b] = square[a, b]
        room[a, a] = square[a, a] * (1.0 + damping) + CREEP
    if not solve(room, step):
        return False
    for j in range(len(p)):
        for q in range(NUMBERS):
            other[j, q] = min(max(p[j, q] + step[j * NUMBERS + q], low[q]), high[q])
    return True


@numba.njit(nogil=True, error_model="numpy")
def descend(p, data, longest, rounds, fine):  # type: ignore[no-untyped-def]
    """Move the strokes p (k, 6) downhill in place; give the square of what they leave of `data` (n, 2).

    Stops after `rounds` steps, or when one takes off less than the share `fine` of what is left. No stroke gets
    longer than `longest` px.
    """
    k, n = len(p), len(data)
    m = k * NUMBERS
    total, left, by = np.empty((n, 2)), np.empty((n, 2)), np.empty((n, 2 * m))
    square, room, grade, step = np.empty((m, m)), np.empty((m, m)), np.empty(m), np.empty(m)
    other, low, high = np.empty((k, NUMBERS)), np.empty(NUMBERS), np.empty(NUMBERS)
    limits(low, high, n, longest)
    cost, damping = residual(p, data, total, left), 1e-3
    for _ in range(rounds):
        normal_equations(p, left, by, square, grade)
        hold(p, low, high, square, grade)
        lower, better = np.inf, False
        while not better and damping < 1e9:
            if stride(p, low, high, damping, square, grade, room, step, other):
                lower = residual(other, data, total, left)
                better = lower < cost
            damping *= 0.2 if better else 5.0
        if not better:
            break
        for j in range(k):
            for q in range(NUMBERS):
                p[j, q] = other[j, q]
        gain, cost = cost - lower, lower
        if gain <= fine * cost:
            break
    return cost
