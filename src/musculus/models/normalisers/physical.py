"""Pixels as centimetres of the hand, or as degrees of what the eye sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import UsageError
from musculus.models.normalisers.base import Floats, Metadata, Normaliser
from musculus.models.normalisers.dimensions import powers

INCH = 2.54  # cm


class PhysicalUnits(Normaliser):
    """Columns measured in pixels (px, px/s, rad/px ...) in centimetres, or in degrees; the others stay.

    Centimetres are the hand's: a row needs its gain, DPI times sensitivity (pixels an inch). Only right for a linear
    curve of acceleration, and only where the pixel's part is known: from `units`, or the names of columns.

    Parameters
    ----------
    unit : cm or degrees
    units : column -> unit, such as `px/s`; without it units are told from names
    px_per_cm, distance : of the screen, and cm from the eye to it, for degrees

    Attributes
    ----------
    power_ : (n_features,) power of a pixel in each column's unit, 0 where it is unknown
    unknown_ : how many columns nobody can say it of

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"path_length": [800.0, 1600.0], "straightness": [0.5, 0.5]})
    >>> PhysicalUnits().fit(rows).transform(rows, gain=[800.0, 1600.0]).tolist()
    [[2.54, 0.5], [2.54, 0.5]]
    """

    power_: npt.NDArray[np.int64]
    unknown_: int

    def __init__(
        self, *, unit: str = "cm", units: Mapping[str, str] | None = None, px_per_cm: float = 37.8,
        distance: float = 60.0,
    ) -> None:  # fmt: skip
        self.unit = unit
        self.units = units
        self.px_per_cm = px_per_cm
        self.distance = distance

    def _learn(self, rows: Floats, about: Metadata) -> None:
        if self.unit not in ("cm", "degrees"):
            raise UsageError(f"unit is {self.unit!r}; cm or degrees")
        names: list[Any] = list(getattr(self, "feature_names_in_", [f"x{j}" for j in range(rows.shape[1])]))
        found = powers(names, self.units)
        self.unknown_ = sum(p is None for p in found)
        self.power_ = np.array([p or 0 for p in found], np.int64)

    def _apply(self, rows: Floats, about: Metadata) -> Floats:
        if self.unit == "degrees":
            one = np.full(len(rows), np.degrees(1.0 / (self.px_per_cm * self.distance)))
        elif about.gain is None:
            return rows.copy()
        else:
            one = INCH / about.gain
        return np.asarray(rows * one[:, None] ** self.power_)
