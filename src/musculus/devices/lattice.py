"""The step that numbers are multiples of: of a clock's times, of a screen's positions."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

MOST: Final = 4000  # values looked at; more don't make the answer better
SHARE: Final = 0.95  # of the values must be multiples


def lattice(values: npt.NDArray[Any], least: float, tolerance: float) -> float:
    """Largest step, `least` or more, of which 95 % of the positive values are multiples; NaN where there is none.

    A value counts as a multiple within a tenth of the step, and within `tolerance` at most. The step is one of the
    small values divided by a whole number, then fitted to all.

    >>> lattice(np.array([2.4, 1.6, 4.0, 0.8]), least=0.05, tolerance=0.02).__round__(6)
    0.8
    """
    v = np.sort(values[values > least / 2])
    if not len(v):
        return float("nan")
    starts = np.unique(np.quantile(v, [0.0, 0.02, 0.05, 0.1, 0.25], method="lower"))
    v = v[np.linspace(0, len(v) - 1, min(len(v), MOST)).astype(int)]
    steps = {float(s / k) for s in starts for k in range(1, int(s / least + 1e-9) + 1)}
    for step in sorted(steps, reverse=True):
        fitted = _fit(v, step)
        if fitted >= least * 0.99 and _share(v, fitted, tolerance) >= SHARE:
            return fitted
    return float("nan")


def _fit(v: npt.NDArray[Any], step: float) -> float:
    """The step by least squares, from the values that are few steps long: those tell the multiple without doubt."""
    near = v[v < 20 * step]
    n = np.maximum(np.rint(near / step), 1)
    inside = np.abs(near - n * step) <= 0.1 * step
    near, n = near[inside], n[inside]
    return float((near * n).sum() / (n * n).sum()) if len(near) else step


def _share(v: npt.NDArray[Any], step: float, tolerance: float) -> float:
    n = np.maximum(np.rint(v / step), 1)
    return float((np.abs(v - n * step) <= min(0.1 * step, tolerance)).mean())
