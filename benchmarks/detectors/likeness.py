"""Make the numbers of the replay index, `src/musculus/score/replay/likeness.json`, of people's strokes.

    MUSCULUS_DATA=data python benchmarks/detectors/likeness.py [--check]

Every second person of point-and-click, the six donors left out, gives the numbers; `--check` writes nothing and says
how the others fare.

Copies are those of `distortions.LEARNT`, of strokes of many sizes; what a larger index means is learnt on Balabit's.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls
from sklearn.linear_model import LogisticRegression

sys.path.append(str(Path(__file__).resolve().parents[1]))

from detectors.distortions import LEARNT, rendered, resized, strokes_of
from detectors.windows import DONORS
from musculus.cut import cut
from musculus.read import read
from musculus.score.replay.index import ReplayIndex
from musculus.score.replay.likeness import BLOCKS, FILE, PX, Floats, Likeness, Scatter, shipped
from musculus.score.replay.traces import ALONG, ASIDE, Traces, trace

Bools = npt.NDArray[np.bool_]
NORMAL: Final = 0.4549  # median of a squared normal deviate; and what Student's of 4 has in its place, about
STUDENT: Final = 0.8
WIDTHS: Final = [0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0]
SMALLEST: Final = 0.002  # share of a width
MOST: Final = 6.0  # nats: no single stroke decides at one in 400
SESSIONS, ASKED, FEWER = 40, 2_000, 32  # of Balabit's strokes: how the crowd is measured


@dataclass(frozen=True, eq=False)
class Copies:
    """Strokes of people (`who`, `recording`) as recorded and resized, and copies of each."""

    who: npt.NDArray[np.str_]
    recording: npt.NDArray[np.int64]
    originals: tuple[Traces, ...]
    copies: tuple[dict[str, Traces], ...]


def copies(folder: Path, rng: np.random.Generator, people: slice = slice(0, None, 2)) -> Copies:
    """Strokes of some of the people who are not donors, thrice: as they are, and twice in other sizes."""
    events = read(folder / "pointclick" / "events.parquet")
    cuts = cut(events, "stroke")
    who = np.asarray(events.context["person"]).astype(str)[cuts.recording]
    chosen = np.setdiff1d(who, DONORS)[people]
    kept = np.flatnonzero(trace(events, cuts).known & np.isin(who, chosen))
    strokes = strokes_of(events, cuts[kept])
    sizes = [strokes, [resized(rng, s) for s in strokes], [resized(rng, s) for s in strokes]]
    originals = tuple(_traced(rng, s) for s in sizes)
    made = tuple({k: _traced(rng, [f(rng, one) for one in s]) for k, f in LEARNT.items()} for s in sizes)
    return Copies(who[kept], cuts.recording[kept], originals, made)


def _traced(rng: np.random.Generator, strokes: list[tuple[Floats, Floats]]) -> Traces:
    events = rendered(rng, strokes)
    return trace(events, cut(events, "recording"))


def scatter(of: Copies, kinds: tuple[str, ...]) -> Scatter:
    """How copies of these kinds differ from their originals: a line through variances over (100 px / run)²."""
    off, size = [], []
    for original, made in zip(of.originals, of.copies, strict=True):
        for kind in kinds:
            both = original.known & made[kind].known
            off.append((made[kind].values - original.values)[both])
            size.append(np.minimum(made[kind].run, original.run)[both])
    off2, small = np.square(np.vstack(off)), np.square(PX / np.concatenate(size))
    edges = np.quantile(small, np.linspace(0, 1, 9))
    bins = [(small >= a) & (small <= b) for a, b in pairwise(edges)]
    variance = np.array([np.median(off2[b], axis=0) for b in bins]) / NORMAL * STUDENT
    at = np.array([np.median(small[b]) for b in bins])
    lines = [nnls(np.c_[np.ones(len(at)), at] / v[:, None], np.ones(len(at)))[0] for v in variance.T]
    floor, px = np.sqrt(np.array(lines)).T
    return Scatter(rounded(floor), rounded(px))


def rounded(values: Floats) -> list[float]:
    """Four significant digits are more than they are worth."""
    return [float(f"{v:.4g}") for v in np.atleast_1d(values)]


def numbers(of: Copies, folder: Path, made: str) -> Likeness:
    """All of them; the mixture of widths by expectation and maximisation, the evidence by logistic regression."""
    known = [o[o.known] for o in of.originals[:2]]
    values, run = np.vstack([k.values for k in known]), np.concatenate([k.run for k in known])
    middle = np.median(values, axis=0)
    middle[ALONG : ALONG + ASIDE] = 0.0  # there is no side that people bend to, once strokes go every way
    spread = np.sqrt(np.median(np.square(values - middle), axis=0) / NORMAL)
    even = [[1 / len(WIDTHS)] * len(WIDTHS)] * len(BLOCKS)
    start = Likeness(
        scatter(of, ("turned", "noisy")), scatter(of, ("warped",)), rounded(middle), rounded(spread), WIDTHS, even,
        1.0, 0.0, 1000.0, 0.0, np.inf, made,
    )  # fmt: skip
    blocks = start.by_width(values, run).transpose(2, 1, 0)
    return calibrated(msgspec.structs.replace(start, shares=[shares(block) for block in blocks]), of, folder)


def shares(log: Floats) -> list[float]:
    """Shares of the widths in one block of log densities, (n_widths, n), by thirty rounds."""
    share = np.full(len(log), 1 / len(log))
    for _ in range(30):
        each = log + np.log(share)[:, None]
        share = np.exp(each - np.logaddexp.reduce(each, axis=0)).mean(axis=1)
        share = np.maximum(share, SMALLEST)
        share /= share.sum()
    return rounded(share)


def filled(of: Likeness, strokes: Traces, recording: npt.NDArray[np.int64]) -> ReplayIndex:
    """An index of these strokes, under these recordings."""
    made = ReplayIndex(len(strokes), per_recording=len(strokes), likeness=of)
    for name in np.unique(recording):
        made.add(strokes[recording == name], str(name))
    return made


def ratios(of: Likeness, index: Traces, recording: npt.NDArray[np.int64], asked: Traces, apart: bool) -> Floats:
    """The best log likelihood ratio of each stroke among those of the index; with `apart` none of its recording's."""
    made = filled(of, index, recording)
    found = [made.score(asked[i : i + 1], str(recording[i]) if apart else None).ratio[0] for i in range(len(asked))]
    return np.array(found)


