"""Sessions of SapiMouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from musculus.events import Events
from musculus.read.registry import reader
from musculus.read.slices import rows_of
from musculus.read.states import check_words, columns_of

HEADER = ("client timestamp", "button", "state", "x", "y")


@reader("sapimouse", header=HEADER, names_by_file=True)
def read_sapimouse(path: Path) -> Events:
    """SapiMouse sessions (Antal, Fejér & Buza 2021), recorded in a web page: 120 people, 1 and 3 minutes each.

    The recording is named by its file, `person` is the folder (`user1`). Times are ms and count from the first row.
    A drag is a move with the button of the last press in `buttons`; a turn of the wheel has no position.
    """
    rows = rows_of(path, {"client timestamp": "milliseconds", "x": "px", "y": "px"})
    check_words(rows, path)
    t = rows["client timestamp"].to_numpy()
    wheel = rows["state"].is_in(["Up", "Down"])
    place = {c: rows.select(pl.when(~wheel).then(c)).to_series().fill_null(np.nan).to_numpy() for c in ("x", "y")}
    columns = {"t": t - t[0] if len(t) else t, **place, **columns_of(rows)}
    person = {"person": np.array([path.parent.name or None], object)}
    return Events.build(columns, np.array([0, len(rows)]), (path.name,), person)
