"""Rows that say `Left`, `Pressed`: the words of Balabit's recorder, which others have taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from musculus.errors import ReadError
from musculus.events import KIND
from musculus.events.place import Place

Array = npt.NDArray[Any]
WHEEL_STEP: Final = 100.0  # px: what Chromium on Windows reports for one notch of a wheel
STATES: Final = {"Move": "move", "Drag": "move", "Pressed": "down", "Released": "up", "Down": "wheel", "Up": "wheel"}
BUTTONS: Final = {"Left": 0, "Middle": 1, "Right": 2, "XButton": 3}
MASKS: Final = {"Left": 1, "Middle": 4, "Right": 2, "XButton": 8}
NO_BUTTON: Final = ("NoButton", "Scroll")


def check_words(rows: pl.DataFrame, path: Path) -> None:
    """ReadError at the first state or button that nobody knows."""
    for column, words in {"state": list(STATES), "button": [*BUTTONS, *NO_BUTTON]}.items():
        bad = ~rows[column].is_in(words).fill_null(False)
        if bad.any():
            i = int(bad.arg_max() or 0)
            row = Place(str(path), 0, 2).row(i)
            raise ReadError(f"{row}: {column} {rows[column][i]!r} is unknown; known: {', '.join(words)}")


def columns_of(rows: pl.DataFrame) -> dict[str, Array]:
    """The columns `kind`, `button`, `buttons` and `dy` of rows with `state` and `button`.

    A drag is a move with the button of the last press held (the left one where none came before). A turn of the
    wheel is `WHEEL_STEP` px, down positive; what is held then is not known.
    """
    state, button = rows["state"], rows["button"]
    wheel = state.is_in(["Up", "Down"]).to_numpy()
    return {
        "kind": state.replace_strict({s: KIND[k] for s, k in STATES.items()}, return_dtype=pl.Int8).to_numpy(),
        "button": button.replace_strict(BUTTONS, default=-1, return_dtype=pl.Int8).to_numpy(),
        "buttons": _held(state, button),
        "dy": np.where(wheel, np.where(state == "Down", WHEEL_STEP, -WHEEL_STEP), np.nan).astype(np.float32),
    }


def _held(state: pl.Series, button: pl.Series) -> Array:
    mask = button.replace_strict(MASKS, default=0, return_dtype=pl.Int16)
    frame = pl.select(state=state, mask=mask).with_columns(
        last=pl.when(pl.col("state") == "Pressed").then("mask").forward_fill().fill_null(MASKS["Left"])
    )
    held = pl.when(pl.col("state").is_in(["Drag", "Pressed"])).then("last")
    return frame.select(held.when(pl.col("state").is_in(["Up", "Down"])).then(-1).otherwise(0)).to_series().to_numpy()
