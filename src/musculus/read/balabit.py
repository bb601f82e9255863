"""Sessions of the Balabit Mouse Dynamics Challenge."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from musculus.events import Events
from musculus.read.registry import reader
from musculus.read.slices import rows_of
from musculus.read.states import check_words, columns_of

HEADER = ("record timestamp", "client timestamp", "button", "state", "x", "y")
LABELS = "public_labels.csv"
UNKNOWN: Final = 65535.0  # stands in x or y where the position was not known
WRAP: Final = 2.0**32  # ms: negative client times are stored as unsigned 32-bit numbers
SPLITS = {"training_files": "train", "test_files": "test"}


@reader("balabit", header=HEADER, beside=(LABELS,), names_by_file=True)
def read_balabit(path: Path) -> Events:
    """Balabit Mouse Dynamics Challenge sessions: seconds on two clocks; the client's is used.

    * The recording is named by its file. Context: `person` (the folder, `user7`), `split` (`train`, `test`) and
      `illegal`, from `public_labels.csv` in a folder above; null where a session has no label there.
    * Client times below zero are stored as unsigned 32-bit ms and are unwrapped; `t` counts from the first row.
    * Scroll rows carry x = y = 0 and get no position; each, an exact duplicate too, is one notch of the wheel: `dy`
      100 px down or up. Exact duplicates of Move and Drag rows are dropped.
    * x = y = 65535 means that the position was not known: NaN.
    * Drag rows say `NoButton`: they are moves with the button of the last press in `buttons` (left where none came
      before); Move rows have `buttons` 0.
    """
    rows = rows_of(path, {c: "seconds" if "timestamp" in c else "px" for c in HEADER if c not in ("button", "state")})
    check_words(rows, path)
    rows = rows.filter(~pl.col("state").is_in(["Move", "Drag"]) | pl.struct(HEADER).is_first_distinct())
    wheel = (rows["button"] == "Scroll").to_numpy()
    unknown = ((rows["x"] == UNKNOWN) | (rows["y"] == UNKNOWN)).fill_null(True).to_numpy() | wheel
    columns = {
        "t": _times(rows["client timestamp"]),
        "x": np.where(unknown, np.nan, rows["x"].to_numpy()),
        "y": np.where(unknown, np.nan, rows["y"].to_numpy()),
        **columns_of(rows),
    }
    return Events.build(columns, np.array([0, len(rows)]), (path.name,), _context(path))


def _times(seconds: pl.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    t = seconds.to_numpy() * 1000.0
    t = np.where(t >= WRAP / 2, t - WRAP, t)
    return t - t[0] if len(t) and np.isfinite(t[0]) else t


def _context(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    person = path.parent.name if re.fullmatch(r"user\d+", path.parent.name) else None
    split = next((SPLITS[p.name] for p in path.parents if p.name in SPLITS), None)
    labels = next((p / LABELS for p in list(path.parents)[:4] if (p / LABELS).is_file()), None)
    illegal = _labels(labels, labels.stat().st_mtime_ns).get(path.name) if labels else None
    return {k: np.array([v], object) for k, v in (("person", person), ("split", split), ("illegal", illegal))}


@lru_cache(maxsize=8)
def _labels(path: Path, changed: int) -> dict[str, bool]:
    """The labels of a file; `changed` is when it was, so that an edited file is read again."""
    rows = rows_of(path, {"is_illegal": "0 or 1"})
    return {name: bool(label) for name, label in zip(rows["filename"], rows["is_illegal"], strict=True)}