def calibrated(of: Likeness, people: Copies, folder: Path) -> Likeness:
    """With the evidence of a ratio: people against other recordings, and copies against where they come from."""
    fits, replay = [], []
    for original, made in zip(people.originals, people.copies, strict=True):
        for asked, copied in ((original, False), *((c, True) for c in made.values())):
            known = original.known & asked.known
            fits.append(ratios(of, original[known], people.recording[known], asked[known], not copied))
            replay.append(np.full(known.sum(), copied))
    fit, y = np.concatenate(fits), np.concatenate(replay)
    line = LogisticRegression(class_weight="balanced", C=1e6).fit(np.maximum(fit, 0.0)[:, None], y)
    slope, offset = rounded(np.array([line.coef_[0, 0], line.intercept_[0]]))
    size, gain = float(len(people.who)), rounded(np.array(crowd(of, folder)))[0]
    return msgspec.structs.replace(of, slope=slope, offset=offset, size=size, crowd=gain, most=MOST)


def crowd(of: Likeness, folder: Path) -> float:
    """What the ratio that 1 in 100 of people's strokes exceeds gains, where the index grows e times as large.

    Of Balabit's strokes, since there are many: the best fit in another session, among all of them and among few.
    """
    rng = np.random.default_rng(0)
    parts = [trace(read(f)) for f in sorted((folder / "balabit" / "training_files").glob("*/*"))[:SESSIONS]]
    session = np.repeat(np.arange(len(parts)), [len(p) for p in parts])
    every = Traces(np.vstack([p.values for p in parts]), np.concatenate([p.run for p in parts]), 0 * session, ("",))
    known = rng.permutation(np.flatnonzero(every.known))
    asked, rest = known[:ASKED], known[ASKED:]
    tops = []
    for stored in (rest[: len(rest) // FEWER], rest):
        made = filled(of, every[stored], session[stored])
        found = [made.score(every[i : i + 1], str(session[i])).ratio[0] for i in asked.tolist()]
        tops.append(float(np.quantile(found, 0.99)))
    return (tops[1] - tops[0]) / float(np.log(FEWER))


def main() -> int:
    """Write the file, or check it on the people it was not made of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="how do the other people fare?")
    check = parser.parse_args().check
    folder = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if check:
        judge(copies(folder, np.random.default_rng(1), slice(1, None, 2)))
        return 0
    mine = copies(folder, np.random.default_rng(0))
    people = len(np.unique(mine.who))
    made = f"benchmarks/detectors/likeness.py: {people} people of point-and-click; the crowd by Balabit's"
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(numbers(mine, folder, made)), indent=1) + b"\n")
    return 0


def judge(of: Copies) -> None:
    """Print how often one stroke, and eight of a sitting, go over what should happen to one person in 100."""
    ours = shipped()
    for name, original, made in zip(("as recorded", "resized", "resized"), of.originals, of.copies, strict=True):
        for kind, asked in {"people": original, **made}.items():
            known = original.known & asked.known
            fit = ratios(ours, original[known], of.recording[known], asked[known], kind == "people")
            nats = ours.evidence(fit, int(known.sum()))
            eight = nats[: len(nats) // 8 * 8].reshape(-1, 8).sum(axis=1)
            over = [float((v > np.log(100)).mean()) for v in (nats, eight)]
            mean = np.exp(nats).mean()
            print(f"{name:12} {kind:8} one stroke {over[0]:.3f}, eight {over[1]:.3f}; mean e^nats {mean:.2f}")


if __name__ == "__main__":
    sys.exit(main())
