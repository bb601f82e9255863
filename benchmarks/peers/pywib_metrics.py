"""pywib: every movement metric it has of a stroke, in the order its documentation gives them.

A stroke is a session with one trace: pywib gives one number a session.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pandas as pd
import pywib
from same_work import Floats, Rows

from peers.strokes import samples, table

SAME = {"distance": "path_length"}


def prepare(rows: Rows) -> dict[int, list[pd.DataFrame]]:
    """Its own form: session -> traces."""
    return {
        k: [pd.DataFrame({"sessionId": k, "eventType": 0, "timeStamp": t, "x": x, "y": y})]
        for k, (t, x, y) in enumerate(samples(rows))
    }


def run(prepared: dict[int, list[pd.DataFrame]]) -> tuple[list[str], Floats]:
    """All strokes in each call, as it likes it; traces are changed in place, so each run has its own lists."""
    with np.errstate(all="ignore"):
        traces = {k: list(v) for k, v in copy.copy(prepared).items()}
        found: dict[str, Any] = {"distance": pywib.total_distance(traces=traces)}
        traces = pywib.jerkiness(traces=pywib.acceleration(traces=pywib.velocity(traces=traces)))
        for name in ("velocity", "acceleration", "jerkiness"):
            found[name] = getattr(pywib, f"{name}_metrics")(df=None, traces=traces)
        found["auc"] = pywib.auc(None, traces=traces)
        found["deviation"] = pywib.deviations(traces=traces)
        found["curvature"] = pywib.curvature(traces=traces)
        found["turns"] = pywib.direction_changes(traces=traces, per_traces=True)
        found["x_turns"] = pywib.x_flips(traces=traces, per_traces=True)
        found["y_turns"] = pywib.y_flips(traces=traces, per_traces=True)
    numbers = [flat({name: by_stroke[k] for name, by_stroke in found.items()}) for k in prepared]
    return table(numbers, SAME)


def flat(found: dict[str, Any]) -> dict[str, float]:
    """Dictionaries and tuples spread out into numbers."""
    row: dict[str, float] = {}
    for name, value in found.items():
        inner = value[0] if isinstance(value, list) else value
        if isinstance(inner, dict):
            row |= {f"{name}_{n}": v for n, v in inner.items()}
        elif isinstance(inner, tuple):
            row |= {f"{name}_{i}": v for i, v in enumerate(inner)}
        else:
            row[name] = inner
    return row
