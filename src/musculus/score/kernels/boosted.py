"""Boosted trees as plain arrays: sums of leaves, and what each feature adds to them, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from musculus.compiled import kernel
from musculus.errors import BundleError
from musculus.score.arrays import Floats, from_npy
from musculus.score.kernels.parts import Parts
from musculus.score.kernels.shapley import Paths, paths_of

Ints = npt.NDArray[np.int64]
MOST: Final = 1_000_000  # nodes


@dataclass(frozen=True, eq=False)
class BoostedKernel:
    """The sum of one leaf of each tree and an offset.

    Attributes
    ----------
    feature, threshold : (n_nodes,) at a node, values not above the threshold go left
    left, right : (n_nodes,) the next node, always a later one, or -1 - leaf
    missing : (n_nodes,) 1 where an undefined value goes left
    roots : (n_trees,) first nodes, or -1 - leaf
    leaf : (n_leaves,) what each adds; `cover` (n_leaves,) rows of the training it held
    offset : (1,)
    """

    feature: Ints
    threshold: Floats
    left: Ints
    right: Ints
    missing: Ints
    roots: Ints
    leaf: Floats
    cover: Floats
    offset: Floats
    width: int
    n_out: int = 1

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The arrays above; every tree has an end, and every feature is there."""
        threshold, leaf = parts.floats("threshold", None), parts.floats("leaf", None)
        nodes, leaves = len(threshold), len(leaf)
        whole = {name: _whole(parts, name, nodes) for name in ("feature", "left", "right", "missing")}
        roots = _whole(parts, "roots", None)
        own = np.arange(nodes)
        fits = nodes <= MOST and bool(((whole["feature"] >= 0) & (whole["feature"] < width)).all())
        for to in (whole["left"], whole["right"]):
            fits &= bool(((to < nodes) & (to >= -leaves) & ((to < 0) | (to > own))).all())
        if not fits or not ((roots < nodes) & (roots >= -leaves)).all():
            raise BundleError(f"{parts.where}: trees that lead nowhere, back, or to a feature that isn't there")
        cover = parts.floats("cover", leaves)
        if not (cover > 0).all():
            raise BundleError(f"{parts.where}: leaves that no row of the training reached")
        feature, left, right, missing = whole.values()
        offset = parts.floats("offset", 1)
        return cls(feature, threshold, left, right, missing, roots, leaf, cover, offset, width)

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, 1)."""
        out = np.empty(len(rows))
        nodes = (self.feature, self.threshold, self.left, self.right, self.missing)
        sum_leaves(np.ascontiguousarray(rows), *nodes, self.roots, self.leaf, float(self.offset[0]), out)
        return out[:, None]

    @cached_property
    def base(self) -> float:
        """The mean over the training's rows, tree by tree: what a row has before anything is known of it."""
        return float(self.offset[0]) + self._paths.base

    def contributions(self, rows: Floats) -> Floats:
        """What each feature adds to each row's score, (n, width): with `base` they sum to the score.

        Shapley values along the paths of the trees (Lundberg et al. 2020), where a feature that isn't known goes both
        ways in the shares of the training's rows.
        """
        return self._paths.contributions(np.ascontiguousarray(rows), self.width)

    @cached_property
    def _paths(self) -> Paths:
        nodes = (self.feature, self.threshold, self.left, self.right, self.missing)
        return paths_of(*nodes, self.roots, self.leaf, self.cover)


def _whole(parts: Parts, name: str, length: int | None) -> Ints:
    found = from_npy(parts.raw(name), f"{parts.where}, {name!r}")
    if found.dtype.kind != "i" or found.ndim != 1 or (length is not None and len(found) != length) or not len(found):
        raise BundleError(f"{parts.where}: {name!r} should be {length or 'some'} whole numbers")
    return np.ascontiguousarray(found, np.int64)


@kernel("void(f8[:, ::1], i8[::1], f8[::1], i8[::1], i8[::1], i8[::1], i8[::1], f8[::1], f8, f8[::1])")
def sum_leaves(rows, feature, threshold, left, right, missing, roots, leaf, offset, out):  # type: ignore[no-untyped-def]
    """Write the sum of each row's leaves, tree after tree: a tree's nodes stay in cache for all rows."""
    out[:] = offset
    for root in roots:
        for i in range(len(rows)):
            at = root
            while at >= 0:
                value = rows[i, feature[at]]
                goes_left = missing[at] == 1 if np.isnan(value) else value <= threshold[at]
                at = left[at] if goes_left else right[at]
            out[i] += leaf[-1 - at]
