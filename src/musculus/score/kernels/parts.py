"""What a kernel is, and the checked arrays it is made from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from musculus.errors import BundleError
from musculus.score.arrays import Floats, from_npy

Indices = npt.NDArray[np.int64]


class Kernel(Protocol):
    """One step of a model: a table of shape (n, width) in, one of shape (n, n_out) out, each row for itself."""

    n_out: int

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """The kernel, from what the model file holds for it."""
        ...

    def __call__(self, rows: Floats) -> Floats:
        """The step, shape (n, n_out)."""
        ...


class Parts:
    """The members one step may read, by the step's own names; every array leaves here with the shape it must have."""

    def __init__(self, members: Mapping[str, bytes], where: str, depth: int = 0) -> None:
        self.where, self.depth = where, depth
        self._members = dict(members)
        self._used: set[str] = set()

    def raw(self, name: str) -> bytes:
        """The bytes of a part."""
        if name not in self._members:
            raise BundleError(f"{self.where}: {name!r} is missing")
        self._used.add(name)
        return self._members[name]

    def floats(self, name: str, *shape: int | None, finite: bool = True) -> Floats:
        """A part as float64 of this shape; None stands for any length of at least 1."""
        array = from_npy(self.raw(name), f"{self.where}, {name!r}").astype(np.float64)
        self._check_shape(name, array.shape, shape)
        if np.isnan(array).any() or (finite and not np.isfinite(array).all()):
            raise BundleError(f"{self.where}: {name!r} holds numbers that aren't finite")
        return array

    def indices(self, name: str, below: int) -> Indices:
        """A part as whole numbers, shape (k,), ascending, each in 0..below-1; k may be 0."""
        array = from_npy(self.raw(name), f"{self.where}, {name!r}")
        if array.dtype.kind != "i" or array.ndim != 1:
            raise BundleError(f"{self.where}: {name!r} should be one row of whole numbers")
        found = array.astype(np.int64)
        if found.size and (found[0] < 0 or found[-1] >= below or (np.diff(found) <= 0).any()):
            raise BundleError(f"{self.where}: {name!r} should be ascending column numbers below {below}")
        return found

    def all_used(self) -> None:
        """Refuse parts that the step didn't ask for."""
        odd = sorted(set(self._members) - self._used)
        if odd:
            raise BundleError(f"{self.where}: {', '.join(odd)[:200]} belongs to no such step")

    def _check_shape(self, name: str, found: tuple[int, ...], wanted: tuple[int | None, ...]) -> None:
        fits = len(found) == len(wanted) and all(
            f == w or (w is None and f > 0) for f, w in zip(found, wanted, strict=True)
        )
        if not fits:
            asked = ", ".join("any" if side is None else str(side) for side in wanted)
            raise BundleError(f"{self.where}: {name!r} has shape {found}, expected ({asked})")
