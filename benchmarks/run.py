"""musculus beside other libraries at the same work, on the same recordings, in one run: `make bench`.

    python benchmarks/run.py [--events 400000] [--rounds 5] [--least 0.5] [--only NAMES] [--no-strokes] [--no-write]

Correctness first: everybody's values are compared with musculus's, and only who agrees is timed. Each is a process of
its own with one thread; they take turns; a figure is the median over rounds of events per second of processor time
(user and system). Libraries that don't belong beside ours are installed into environments of their own, at the
version pip gives; those that can't be are named with the reason. The tables go to benchmarks/RESULTS.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from alternating import Contest, Outcome
from environments import HOME
from machine import machine, versions
from peers import OUR_STROKES, SAME_WORK, STROKES, Peer
from rate import rates
from recordings import recordings, rows_of, sampled_strokes
from results import FILE, figure, plain, table, write
from same_work import SERIES, SUMMARIES, TOLERANCE, Rows

import musculus

GOALS = {"pandas": (20, 60), "polars": (5, 20), "numpy column-wise": (3, 6), "traja": (200, 200), "pywib": (200, 200)}
SAMPLES = 20  # of a stroke that libraries of series are given: some of their features need as many


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bench; 0 where everybody who could be started agreed, and everybody of our own environment could be."""
    options = parse(arguments)
    events, what = recordings(options.events)
    print(f"{what}\n", flush=True)
    engine = rates(events, options.rounds, progress)
    show("Speed: every measure", ENGINE.format(what=what), engine, [], options)
    fine = True
    for cuts in ("recording", "stroke"):
        title = f"{len(SERIES)} series x {len(SUMMARIES)} summaries, per {cuts}"
        outcomes = contest(SAME_WORK, 1, rows_of(events, cuts), options)
        show(f"Speed: {title}", SAME.format(same=title, what=what), report(outcomes), outcomes, options)
        fine &= agree(outcomes)
    if options.strokes:
        given = sampled_strokes(events, SAMPLES)
        outcomes = contest(STROKES, len(OUR_STROKES), given, options)
        words = EACH.format(strokes=len(given.offsets) - 1, samples=SAMPLES, what=what)
        show("Speed: features of strokes", words, report(outcomes), outcomes, options)
        fine &= agree(outcomes)
    return 0 if fine else 1


def show(title: str, words: str, shown: str, outcomes: Sequence[Outcome], options: argparse.Namespace) -> None:
    """Print a table, and write it to the results with what it was measured on."""
    progress("")
    print(f"{title}\n\n{plain(shown)}\n{failures(outcomes)}", flush=True)
    if options.write:
        write(title, f"{words}\n\n{shown}\n{failures(outcomes)}\n{measured_on(outcomes)}", options.write)


def agree(outcomes: Sequence[Outcome]) -> bool:
    """Whether nobody's values differ, and all that need no environment of their own were measured."""
    return all(not o.worst > TOLERANCE and (o.seconds or o.peer.needs) for o in outcomes)


ENGINE = """`make bench`. The engine alone on {what}, all rows as they were recorded, cutting included. Events a
second of processor time, one thread, median over rounds (the slow measures: once)."""
SAME = """`make bench`. {same}, exact quantiles, the same definitions for everybody; {what}. Values agree with
musculus's before anything is timed: by 1e-9 of the value, or of the largest in its series. Events a second of processor
time, one thread, median of alternating rounds. Slow ones are given the first cuts only, as many events as the table
says. musculus gives all of its eleven summaries; the eight that the others compute are compared."""
EACH = """`make bench`. What each library computes of a stroke by its own habits; the {strokes:,} strokes with at least
{samples} samples of {what}. Slow ones are given the first strokes only, as many events as the table says; ratios are of
events a second of processor time, to musculus computing every measure of the raw tier. Where a library gives what we
call the same, its values were compared with ours first. GPL packages have a process and an environment of their own."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command's options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=400_000, help="how many events of the recordings, about")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is timed")
    parser.add_argument("--least", type=float, default=0.5, help="seconds of work in each of them, one run at least")
    parser.add_argument("--only", type=lambda s: s.split(","), help="these peers, with commas between")
    parser.add_argument("--no-strokes", dest="strokes", action="store_false", help="without the libraries of features")
    parser.add_argument("--no-write", dest="write", action="store_const", const=None, default=FILE)
    parser.add_argument("--home", type=Path, default=HOME, help="where environments of peers are made")
    return parser.parse_args(arguments)


def progress(words: str) -> None:
    """Say on a terminal what is going on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)


def contest(peers: Sequence[Peer], ours: int, rows: Rows, options: argparse.Namespace) -> list[Outcome]:
    """Compare and time the first so many peers, which are ours, and those that were asked for."""
    chosen = [p for p in peers if options.only is None or p.name in options.only or p in peers[:ours]]
    with Contest(chosen, rows, options.home) as made:
        made.compare(progress)
        made.time(options.rounds, options.least, progress)
    return made.outcomes


def report(outcomes: Sequence[Outcome]) -> str:
    """A Markdown table of those that were timed."""
    ours = outcomes[0].rate
    rows = []
    for o in outcomes:
        if o.seconds:
            goals = GOALS.get(o.peer.name)
            wanted = f"{goals[0]} ({goals[1]})" if goals else ""
            compared = f"{len(o.compared)} to {o.worst:.0e}" if o.compared and o is not outcomes[0] else ""
            rows.append(
                [o.peer.name, o.peer.does, str(o.columns), f"{o.events:,}", figure(o.rate),
                 figure(ours / o.rate), wanted, compared]
            )  # fmt: skip
    head = ["who", "does", " columns", " events", " events/s", " times slower", " wanted (goal)", "columns that agree"]
    return table(head, rows)


def failures(outcomes: Sequence[Outcome]) -> str:
    """Who was not timed, and why."""
    return "".join(f"\n{o.peer.name} was not measured: {o.failed}.\n" for o in outcomes if o.failed)


def measured_on(outcomes: Sequence[Outcome]) -> str:
    """The machine, and each package with its version once."""
    found = dict.fromkeys(f"{n} {v}" for o in outcomes for n, v in o.versions.items())
    ours = f"musculus {musculus.__version__}, {versions('numpy', 'numba')}"
    return f"Measured on {machine()}; {', '.join(dict.fromkeys([*ours.split(', '), *found]))}."


if __name__ == "__main__":
    sys.exit(main())
