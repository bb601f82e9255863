"""People's recorded strokes as commands of xdotool: their times and places, made to fit the window."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from musculus.events import KIND
from musculus.read import read

ROOT: Final = Path(__file__).resolve().parents[2]
STROKES: Final = 12
HOLD: Final = (70.0, 120.0)  # ms: the recording tells no holds, so they are drawn as people's are
EVERY: Final = 13  # recordings from one person to the next


@cache
def _people() -> Any:
    folder = Path(os.environ.get("MUSCULUS_DATA", ROOT.parent / "shared" / "data"))
    path = folder / "pointclick" / "events.parquet"
    return read(path) if path.is_file() else None


def words_of_people(number: int, _: object) -> list[str]:
    """The first strokes of one person; nothing where there are no recordings."""
    people = _people()
    if people is None:
        return []
    person = people[number * EVERY % len(people)]
    rng = np.random.default_rng(number)
    last = float(person.t[np.flatnonzero(person.kind == KIND["click"])[STROKES]])
    words: list[str] = []
    before = float(person.t[0])
    for t, x, y, kind in zip(person.t, person.x, person.y, person.kind, strict=True):
        if t > last:
            break
        words += ["sleep", f"{max(t - before, 0) / 1000:.4f}"]
        if kind == KIND["click"]:
            words += ["mousedown", "1", "sleep", f"{rng.uniform(*HOLD) / 1000:.4f}", "mouseup", "1"]
        else:
            words += ["mousemove", f"{100 + x / 2:.0f}", f"{300 + y / 2:.0f}"]
        before = float(t)
    return words
