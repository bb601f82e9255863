"""Recordings played again through other mice, as a study of its own: the same hands, so all that differs is a mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np

from musculus.errors import UnknownName
from musculus.events import Events

SETTINGS: Final = {  # what may be simulated -> the context column that declares it
    "dpi": "dpi",
    "polling": "polling_hz",
    "polling_hz": "polling_hz",
    "sensitivity": "sensitivity",
}


def twins(events: Events, settings: Mapping[str, Sequence[float]], seed: int = 0) -> tuple[Events, tuple[str, ...]]:
    """Each recording once with each simulated mouse (all settings crossed), and the columns that tell the mouse.

    The hand steers: the pointer goes where it went, and only grain, rate and clock change (`musculus.devices.record`).
    UnknownName for a setting that can't be simulated.

    >>> e = Events.of(t=[0, 50, 100], x=[0, 30, 60], y=[0, 0, 0], recording="a")
    >>> many, columns = twins(e, {"dpi": [400, 800], "polling": [60, 125]})
    >>> columns, many.recordings[:2]
    (('dpi', 'polling_hz'), ('a, dpi 400, polling_hz 60', 'a, dpi 400, polling_hz 125'))
    """
    from musculus.devices import Mouse, record

    for name in settings:
        if name not in SETTINGS:
            raise UnknownName("setting of a simulated mouse", name, SETTINGS)
    columns = tuple(SETTINGS[n] for n in settings)
    parts = []
    for values in product(*settings.values()):
        chosen = {c: float(v) for c, v in zip(columns, values, strict=True)}
        again = record(events, Mouse(**chosen), seed=seed)  # type: ignore[arg-type]
        words = ", ".join(f"{c} {v:g}" for c, v in chosen.items())
        named = replace(again, recordings=tuple(f"{r}, {words}" for r in again.recordings))
        told = {c: np.full(len(events), v) for c, v in chosen.items()}
        parts.append(named.with_context(**told, simulated=np.full(len(events), True)))
    return Events.concat(one for part in zip(*parts, strict=True) for one in part), columns
