"""traja: a track's `summary()`, and its turn angles, of a stroke."""

from __future__ import annotations

from typing import Any

import numpy as np
import traja
from same_work import Floats, Rows

from peers.strokes import samples, table

SAME = {"length": "path_length", "distance": "displacement", "mean_speed": "velocity_mean", "max_speed": "velocity_max"}


def prepare(rows: Rows) -> list[Any]:
    """A track a stroke: x, y, and time in seconds."""
    return [traja.TrajaDataFrame({"x": x, "y": y, "time": t / 1e3}) for t, x, y in samples(rows)]


def run(prepared: list[Any]) -> tuple[list[str], Floats]:
    """Track by track."""
    with np.errstate(all="ignore"):
        return table([numbers(track.copy()) for track in prepared], SAME)


def numbers(track: Any) -> dict[str, float]:
    """Thirteen numbers of one track."""
    found = track.traja.summary()
    turns = traja.calc_turn_angle(track)
    out = {f"center_{i}": v for i, v in enumerate(found["center"])}
    out |= {f"bounds_{i}": v for i, v in enumerate(np.ravel(found["bounds"]))}
    wanted = ("distance", "length", "mean_speed", "max_speed", "mean_acceleration")
    out |= {name: found[name] for name in wanted if name in found}
    return out | {"turn_mean": turns.mean(), "turn_std": turns.std()}
