"""Makes `people.json`: quantiles of measures over strokes of people, and nothing else of them.

`python -m musculus.serve.replay.ranges events.parquet`, with the point-and-click recordings of Freihaut & Göritz (2021,
doi.org/10.1016/j.ijhcs.2020.102520). Their licence is not stated: no recording of theirs comes with the package.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from musculus.cut import cut
from musculus.measures import measure
from musculus.read import read
from musculus.serve.replay.strokes import PEOPLE, SHOWN, People

SHARES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
LEAST: Final = 50.0  # px of way: below it a stroke is a tremor, not an aim
SOURCE: Final = (
    "Freihaut & Göritz 2021, point-and-click in a web page, 60 Hz, whole px: quantiles only; licence of the recordings "
    "not stated. doi.org/10.1016/j.ijhcs.2020.102520"
)


def ranges(path: Path) -> People:
    """The quantiles over all strokes of a file of people's recordings."""
    events = read(path)
    table = measure(events, cut(events, "stroke"), only=list(SHOWN))
    chosen = table["path_length"] >= LEAST
    shares = list(SHARES)
    found = {name: np.nanquantile(table[name][chosen], shares) for name in SHOWN}
    rounded = {name: [float(f"{v:.5g}") for v in values] for name, values in found.items()}
    return People(SOURCE, len(set(events.context["person"].tolist())), int(chosen.sum()), shares, rounded)


if __name__ == "__main__":
    PEOPLE.write_bytes(msgspec.json.format(msgspec.json.encode(ranges(Path(sys.argv[1]))), indent=2) + b"\n")
