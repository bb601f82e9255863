"""Columns of the user's own, from a table beside the recordings."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from musculus.errors import DataError
from musculus.events import Events
from musculus.events.cells import plain
from musculus.read.choice import PathLike
from musculus.read.features import read_features

Array = npt.NDArray[Any]


class Beside:
    """A table with one row a recording, read once and joined to the parts of a file as they come.

    DataError where the table has no column `recording`, or tells two things of one recording.

    Examples
    --------
    >>> events = Beside("people.csv").join(events)  # doctest: +SKIP
    """

    def __init__(self, path: PathLike) -> None:
        table = read_features(path)
        if "recording" not in table.columns:
            raise DataError(
                f"{path} is joined on the column 'recording', which it lacks; it has {', '.join(table.columns)}"
            )
        ids = [str(r) for r in table["recording"].to_list()]
        self.row = {name: i for i, name in enumerate(ids)}
        if len(self.row) < len(ids):
            twice = next(r for i, r in enumerate(ids) if self.row[r] != i)
            raise DataError(f"{path} has two rows for recording {twice!r}; give each recording one")
        self.columns = {s.name: plain(s) for s in table if s.name != "recording"}
        self.matched = 0

    def join(self, events: Events) -> Events:
        """The events with the table's columns as context; missing where it has no row for a recording."""
        row = np.array([self.row.get(r, -1) for r in events.recordings], np.int64)
        self.matched += int((row >= 0).sum())
        return events.with_context(**{name: _picked(values, row) for name, values in self.columns.items()})


def _picked(values: Array, row: npt.NDArray[np.int64]) -> Array:
    missing: Any = np.nan if values.dtype.kind in "iuf" else None
    if (row < 0).any():
        values = np.append(values.astype(object if missing is None else np.float64), missing)  # which -1 picks
    picked: Array = values[row]
    return picked
