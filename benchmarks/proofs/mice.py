"""A verifier trained with one simulated mouse and asked with others: what it loses, and what wins half of it back.

Point-and-click people (60 Hz in a web page) and the training sessions of Balabit's accounts, each played again through
mice of several polling rates, and of several DPI with the hand repeating its movement.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from musculus.evaluate.study.simulated import simulate
from musculus.events import Events
from musculus.read import read
from proofs import Finding

DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
POLLING = {"polling": [60.0, 125.0, 1000.0]}
DPI = {"dpi": [400.0, 800.0, 1600.0]}
HAND = 800.0  # px of the recorded path that are an inch of the hand
HALF = 0.5
JUDGED = ("rate-independent, cohort_shift", "rate-independent, augmented")  # half is wanted of these
SESSIONS, EVENTS = 5, 3_000  # of each Balabit account, and of each session: minutes, not hours


def prove(small: bool) -> list[Finding]:
    """The loss of each set with each setting, and what every way wins back; half is wanted of two ways."""
    found: list[Finding] = []
    for name, events in [("made hands", made())] if small else sets():
        settings = ({"polling": [60.0, 500.0]},) if small else (POLLING, DPI)
        for setting in settings:
            hand = HAND if "dpi" in setting else None
            document = simulate(events, setting, hand=hand).to_dict()
            found += told(name, setting, document, judged=not small)
    return found or [Finding("recordings", f"none at {DATA}: MUSCULUS_DATA names their folder")]


def told(name: str, setting: dict[str, list[float]], document: dict[str, object], *, judged: bool) -> list[Finding]:
    """One row a way."""
    rows = document["summary"]
    assert isinstance(rows, list)
    what = ", ".join(f"{k} {' / '.join(f'{x:g}' for x in v)}" for k, v in setting.items())
    out = []
    for r in rows:
        back = "" if r["recovered"] is None else f"; wins back {span(r['recovered'])}"
        said = f"AUC {span(r['same'])} with the same mouse, {span(r['other'])} with another{back}"
        wanted = judged and r["way"] in JUDGED and r["recovered"] is not None
        held = r["recovered"]["value"] >= HALF if wanted else None
        out.append(Finding(f"{name}, {what}: {r['way']}", said, "at least half" if wanted else "", held))
    return out


def span(e: dict[str, float]) -> str:
    """A figure with its interval."""
    return f"{e['value']:.3f} ({e['low']:.3f} to {e['high']:.3f})"


def sets() -> Iterator[tuple[str, Events]]:
    """The sets that are there."""
    if (file := DATA / "pointclick" / "events.parquet").is_file():
        yield "point-and-click", read(file)
    if (folder := DATA / "balabit" / "training_files").is_dir():
        parts = []
        for account in sorted(folder.iterdir()):
            files = sorted(account.iterdir())[:SESSIONS]
            parts += [begin(read([f])) for f in files]
        yield "Balabit", Events.concat(parts)


def begin(events: Events) -> Events:
    """The first events of a recording, with its person for all its context: nothing here says what is to be claimed."""
    n = min(EVENTS, events.n_events)
    columns = {k: v[:n] for k, v in events.columns.items()}
    person = {"person": events.context["person"]}
    return replace(events, columns=columns, offsets=np.array([0, n], np.int64), context=person)


def made() -> Events:
    """Four people's reaches, each with a speed and a curve of their own: what the tests run, without recordings."""
    parts = []
    for p, k in ((p, k) for p in range(4) for k in range(2)):
        rng = np.random.default_rng(10 * p + k)
        places = rng.uniform(100, 700, (31, 2))
        t, xy, now = [], [], 0.0
        for a, b in pairwise(places):
            s = np.linspace(0, 1, int(75 + 30 * p + rng.normal(0, 8)))
            bow = (0.05 + 0.08 * p) * np.sin(np.pi * s)[:, None] * (b - a)[::-1] * [1, -1]
            xy.append(a + (10 * s**3 - 15 * s**4 + 6 * s**5)[:, None] * (b - a) + bow)
            t.append(now + 4 * np.arange(len(s)))
            now = float(t[-1][-1]) + 700
        path = np.vstack(xy)
        parts.append(
            Events.of(t=np.concatenate(t), x=path[:, 0], y=path[:, 1], person=f"p{p}", recording=f"p{p}-{k}")
        )
    return Events.concat(parts)
