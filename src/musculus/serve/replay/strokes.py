"""The strokes of a recording, each with its measures and where these lie among those of people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import COLUMNS, measure

Floats = npt.NDArray[np.float64]
PEOPLE: Final = Path(__file__).with_name("people.json")
SHOWN: Final = (
    "path_length", "movement_time", "velocity_mean", "velocity_max", "acceleration_max", "jerk_std", "straightness",
    "max_abs_deviation", "curvature_angle_mean", "peak_time_ratio", "submovements", "sparc",
)  # fmt: skip
MOST: Final = 5000  # strokes told of one recording; the rest is counted


class People(msgspec.Struct, frozen=True):
    """How strokes of people lie: quantiles at `shares` by measure, and whose strokes they are."""

    source: str
    people: int
    strokes: int
    shares: list[float]
    quantiles: dict[str, list[float]]


@cache
def people() -> People:
    """The range of people that comes with the package, made by `musculus.serve.replay.ranges`."""
    return msgspec.json.decode(PEOPLE.read_bytes(), type=People)


def strokes(events: Events) -> dict[str, Any]:
    """`measures` with name, unit, sentence and people's quantiles; `strokes` with rows, times (ms), page and values.

    A value is null where the measure is undefined; `odd` counts the values outside the middle 98 % of people.
    """
    cuts = cut(events, "stroke")[:MOST]
    table = measure(events, cuts, only=list(SHOWN))
    values = np.column_stack([table[name] for name in SHOWN])
    found = [
        (
            [int(cuts.start[k]), int(cuts.end[k]) - 1],
            [float(events.t[cuts.start[k]]), float(events.t[cuts.end[k] - 1])],
            int(cuts.page[k]),
            [None if np.isnan(v) else float(v) for v in values[k]],
        )
        for k in range(len(cuts))
    ]
    return told(found)


def told(found: Sequence[tuple[list[int], list[float], int, list[float | None]]]) -> dict[str, Any]:
    """The same of strokes that were measured before: rows, times, page and the values of `SHOWN` of each."""
    ranges = people()
    bounds = [(ranges.quantiles[name][0], ranges.quantiles[name][-1]) for name in SHOWN]
    return {
        "people": {"source": ranges.source, "people": ranges.people, "strokes": ranges.strokes},
        "shares": ranges.shares,
        "measures": [_about(name, ranges.quantiles[name]) for name in SHOWN],
        "strokes": [
            {
                "rows": rows,
                "t": times,
                "page": page,
                "values": [None if v is None else float(f"{v:.5g}") for v in values],
                "odd": sum(
                    v is not None and not low <= v <= high for v, (low, high) in zip(values, bounds, strict=True)
                ),
            }
            for rows, times, page, values in found
        ],
    }


def _about(name: str, quantiles: list[float]) -> dict[str, Any]:
    m = COLUMNS[name]
    return {"name": name, "unit": m.unit_of(name), "sentence": m.doc, "people": quantiles}
