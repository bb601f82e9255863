"""musculus, the series and summaries of the same work."""

from __future__ import annotations

from typing import Any

import numpy as np
from same_work import SERIES, Floats, Rows

from musculus.cut import Cuts
from musculus.events import Events
from musculus.measures import measure


def prepare(rows: Rows) -> tuple[Events, Cuts]:
    """The rows as the moves of one recording, and its cuts."""
    whole = np.array([0, len(rows)], np.int64)
    moves = np.zeros(len(rows), np.int8)
    events = Events.build({"t": rows.t, "x": rows.x, "y": rows.y, "kind": moves}, whole, ["0"])
    n = len(rows.offsets) - 1
    cuts = Cuts("stroke", rows.offsets[:-1], rows.offsets[1:], np.zeros(n, np.int64), np.zeros(n, np.int32))
    return events, cuts


def run(prepared: tuple[Events, Cuts], **options: Any) -> tuple[list[str], Floats]:
    """One thread; all eleven summaries of each series."""
    table = measure(*prepared, threads=1, **(options or {"only": SERIES}))
    return list(table.names), table.values
