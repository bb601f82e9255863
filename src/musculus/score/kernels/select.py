"""Some columns of a table, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from musculus.errors import BundleError
from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Indices, Parts


@dataclass(frozen=True)
class SelectKernel:
    """The columns that a selection inside the model kept."""

    keep: Indices

    @property
    def n_out(self) -> int:
        """How many were kept."""
        return len(self.keep)

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """`keep`: ascending column numbers, at least one."""
        keep = parts.indices("keep", width)
        if not len(keep):
            raise BundleError(f"{parts.where}: no column is kept")
        return cls(keep)

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, kept)."""
        return rows[:, self.keep]
