"""What every adapter in Python does: reads ends of strokes, calls generators, prints their strokes.

An adapter is a program of its own: `{"ends": [[[x, y], [x, y]], ...], "seed": 0}` on standard input, a line of JSON for
each generator on standard output: `{"generator", "version", "family", "strokes": [[[ms, x, y], ...], ...]}`, or
`{"generator", "missing": "how to install it"}`, or `{"generator", "failed": "what went wrong"}`.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

Point = tuple[float, float]
Path = list[tuple[float, float, float]]  # ms, x, y
Draw = Callable[[Point, Point], Path]


@dataclass(frozen=True)
class Offer:
    """A generator: its name, the package it is from, its family, and what makes the function that draws a stroke."""

    name: str
    package: str
    family: str
    make: Callable[[], Draw]


def serve(offers: list[Offer]) -> None:
    """Answer the request on standard input; the packages' own prints go to standard error."""
    asked = json.load(sys.stdin)
    out, sys.stdout = sys.stdout, sys.stderr
    for one in offers:
        print(json.dumps(answer(one, asked)), file=out, flush=True)


def answer(offer: Offer, asked: dict[str, Any]) -> dict[str, Any]:
    """The strokes of one generator, or why there are none."""
    try:
        found = {"generator": offer.name, "version": version(offer.package), "family": offer.family}
    except PackageNotFoundError:
        return {"generator": offer.name, "missing": f"pip install {offer.package}"}
    seed_all(asked["seed"])
    try:
        draw = offer.make()
        strokes = [draw((a[0], a[1]), (b[0], b[1])) for a, b in asked["ends"]]
    except Exception as error:  # noqa: BLE001  # somebody else's code: whatever it raises is what it has to say
        return {"generator": offer.name, "failed": f"{type(error).__name__}: {error}"}
    return {**found, "strokes": [[[float(v) for v in row] for row in stroke] for stroke in strokes]}


def seed_all(seed: int) -> None:
    """The two sources of chance that such packages use."""
    random.seed(seed)
    try:
        import numpy as np
    except ImportError:
        return
    np.random.seed(seed)  # noqa: NPY002  # what the packages draw from
