"""pycatch22: the 22 canonical features, mean and standard deviation, of x, y and speed of a stroke.

It is under the GPL: it runs in a process and an environment of its own, and nothing here links to it.
"""

from __future__ import annotations

import pycatch22
from same_work import Floats, Rows

from peers.strokes import series, table

SAME = {"velocity_DN_mean": "velocity_mean", "velocity_DN_Spread_std": "velocity_std"}


def prepare(rows: Rows) -> list[dict[str, list[float]]]:
    """Three lists a stroke: lists are what it reads fastest."""
    return [{name: values.tolist() for name, values in stroke.items()} for stroke in series(rows)]


def run(prepared: list[dict[str, list[float]]]) -> tuple[list[str], Floats]:
    """A call a series."""
    numbers = []
    for stroke in prepared:
        row: dict[str, float] = {}
        for name, values in stroke.items():
            found = pycatch22.catch22_all(values, catch24=True)
            row |= {f"{name}_{n}": v for n, v in zip(found["names"], found["values"], strict=True)}
        numbers.append(row)
    return table(numbers, SAME)
