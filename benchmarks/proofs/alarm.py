"""The intruder alarm on Balabit's labelled sessions, as they are and played again through other mice: a new mouse must
not lock anybody out, and somebody else must be noticed by either.
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from musculus.devices import Mouse, Page, record
from musculus.events import Events
from musculus.read import read
from musculus.tasks.alarm import MOUSE, OTHER, SAME, UNSURE, alarm
from musculus.tasks.alarm_rows import INCH, Part
from proofs import Finding

DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
ENROL, EACH, SESSIONS = 8_000, 4_000, 4  # events of a recording that enrol, that are asked; sessions a person and kind
# not the mice that `alarm_rows` re-records with
MICE = {
    "the same mouse": None,
    "1.5 times the gain, 500 Hz": (Mouse(sensitivity=1.5, polling_hz=500), Page(hz=60), INCH),
    "half the gain, 125 Hz": (Mouse(sensitivity=0.5, polling_hz=125), Page(hz=144), INCH),
    "1000 Hz, every report": (Mouse(polling_hz=1000), Page(hz=None), None),
    "another acceleration": (Mouse(polling_hz=500, acceleration="windows_like"), Page(hz=60), INCH),
}


def prove(small: bool) -> list[Finding]:
    """Outcomes of genuine and of false claims, by mouse."""
    folder = DATA / "balabit"
    if not folder.is_dir():
        return [Finding("recordings", f"none at {DATA}: MUSCULUS_DATA names their folder")]
    events = read(folder)
    who, training = events.context["person"].astype(str), events.context["split"] == "train"
    known = {p: [] for p in np.unique(who).tolist()}
    for i in np.flatnonzero(training).tolist():
        if len(known[who[i]]) < (3 if small else 8):
            known[who[i]].append(Part.of(begin(events[i], ENROL)))
    found = []
    for mouse in list(MICE)[: 2 if small else None]:
        genuine, false = outcomes(events, known, mouse, 1 if small else SESSIONS)
        held = None if small else genuine[OTHER] <= 0.05 * genuine.total()
        found.append(Finding(f"the person, {mouse}", words(genuine), "someone else: 5 % at most", held))
        found.append(Finding(f"somebody else, {mouse}", words(false)))
    return found


def outcomes(
    events: Events, known: dict[str, list[Part]], mouse: str, most: int
) -> tuple[Counter[str], Counter[str]]:
    """Outcomes of the first labelled sessions of each person: genuine ones, false ones."""
    who, illegal = events.context["person"].astype(str), events.context["illegal"].astype(str)
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for person, own in known.items():
        for said, count in zip(("False", "True"), counts, strict=True):
            for i in np.flatnonzero((who == person) & np.isin(illegal, [said, str(int(said == "True"))]))[:most]:
                now = Part.of(by(begin(events[int(i)], EACH), mouse), others=False)
                others = {p: parts[:2] for p, parts in known.items() if p != person}
                count[alarm(own, others, now).outcome] += 1
    return counts


def by(events: Events, mouse: str) -> Events:
    """The recording as another mouse would have made it."""
    made = MICE[mouse]
    return events if made is None else record(events, made[0], made[1], hand=made[2])


def begin(events: Events, most: int) -> Events:
    """The first events of a recording."""
    n = min(most, events.n_events)
    columns = {k: v[:n] for k, v in events.columns.items()}
    return replace(events, columns=columns, offsets=np.array([0, n], np.int64))


def words(count: Counter[str]) -> str:
    """How many of each outcome."""
    told = ", ".join(f"{name} {count[name]}" for name in (SAME, MOUSE, UNSURE, OTHER))
    return f"{told} of {count.total()}"
