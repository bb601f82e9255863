"""Replays of recorded people are found by the index of strokes seen before; people who move for themselves are not."""

from __future__ import annotations

import time

import numpy as np
from detectors.distortions import LEARNT, invented, mirrored, rendered
from detectors.replays import HEAD, LINE, TOGETHER, WANTED, data, report, rows, sums
from results import table

from musculus.cut import cut
from musculus.devices import Mouse, record
from musculus.events import Events
from musculus.read import read
from musculus.score.replay import ReplayIndex, Traces, trace
from musculus.score.replay.likeness import shipped
from proofs import Finding

STORED = 50_000
RATES = (12, 125, 1000)  # Hz


def prove(small: bool) -> list[Finding]:
    """Of the arena's replays and a distortion of our own; the small size is on made-up strokes."""
    if small:
        return made_up()
    if not data().is_dir():
        return [Finding("recordings", "none: MUSCULUS_DATA names their folder", "some", False)]
    found = rows(data())
    report(table(HEAD, found))
    return [*(finding(*row) for row in found if row[2] == str(TOGETHER)), *devices(), *cost()]


def finding(name: str, stored: str, k: str, windows: str, at: str, over: str, _: str) -> Finding:
    """What was wanted of eight strokes: replays found, and at most 1 in 100 of people over the line."""
    of = f"{name}, {windows} windows of {k} strokes, {stored} strokes stored"
    if name not in WANTED:
        return Finding(of, f"{over} over the line", "at most 0.01", float(over) <= 0.01)
    least, goal = WANTED[name]
    return Finding(of, f"{at} found at 1 %", f"{least} ({goal})", float(at) >= least)


def devices() -> list[Finding]:
    """People re-recorded as by one mouse: half of them stored, the other half asked, eight strokes at a time."""
    events = read(data() / "pointclick" / "events.parquet")
    person = np.asarray(events.context["person"]).astype(str)
    stored = np.isin(person, np.unique(person)[::2])
    found = []
    for rate in RATES:
        again = trace(record(events, Mouse(polling_hz=rate)))
        mine = stored[again.recording]
        index = ReplayIndex()
        index.add(again[mine])
        evidence = sums(index.score(again[~mine]).evidence, person[again.recording[~mine]], TOGETHER)
        over = float((evidence > LINE).mean())
        of = f"other people, all with a mouse of {rate} Hz, {len(evidence)} windows of {TOGETHER} strokes"
        found.append(Finding(of, f"{over:.3f} over the line", "at most 0.01", over <= 0.01))
    return found


def cost() -> list[Finding]:
    """What an index of 50,000 strokes costs: coefficients drawn at random, as far apart as people's."""
    rng, index, unit = np.random.default_rng(0), ReplayIndex(STORED), shipped().unit
    for i in range(STORED // 100):
        index.add(drawn(rng, unit, 100), f"{i}")
    asked = [drawn(rng, unit, 1) for _ in range(300)]
    spent = []
    for use in (lambda one: index.score(one, "7"), lambda one: index.add(one, "new")):
        begun = time.thread_time()
        for one in asked:
            use(one)
        spent.append((time.thread_time() - begun) / len(asked) * 1e3)
    return [
        Finding("a look-up of one stroke", f"{spent[0]:.2f} ms of CPU", "under 0.3 ms", spent[0] < 0.3),
        Finding("keeping one stroke", f"{spent[1]:.3f} ms of CPU"),
        Finding("memory", f"{index.nbytes / len(index):.0f} bytes a stroke"),
    ]


def drawn(rng: np.random.Generator, unit: np.ndarray, n: int) -> Traces:
    """Strokes of coefficients at random."""
    values = rng.standard_t(4, (n, len(unit))) * unit
    return Traces(values, np.full(n, 300.0), np.zeros(n, np.int64), ("drawn",))


def made_up() -> list[Finding]:
    """Strokes of nobody: half of them are stored and played again, the other half isn't."""
    rng = np.random.default_rng(0)
    strokes = [invented(rng) for _ in range(160)]
    index = ReplayIndex()
    index.add(traced(rendered(rng, strokes[:80])))
    wrong = float((groups(index.score(traced(rendered(rng, strokes[80:]))).evidence) > LINE).mean())
    found = [Finding("other strokes", f"{wrong:.2f} over the line", "0", wrong == 0)]
    for name, change in {**LEARNT, "mirrored": mirrored}.items():
        again = rendered(rng, [change(rng, s) for s in strokes[:80]])
        share = float((groups(index.score(traced(again)).evidence) > LINE).mean())
        found.append(Finding(f"{name} strokes", f"{share:.2f} over the line", "0.9", share >= 0.9))
    return found


def traced(events: Events) -> Traces:
    """Each recording as one stroke."""
    return trace(events, cut(events, "recording"))


def groups(evidence: np.ndarray) -> np.ndarray:
    """Evidence of eight strokes each."""
    return sums(evidence, np.zeros(len(evidence), int).astype(str), TOGETHER)
