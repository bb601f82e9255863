"""Replays of recorded people against the index of strokes seen before: who is found, and who is wrongly accused.

    MUSCULUS_DATA=data python benchmarks/detectors/replays.py [--no-write]

Seen before are the point-and-click strokes of the six donors, of whom the arena's replays are made; nothing was chosen
by these replays. `mirrored` is a distortion of our own that nothing was learnt on either. The same again with Balabit's
strokes in the index too. Who is accused at 1 % are the arena's 32 people, and the donors in their second recording
where the index holds their first. The figures go to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.append(str(Path(__file__).resolve().parents[1]))

from machine import machine, versions
from results import FILE, plain, table, write

import musculus
from detectors.distortions import mirrored, rendered, strokes_of
from detectors.windows import DONORS
from musculus.cut import cut
from musculus.evaluate.metrics import tpr_at_fpr
from musculus.events import Events
from musculus.read import read
from musculus.score.replay import ReplayIndex, Traces, trace

Floats = npt.NDArray[np.float64]
MATERIAL = ("replay_rotated", "replay_rot_noise1px")
TOGETHER = 8
LINE = np.log(100)  # nats, for one false alarm in 100
WANTED = {"replay_rotated": (0.90, 0.95), "replay_rot_noise1px": (0.80, 0.90), "mirrored": (0.65, 0.80)}


@dataclass(frozen=True, eq=False)
class Asked:
    """Strokes to ask about, and which of them were made in one sitting."""

    traces: Traces
    sitting: npt.NDArray[np.str_]


def arena(events: Events, generator: str) -> Asked:
    """The strokes of a generator of the arena, each of which is a recording."""
    rows = np.flatnonzero(np.asarray(events.context["generator"]).astype(str) == generator)
    some = Events.concat([events[int(i)] for i in rows])
    sitting = np.asarray([f"{p}/{s}" for p, s in zip(some.context["person"], some.context["session"], strict=True)])
    return Asked(trace(some, cut(some, "recording")), sitting)


def recorded(events: Events, people: tuple[str, ...] = ()) -> Events:
    """The recordings of these people."""
    rows = [i for i, p in enumerate(events.context["person"]) if str(p) in people]
    return Events.concat([events[i] for i in rows])


def distorted(events: Events, seed: int = 0) -> Asked:
    """The strokes of recordings, mirrored; sittings are the recordings'."""
    rng, cuts = np.random.default_rng(seed), cut(events, "stroke")
    kept = cuts[trace(events, cuts).known]
    made = rendered(rng, [mirrored(rng, s) for s in strokes_of(events, kept)], 125.0)
    names = np.array(events.recordings)[kept.recording]
    return Asked(trace(made, cut(made, "recording")), names)


def sums(evidence: Floats, sitting: npt.NDArray[np.str_], k: int) -> Floats:
    """Evidence of k strokes of a sitting together, leftovers left out."""
    found = []
    for name in dict.fromkeys(sitting.tolist()):
        mine = evidence[sitting == name]
        found.append(mine[: len(mine) // k * k].reshape(-1, k).sum(axis=1))
    return np.concatenate(found)


def among(index: ReplayIndex, asked: Asked, k: int, apart: str | None = None) -> Floats:
    """Evidence against each k strokes."""
    return sums(index.score(asked.traces, apart).evidence, asked.sitting, k)


def seen(folder: Path, crowd: bool) -> ReplayIndex:
    """The donors' strokes; with `crowd` after those of Balabit's training sessions."""
    index = ReplayIndex(per_recording=50_000)
    if crowd:
        for file in sorted((folder / "balabit" / "training_files").glob("*/*"))[:40]:
            index.add(read(file), f"{file.parent.name}/{file.name}")
    index.add(recorded(read(folder / "pointclick" / "events.parquet"), DONORS))
    return index


def again(folder: Path, k: int) -> Floats:
    """Evidence against the donors' second recordings, where the index holds their first, and the other way round."""
    events = read(folder / "pointclick" / "events.parquet")
    found = []
    for condition in ("HS_PointClick", "LS_PointClick"):
        mine = recorded(events, DONORS)
        first = [i for i in range(len(mine)) if str(mine.context["condition"][i]) == condition]
        rest = Events.concat([mine[i] for i in range(len(mine)) if i not in first])
        index = ReplayIndex()
        index.add(Events.concat([mine[i] for i in first]))
        traces = trace(rest)
        found.append(among(index, Asked(traces, np.array(rest.recordings)[traces.recording]), k))
    return np.concatenate(found)


def rows(folder: Path) -> list[list[str]]:
    """A row for each index, number of strokes and kind."""
    strokes = read(folder / "arena" / "strokes60hz.parquet")
    people = arena(strokes, "human")
    bots = {name: arena(strokes, name) for name in MATERIAL}
    bots["mirrored"] = distorted(recorded(read(folder / "pointclick" / "events.parquet"), DONORS))
    found: list[list[str]] = []
    for crowd in (False, True):
        index = seen(folder, crowd)
        for k in (1, TOGETHER):
            innocent = among(index, people, k)
            found.append(row("people of the arena", index, k, innocent))
            if not crowd:
                found.append(row("donors again", index, k, again(folder, k)))
            found += [row(name, index, k, among(index, asked, k), innocent) for name, asked in bots.items()]
    return found


def row(name: str, index: ReplayIndex, k: int, evidence: Floats, innocent: Floats | None = None) -> list[str]:
    """One row: how many are over the line, and, of replays, over what 1 % of the innocent are."""
    over = f"{float((evidence > LINE).mean()):.3f}"
    start = [name, f"{len(index):,}", str(k), str(len(evidence))]
    if innocent is None:
        return [*start, "", over, ""]
    y = np.r_[np.zeros(len(innocent)), np.ones(len(evidence))]
    least, goal = WANTED[name]
    wanted = f"{least:.2f} ({goal:.2f})" if k == TOGETHER else ""
    return [*start, f"{tpr_at_fpr(y, np.r_[innocent, evidence], 0.01):.3f}", over, wanted]


HEAD = ["who", " strokes stored", " strokes", " windows", " found at 1 %", " over the line", " wanted (goal)"]
WORDS = """`python benchmarks/detectors/replays.py`. Found: at the line that 1 % of people's windows are over. Over
the line: with more than log(100) nats of evidence, the line that the index itself gives for 1 %. Wanted of replays over
eight strokes. Windows are strokes of one sitting in a row."""


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-write", dest="write", action="store_false")
    options = parser.parse_args()
    if not data().is_dir():
        print(f"no recordings at {data()}: MUSCULUS_DATA names their folder", file=sys.stderr)
        return 2
    shown = table(HEAD, rows(data()))
    print(plain(shown))
    if options.write:
        report(shown)
    return 0


def data() -> Path:
    """The folder of public recordings."""
    return Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def report(shown: str) -> None:
    """Write the table to the results."""
    where = f"Measured on {machine()}; musculus {musculus.__version__}, {versions('numpy', 'numba')}."
    write("Replays of strokes seen before", f"{WORDS}\n\n{shown}\n\n{where}", FILE)


if __name__ == "__main__":
    sys.exit(main())
