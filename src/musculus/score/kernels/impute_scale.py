"""Undefined values filled and flagged, columns centred, scaled and clipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from musculus.score.arrays import Floats
from musculus.score.kernels.parts import Indices, Parts


@dataclass(frozen=True)
class ImputeScaleKernel:
    """`(filled - centre) / scale`, within plus or minus `clip`, and after it one 0/1 column for each flagged one."""

    fill: Floats
    centre: Floats
    scale: Floats
    clip: float
    flagged: Indices

    @property
    def n_out(self) -> int:
        """The columns and their flags."""
        return len(self.fill) + len(self.flagged)

    @classmethod
    def read(cls, parts: Parts, width: int) -> Self:
        """`fill`, `centre`, `scale` (width,); `clip` (1,), inf for none; `flagged` column numbers."""
        fill, centre, scale = (parts.floats(name, width) for name in ("fill", "centre", "scale"))
        clip = parts.floats("clip", 1, finite=False)
        return cls(fill, centre, scale, float(clip[0]), parts.indices("flagged", width))

    def __call__(self, rows: Floats) -> Floats:
        """Shape (n, width + flags), no NaN."""
        undefined = np.isnan(rows)
        with np.errstate(over="ignore"):  # what is too large for a float is beyond the clip too
            table = (np.where(undefined, self.fill, rows) - self.centre) / self.scale
        np.clip(table, -self.clip, self.clip, out=table)
        return np.hstack([table, undefined[:, self.flagged].astype(np.float64)])
