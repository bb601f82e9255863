"""Sessions of the Balabit Mouse Dynamics Challenge."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from musculus.errors import ReadError
from musculus.events import KIND, Events
from musculus.events.place import Place
from musculus.read.registry import reader
from musculus.read.slices import rows_of

HEADER = ("record timestamp", "client timestamp", "button", "state", "x", "y")
LABELS = "public_labels.csv"
WHEEL_STEP: Final = 100.0  # px: what Chromium on Windows reports for one notch of a wheel
UNKNOWN: Final = 65535.0  # stands in x or y where the position was not known
WRAP: Final = 2.0**32  # ms: negative client times are stored as unsigned 32-bit numbers
STATES = {"Move": "move", "Drag": "move", "Pressed": "down", "Released": "up", "Down": "wheel", "Up": "wheel"}
BUTTONS = {"Left": 0, "Middle": 1, "Right": 2, "XButton": 3}
MASKS = {"Left": 1, "Middle": 4, "Right": 2, "XButton": 8}
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
    _check_words(rows, path)
    rows = rows.filter(~pl.col("state").is_in(["Move", "Drag"]) | pl.struct(HEADER).is_first_distinct())
    state, button = rows["state"], rows["button"]
    wheel = (button == "Scroll").to_numpy()
    unknown = ((rows["x"] == UNKNOWN) | (rows["y"] == UNKNOWN)).fill_null(True).to_numpy() | wheel
    columns = {
        "t": _times(rows["client timestamp"]),
        "kind": state.replace_strict({s: KIND[k] for s, k in STATES.items()}, return_dtype=pl.Int8).to_numpy(),
        "x": np.where(unknown, np.nan, rows["x"].to_numpy()),
        "y": np.where(unknown, np.nan, rows["y"].to_numpy()),
        "button": button.replace_strict(BUTTONS, default=-1, return_dtype=pl.Int8).to_numpy(),
        "buttons": _held(state, button),
        "dy": np.where(wheel, np.where(state == "Down", WHEEL_STEP, -WHEEL_STEP), np.nan).astype(np.float32),
    }
    return Events.build(columns, np.array([0, len(rows)]), (path.name,), _context(path))


def _check_words(rows: pl.DataFrame, path: Path) -> None:
    known = {"state": list(STATES), "button": [*BUTTONS, "NoButton", "Scroll"]}
    for column, words in known.items():
        bad = ~rows[column].is_in(words).fill_null(False)
        if bad.any():
            i = int(bad.arg_max() or 0)
            row = Place(str(path), 0, 2).row(i)
            raise ReadError(f"{row}: {column} {rows[column][i]!r} is unknown; known: {', '.join(words)}")


def _times(seconds: pl.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    t = seconds.to_numpy() * 1000.0
    t = np.where(t >= WRAP / 2, t - WRAP, t)
    return t - t[0] if len(t) and np.isfinite(t[0]) else t


def _held(state: pl.Series, button: pl.Series) -> np.ndarray[Any, np.dtype[np.int16]]:
    """The mask of the buttons held: at a drag that of the last press; not known at a wheel's row."""
    mask = button.replace_strict(MASKS, default=0, return_dtype=pl.Int16)
    frame = pl.select(state=state, mask=mask).with_columns(
        last=pl.when(pl.col("state") == "Pressed").then("mask").forward_fill().fill_null(MASKS["Left"])
    )
    held = pl.when(pl.col("state").is_in(["Drag", "Pressed"])).then("last")
    return frame.select(held.when(pl.col("state").is_in(["Up", "Down"])).then(-1).otherwise(0)).to_series().to_numpy()


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
