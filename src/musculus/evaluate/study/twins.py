"""Recordings played again through other mice, as a study of its own: the same hands, so all that differs is a mouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np

from musculus.errors import UnknownName, UsageError
from musculus.events import Events

SETTINGS: Final = {  # what may be simulated -> the context column that declares it
    "dpi": "dpi",
    "polling": "polling_hz",
    "polling_hz": "polling_hz",
    "sensitivity": "sensitivity",
}


HAND: Final = 800.0


def moved(events: Events, settings: Mapping[str, Sequence[float]], hand: float | None = None) -> float | None:
    """The DPI that the recorded hand had: as given, else the one that all recordings declare, else 800.

    None where no gain is simulated: the pointer then goes where it went. UsageError for one that isn't above 0.

    >>> e = Events.of(t=[0, 50], x=[0, 30], y=[0, 0])
    >>> moved(e, {"dpi": [400, 800]}), moved(e, {"polling": [60, 125]})
    (800.0, None)
    """
    if hand is not None and not hand > 0:
        raise UsageError(f"hand is {hand:g}; the DPI of the mouse that the recorded people had, above 0")
    if hand is not None or not {"dpi", "sensitivity"} & set(settings):
        return hand
    declared = {str(v) for v in events.context["dpi"]} if "dpi" in events.context else set()
    try:
        known = float(next(iter(declared))) if len(declared) == 1 else 0.0
    except ValueError:
        known = 0.0
    return known if known > 0 else HAND


def twins(
    events: Events, settings: Mapping[str, Sequence[float]], seed: int = 0, hand: float | None = None
) -> tuple[Events, tuple[str, ...]]:
    """Each recording once with each simulated mouse (all settings crossed), and the columns that tell the mouse.

    Without `hand` the pointer goes where it went, and only grain, rate and clock change; with it the hand repeats its
    movement, one of that many DPI having been recorded (`musculus.devices.record`).
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
        again = record(events, Mouse(**chosen), seed=seed, hand=hand)  # type: ignore[arg-type]
        words = ", ".join(f"{c} {v:g}" for c, v in chosen.items())
        named = replace(again, recordings=tuple(f"{r}, {words}" for r in again.recordings))
        told = {c: np.full(len(events), v) for c, v in chosen.items()}
        parts.append(named.with_context(**told, simulated=np.full(len(events), True)))
    return Events.concat(one for part in zip(*parts, strict=True) for one in part), columns
