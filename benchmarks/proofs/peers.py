"""Detectors beside each other on the same windows: how many people each loses, and how many bots it catches."""

from __future__ import annotations

import numpy as np
from detectors.judges import JUDGES
from detectors.run import asked, main
from detectors.windows import PEOPLE, Maker, windows

from musculus.bots import generate
from musculus.events import Events
from proofs import Finding

KNOWN = ("Winslow's", "isolation forest")  # those that need nothing installed and no shipped model


def prove(small: bool) -> list[Finding]:
    """All of them on the arena, which writes a table of its own; the small size is on made-up windows."""
    if not small:
        code = main([])
        words = ("all", "not all: the table says why", "no recordings: MUSCULUS_DATA names their folder")
        return [Finding("detectors that could be asked", words[code], "all", code == 0)]
    people = [maker(PEOPLE, f"p{i}", generate("sigma_lognormal", 24, i)) for i in range(8)]
    makers = (*people, maker("straight", "straight", generate("straight", 80, 9)))
    lines, missing = asked([j for j in JUDGES if j.name in KNOWN], {8: windows(makers, 8)})
    found = [Finding(f"{name}, made-up windows of 8 strokes", f"bots caught {caught}", "all", caught == "100.0 %")
             for name, _, _, _, _, _, caught, *_ in lines]  # fmt: skip
    return [*found, Finding("detectors that could not be asked", str(len(missing)), "0", not missing)]


def maker(who: str, person: str, events: Events) -> Maker:
    """The strokes of recordings, without their presses."""
    kinds = np.array(events.kind_names())
    moves = np.flatnonzero(kinds == "move")
    parts = np.split(moves, np.searchsorted(moves, np.flatnonzero(kinds == "down")))
    strokes = [(events.t[r] - events.t[r[0]], events.x[r], events.y[r]) for r in parts if len(r) > 1]
    return Maker(who, person, strokes)
