"""Detectors beside each other, on the same windows, in one run: `python benchmarks/detectors/run.py`.

    MUSCULUS_DATA=data python benchmarks/detectors/run.py [--only NAMES] [--no-write]

Windows are described in `windows.py`, who judges in `judges.py`. Packages from elsewhere run in processes and
environments of their own, at pinned versions; one that can't be had is named with the reason. The table goes to
benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).resolve().parents[1]))

from machine import machine, versions
from results import FILE, plain, table, write

import musculus
from detectors.judges import JUDGES, Judge, Said, Unavailable
from detectors.windows import PEOPLE, REPLAYS, UNSEEN, Windows, arena, windows
from musculus.evaluate.metrics import roc_auc, tpr_at_fpr

FEW = 50  # strokes of a generator that are judged one by one
HEAD = [
    "who", "version", "licence", " strokes", " people lost", " unseen people lost", " bots caught", " worst",
    "of generator", " unsure", " AUC", " caught at 1 %",
]  # fmt: skip
WORDS = """`python benchmarks/detectors/run.py`. {windows}. Lost: people it takes for bots at its own line. Caught: the
mean over the {generators} generators that are no replays; worst among those. At 1 %: where 1 % of all people are lost,
by its score. Unsure: of all windows, those it gives no verdict on (neither lost nor caught). musculus has learnt from
the arena's people, so it is to be judged by the unseen six; the others have learnt nothing of them, or, in folds, of
other people. synapse-shield is asked with the last click of a window, and once with every click, as its script does;
motion-attestation with every click; neither knows what lies under the pointer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, print, write; 0 where all could be asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", type=lambda s: s.split(","), help="these detectors, with commas between")
    parser.add_argument("--no-write", dest="write", action="store_const", const=None, default=FILE)
    options = parser.parse_args(arguments)
    folder = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if not folder.is_dir():
        print(f"no recordings at {folder}: MUSCULUS_DATA names their folder", file=sys.stderr)
        return 2
    chosen = [j for j in JUDGES if options.only is None or j.name in options.only]
    makers = arena(folder)
    given = {8: windows(makers, 8), 1: windows(makers, 1, FEW)}
    lines, missing = asked(chosen, given)
    shown = table(HEAD, lines)
    print(plain(shown), *missing, sep="\n")
    if options.write and options.only is None:
        words = WORDS.format(windows="; ".join(counted(w) for w in given.values()), generators=len(moving(given[8])))
        where = f"Measured on {machine()}; musculus {musculus.__version__}, {versions('numpy', 'scikit-learn')}."
        write("Detectors beside each other", "\n\n".join([words, shown, *missing, where]), options.write)
    return 1 if missing else 0


def asked(judges: Sequence[Judge], given: Mapping[int, Windows]) -> tuple[list[list[str]], list[str]]:
    """A line of the table for each judge and number of strokes; and why somebody could not be asked."""
    lines, missing = [], []
    for judge in judges:
        try:
            lines += [line(judge, given[k], judge.says(given[k])) for k in judge.strokes if k in given]
        except Unavailable as e:
            missing.append(f"{judge.name} was not asked: {e}.")
    return lines, missing


def counted(given: Windows) -> str:
    """How many windows there are, in words."""
    people, unseen = (int((given.who == w).sum()) for w in (PEOPLE, UNSEEN))
    strokes = f"{given.k} strokes" if given.k > 1 else "one stroke"
    return f"{strokes}: {people:,} windows of 32 people, {unseen} of six others, {int(given.bot.sum()):,} of bots"


def moving(given: Windows) -> list[str]:
    """The generators that play no recorded people again."""
    return [w for w in np.unique(given.who[given.bot]).tolist() if w not in REPLAYS]


def line(judge: Judge, given: Windows, said: Said) -> list[str]:
    """One row of the table."""
    called = {str(who): float(said.bot[given.who == who].mean()) for who in np.unique(given.who)}
    caught = {who: called[who] for who in moving(given)}
    worst = min(caught, key=lambda who: caught[who])
    known = np.isfinite(said.score)
    people, scores = ~given.bot & known, -said.score
    at = [
        tpr_at_fpr(np.r_[np.zeros(people.sum()), np.ones(mine.sum())], np.r_[scores[people], scores[mine]], 0.01)
        for mine in (known & (given.who == who) for who in caught)
        if mine.any()
    ]
    both = known & ~np.isin(given.who, REPLAYS)
    auc = roc_auc(given.bot[both], scores[both]) if given.bot[both].any() and (~given.bot[both]).any() else float("nan")
    mean = float(np.mean(list(caught.values())))
    shares = [share(s) for s in (called[PEOPLE], called.get(UNSEEN, float("nan")), mean, caught[worst])]
    found = f"{np.mean(at):.2f}" if at else "none"
    unsure = share(float(said.unsure.mean()))
    return [judge.name, said.version, judge.licence, str(given.k), *shares, worst, unsure, f"{auc:.3f}", found]


def share(value: float) -> str:
    """A share in hundredths."""
    return f"{100 * value:.1f} %"


if __name__ == "__main__":
    sys.exit(main())
