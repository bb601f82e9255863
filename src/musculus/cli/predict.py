"""Scores of recordings by a model, with verdict and reasons.

MODEL is a file, or `bot` for the detector that is shipped. The table has the columns recording, start, end (ms), score
(higher is more human, more the claimed person, more the class sought; or the number predicted), probability, verdict
(human, bot, unsure; the class; the number) and reasons. Impossible events settle a bot verdict, as they do live. A
model made of a table of features takes such a table.

Example:
  musculus predict bot recordings/ -o scores.csv
  musculus predict people.musculus visits.parquet --person ann -o claims.csv
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from musculus.cli.answers import answer, note
from musculus.cli.inputs import Recordings, add_inputs, add_output

if TYPE_CHECKING:
    import polars as pl

    from musculus.events import Events

MIRRORS = "musculus.tasks.prediction.predict"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("model", metavar="MODEL", help="a file that `musculus train` wrote, or bot")
    add_inputs(parser)
    add_output(parser)
    parser.add_argument("--cut", choices=("recording", "window"), default="recording", help="what a row is")
    parser.add_argument(
        "--person", default="", metavar="WHO", help="verify: whom they claim to be, or the column that says it"
    )


def run(args: argparse.Namespace) -> int:
    """Read, judge and write, a part at a time."""
    from musculus.read import Writer
    from musculus.tasks.prediction import opened, predict

    model = opened(args.model)
    found = Recordings(args, "judging")
    verdicts: dict[str, int] = {}
    with Writer(args.output) as out:
        for part, join in _parts(args, found, model.manifest.task):
            table = predict(model, part, cut=args.cut, person=args.person, join=join)
            for verdict in table["verdict"].to_list() if model.manifest.classes or model.manifest.task == "bot" else ():
                verdicts[verdict] = verdicts.get(verdict, 0) + 1
            out.add(table)
    note(str(found.odd))
    document = {
        "output": args.output,
        "model": model.sha256,
        "rows": out.rows,
        "verdicts": verdicts,
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
    }
    counts = ", ".join(f"{n:,} {name}" for name, n in sorted(verdicts.items())) or f"{out.rows:,} rows"
    answer(args, document, f"{counts}: {args.output}")
    return 0


def _parts(
    args: argparse.Namespace, found: Recordings, task: str
) -> Iterator[tuple[Events | pl.DataFrame, pl.DataFrame | None]]:
    """The recordings a part at a time, with what `--join` says in their context; or the one table of features."""
    from musculus.errors import ReadError
    from musculus.read import choose, read_features

    try:
        choose(args.input, args.reader)
    except ReadError:
        if task in ("bot", "verify") or len(args.input) != 1 or not Path(args.input[0]).is_file():
            raise
        yield read_features(args.input[0]), read_features(args.join) if args.join else None
        return
    yield from ((part, None) for part in found)

