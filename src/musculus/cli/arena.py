"""The bot arena: can a scorer tell people from bots it never met, people and bots recorded alike?

Strokes come from files with the columns of strokes60hz (each stroke of a person, or of a generator), all put through
one renderer; or whole recordings with clicks, which are cut, and shown to the people's page where they come faster
than its frames. Generators are left out one at a time and by family, people are kept apart, and two controls (people
nobody trained on, in the bots' place; those people replayed) must stay at an AUC of 0.45 to 0.58, or the exit code is
1: a scorer that finds them has learnt where people were recorded. Without --people the arena of the data folder
(MUSCULUS_DATA) is used, and for the controls the six people of its pointclick set who aren't in the arena.

--own adds the generators of musculus.bots, --external those of other packages, each driven in a process of its own by
a small program of benchmarks/arena (or of another FOLDER); both get people's ends and the people's page.

--calibrate does something else: it sets the line below which the shipped detector calls a visit a bot by the allowed
share (1 %) of a site's own traffic, recorded while nothing is done with verdicts.

Example:
  musculus arena --scorers winslow,lightgbm -o arena.html
  musculus arena --calibrate traffic.parquet -o site.musculus
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, columns
from musculus.cli.calibration import add_calibration, calibrate
from musculus.cli.fighters import given, with_drawn
from musculus.cli.inputs import words
from musculus.cli.progress import Progress
from musculus.errors import UsageError

if TYPE_CHECKING:
    from musculus.events import Events

MIRRORS = "musculus.evaluate.arena.arena"
STROKES: Final = Path("arena") / "strokes60hz.parquet"
ALL_PEOPLE: Final = Path("pointclick") / "events.parquet"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--people", nargs="+", metavar="P", help="files of people's strokes")
    parser.add_argument("--bots", nargs="+", metavar="B", help="files of bots' strokes, or of whole sessions")
    parser.add_argument("--controls", nargs="+", metavar="C", help="recordings of people who are not among P")
    own, other = "bots of our own as well; NAMES of some", "bots of other packages as well, by the programs of FOLDER"
    parser.add_argument("--own", nargs="?", type=words, const=[], metavar="NAMES", help=own)
    parser.add_argument("--external", nargs="?", const="", metavar="FOLDER", help=other)
    parser.add_argument("--strokes", type=int, default=200, metavar="N", help="of each bot that is drawn (default 200)")
    parser.add_argument("--keep", metavar="FILE", help="write the strokes that were drawn, as strokes60hz")
    scorers = "default winslow,histogram_nb,isolation_forest,lightgbm,strokes,strokes_one_class; or models, module:name"
    parser.add_argument("--scorers", type=words, metavar="NAMES", help=scorers)
    parser.add_argument("--left-out", type=words, metavar="W", help="family, generator, or both (the default)")
    parser.add_argument("--folds", type=int, default=4, metavar="N", help="parts people are dealt into (default 4)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the deal and of the controls")
    add_calibration(parser)
    parser.add_argument("-o", "--output", metavar="REPORT", help="a page of the report, .html")


def run(args: argparse.Namespace) -> int:
    """Fight and tell."""
    if args.calibrate:
        return calibrate(args)
    from musculus.evaluate.arena.fight import BY, arena
    from musculus.evaluate.arena.page import arena_page
    from musculus.evaluate.arena.scorers import entrants, named

    left_out = args.left_out or list(BY)
    odd = [name for name in left_out if name not in BY]
    if odd:
        raise UsageError(f"--left-out takes {' and '.join(BY)}, not {odd[0]!r}")
    scorers = named(args.scorers) if args.scorers else entrants()
    events, unseen = _inputs(args)
    events, missing = with_drawn(events, unseen, args)
    with Progress("fighting") as progress:

        def step(name: str, done: int, of: int) -> None:
            at = [s.name for s in scorers].index(name)
            progress(at * of + done, len(scorers) * of, name)

        found = arena(
            events, scorers, unseen=unseen, left_out=left_out, folds=args.folds, seed=args.seed, progress=step
        )
    found["missing"] = missing
    if args.output:
        Path(args.output).write_text(arena_page(found), encoding="utf-8")
    answer(args, found, _told(found))
    return 0 if found["passed"] else 1


def _inputs(args: argparse.Namespace) -> tuple[Events, Events | None]:
    """The arena's strokes, and the people of the controls (None: some of the arena's)."""
    from musculus.events import Events
    from musculus.read import read

    if args.bots and not args.people:
        raise UsageError("--bots needs --people: bots and people must have been put through one renderer")
    if args.people:
        unseen = [read(path) for path in args.controls or []]
        return given(args.people, args.bots or []), Events.concat(unseen) if unseen else None
    folder = Path(os.environ.get("MUSCULUS_DATA", "shared/data"))
    if not (folder / STROKES).is_file():
        raise UsageError(
            f"there is no {folder / STROKES}: name files with --people and --bots, or the data folder by MUSCULUS_DATA"
        )
    events = read(folder / STROKES)
    if args.controls:
        return events, Events.concat([read(path) for path in args.controls])
    return events, _absent(read(folder / ALL_PEOPLE), events) if (folder / ALL_PEOPLE).is_file() else None


def _absent(everybody: Events, events: Events) -> Events:
    """The recordings of people who are not in the arena."""
    from musculus.events import Events

    there = set(events.context["person"].tolist())
    return Events.concat([one for one in everybody if one.context["person"][0] not in there])


def _told(found: dict[str, Any]) -> str:
    head = ("SCORER", "LEARNS FROM", "LEFT OUT", "STROKES", "AUC", "FOUND AT 1 % FPR", "WORST")
    rows = [head, *(_row(s, m) for s in found["scorers"] for m in s["summary"])]
    checks = [("SCORER", "CONTROL", "STROKES", "AUC", "")]
    for c in found["controls"]:
        if c["decides"]:
            inside = "inside" if c["inside"] else "outside"
            name = c["control"].removeprefix("control: ")
            checks.append((c["scorer"], name, str(c["k"]), f"{c['auc']:.3f}", f"{inside} 0.45 to 0.58"))
    leaks = [f"leak: {leak['kind']}: {leak['seen']} ({leak['step']})" for leak in found["leaks"]]
    leaks += [f"left out: {word}" for word in found["missing"]]
    end = "controls passed" if found["passed"] else "FAILED: a control is outside its band, or a leak; no figure counts"
    return "\n".join([columns(rows), "", columns(checks), "", *leaks, end])


def _row(s: dict[str, Any], m: dict[str, Any]) -> tuple[str, ...]:
    if m["auc"] is None:
        return (s["scorer"], "", m["left_out"], str(m["k"]), "", "", "too few strokes")
    learns = "people" if s["one_class"] else "people, bots"
    worst = f"{m['worst']} ({m['worst_tpr']:.2f})"
    return (s["scorer"], learns, m["left_out"], str(m["k"]), f"{m['auc']:.3f}", f"{m['tpr_at_fpr_0.01']:.3f}", worst)
