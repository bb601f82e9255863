"""tsfel with its default settings (statistical, temporal and spectral features) of x, y and speed of a stroke."""

from __future__ import annotations

from typing import Any

import tsfel
from same_work import Floats, Rows

from peers.strokes import series, table

SAME = {"velocity_Mean": "velocity_mean", "velocity_Median": "velocity_median", "velocity_Max": "velocity_max"}
RATE = 64.0  # Hz: Balabit's clock; the features of frequency need some rate


def prepare(rows: Rows) -> tuple[list[dict[str, Floats]], Any]:
    """Three series a stroke, and the settings."""
    return series(rows), tsfel.get_features_by_domain()


def run(prepared: tuple[list[dict[str, Floats]], Any]) -> tuple[list[str], Floats]:
    """A call a series, which is how a series without windows is given to it."""
    strokes, settings = prepared
    numbers = []
    for stroke in strokes:
        row: dict[str, float] = {}
        for name, values in stroke.items():
            found = tsfel.time_series_features_extractor(
                settings, values, fs=RATE, verbose=0, header_names=[name]
            )
            row |= found.iloc[0].to_dict()
        numbers.append(row)
    return table(numbers, SAME)
