"""A model learned from data, written to one file; prints its card.

Task: bot. The thresholds come from people whom the model of their fold had not seen.

Example:
  musculus train bot pointclick/events.parquet -o people.musculus
"""

from __future__ import annotations

import argparse

from musculus.cli.answers import answer
from musculus.cli.inputs import add_join, joined, words
from musculus.cli.progress import Progress
from musculus.cli.protocols import place

MIRRORS = "musculus.evaluate.training.train_bot"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("task", choices=("bot",), metavar="TASK", help="bot")
    parser.add_argument(
        "data", metavar="DATA", help="a file or folder of recordings, or a set in $MUSCULUS_DATA by name"
    )
    parser.add_argument("--reader", metavar="NAME", help="read this format (default: the one the content shows)")
    add_join(parser)
    parser.add_argument("--model", default="winslow", metavar="M", help="default: winslow")
    parser.add_argument("--without", type=words, default=[], metavar="PEOPLE", help="people to leave out")
    parser.add_argument("-o", "--output", required=True, metavar="MODEL", help="the file to write (.musculus)")


def run(args: argparse.Namespace) -> int:
    """Learn and write."""
    from musculus.evaluate.training import train_bot
    from musculus.models import make_model
    from musculus.read import read

    make_model(args.model)
    with Progress("reading") as progress:
        events = joined(read(place(args.data), reader=args.reader, progress=progress), args.join)
    with Progress("learning") as progress:
        model = train_bot(events, args.output, model=args.model, without=args.without, progress=progress)
    told = model.manifest
    document = {
        "output": args.output,
        "task": told.task,
        "family": told.family,
        "features": list(model.features),
        "thresholds": told.thresholds,
        "data": told.data,
        "sha256": model.sha256,
        "card": told.card,
    }
    answer(args, document, f"{told.card}\n{args.output}, sha256 {model.sha256}")
    return 0
