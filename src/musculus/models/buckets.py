"""Where a histogram's buckets begin and end, three ways."""

from __future__ import annotations

import numpy as np

from musculus.score.arrays import Floats


def equal_width_edges(values: Floats, n_buckets: int) -> Floats:
    """Equally wide from the smallest to the largest value, shape (n_buckets + 1,); of one value all edges are that
    value.

    >>> equal_width_edges(np.array([0.0, 10.0]), 4)
    array([ 0. ,  2.5,  5. ,  7.5, 10. ])
    """
    return _exact(np.linspace(values.min(), values.max(), n_buckets + 1), values)


def equal_mass_edges(values: Floats, n_buckets: int) -> Floats:
    """Equally many values between edges, shape (n_buckets + 1,).

    Where many values are equal there are fewer different edges; the first edge is repeated to fill up, so that those
    buckets stay empty.

    >>> equal_mass_edges(np.array([0.0, 0.0, 0.0, 1.0, 5.0]), 4)
    array([0., 0., 0., 1., 5.])
    """
    different = np.unique(np.quantile(values, np.linspace(0.0, 1.0, n_buckets + 1)))
    return _exact(np.concatenate([np.full(n_buckets + 1 - len(different), different[0]), different]), values)


def log_edges(values: Floats, n_buckets: int) -> Floats:
    """Equally wide on the signed logarithmic scale, shape (n_buckets + 1,).

    >>> log_edges(np.array([-3.0, 0.0, 3.0]), 2)
    array([-3.,  0.,  3.])
    """
    unit = log_unit(values)
    low, high = signed_log(np.array([values.min(), values.max()]), unit)
    steps = np.linspace(low, high, n_buckets + 1)
    return _exact(np.sign(steps) * unit * np.expm1(np.abs(steps)), values)


def log_unit(values: Floats) -> float:
    """Where the signed logarithmic scale turns from straight to logarithmic: the 5 % quantile of the sizes that aren't
    0.
    """
    sizes = np.abs(values[values != 0])
    return max(float(np.quantile(sizes, 0.05)), 1e-12 * float(sizes.max())) if len(sizes) else 1.0


def signed_log(values: Floats, unit: float) -> Floats:
    """`sign(x) log(1 + |x| / unit)`: steps of ratio far from 0, steps of difference near it.

    >>> signed_log(np.array([-1.0, 0.0, 1.0]), 1.0)
    array([-0.693...,  0.        ,  0.693...])
    """
    return np.sign(values) * np.log1p(np.abs(values) / unit)


def log_width(edges: Floats, unit: float) -> Floats:
    """Log of each bucket's width on the signed logarithmic scale, over the mean width, shape (n_buckets + 2,).

    The outer buckets count as wide as the widest; a bucket without width holds no value and counts as the widest too.
    """
    widths = np.diff(signed_log(edges, unit))
    widths[widths <= 0] = widths.max()
    widths = np.concatenate([[widths.max()], widths, [widths.max()]])
    return np.log(widths / widths.mean()) if widths.any() else widths


def _exact(edges: Floats, values: Floats) -> Floats:
    """Rounding must not push the extremes of training outside, nor an edge below the one before it."""
    edges[0], edges[-1] = values.min(), values.max()
    return np.clip(np.maximum.accumulate(edges), edges[0], edges[-1])
