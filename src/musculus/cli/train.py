"""A model learned from data, written to one file; prints its card.

Tasks: bot (person or bot), verify (is it the person it claims to be: one model of all people), attribute (sex, age,
condition ...: --label; classes, or a number), purchase (will this visit convert). The figures in the card come from
people whom the measured model had not seen. --from starts from a model of another site or data set, and the card says
what that gained by how many people were known.

Example:
  musculus train bot pointclick/events.parquet -o people.musculus
  musculus train bot pointclick/events.parquet --model strokes --bots arena/strokes60hz.parquet -o bot.musculus
  musculus train attribute configuration-study --label age --model ridge -o age.musculus
  musculus train purchase new-shop.parquet --from old-shop.musculus -o new-shop.musculus
"""

from __future__ import annotations

import argparse
from typing import Any, Final

from musculus.cli.answers import answer
from musculus.cli.inputs import add_join, words
from musculus.cli.progress import Progress
from musculus.cli.protocols import GROUPS, TASKS, in_groups, read_joined

MIRRORS = "musculus.evaluate.learning.train"
OPTIONS: Final = ("person", "label", "positive", "site", "select", "start", "without", "bots", "keep")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("task", choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    parser.add_argument(
        "data", metavar="DATA", help="a file or folder of recordings, or a set in $MUSCULUS_DATA by name"
    )
    parser.add_argument("--reader", metavar="NAME", help="read this format (default: the one the content shows)")
    add_join(parser)
    parser.add_argument("--model", metavar="M", help="default: the task's usual one")
    parser.add_argument("--person", metavar="COLUMN", help="who it is (default: person)")
    parser.add_argument("--label", metavar="COLUMN", help="attribute, purchase: what is to be told")
    parser.add_argument("--positive", metavar="CLASS", help="attribute: the class sought (default: the last by name)")
    parser.add_argument("--site", metavar="COLUMN", help="purchase: where (default: site)")
    parser.add_argument("--select", metavar="NAME", help="attribute, purchase: a selection of features, in the fold")
    parser.add_argument("--from", dest="start", metavar="MODEL", help="attribute, purchase: a model to start from")
    parser.add_argument("--without", type=words, metavar="PEOPLE", help="bot: people to leave out")
    parser.add_argument("--bots", metavar="FILE", help="bot, --model strokes: bots to learn from besides")
    parser.add_argument(
        "--with", dest="keep", type=words, metavar="GROUPS",
        help=f"verify: keep features that say where somebody was recorded: {', '.join(GROUPS)}",
    )  # fmt: skip
    parser.add_argument("--licence", default="", metavar="WORDS", help="the licence of the model, for its card")
    parser.add_argument("-o", "--output", required=True, metavar="MODEL", help="the file to write (.musculus)")


def run(args: argparse.Namespace) -> int:
    """Learn and write."""
    from musculus.evaluate.comparison import DEFAULT, made
    from musculus.evaluate.learning import STROKES, train
    from musculus.models.card import whole_card

    if (args.task, args.model) != ("bot", STROKES):
        made(args.model or DEFAULT[args.task], args.task)
    in_groups(args.keep or [])
    options: dict[str, Any] = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    with Progress("reading") as progress:
        data, options = read_joined(args, options, progress)
    with Progress("learning") as progress:
        model = train(
            args.task, data, args.output, model=args.model, licence=args.licence, name=args.data, progress=progress,
            **options,
        )  # fmt: skip
    told = model.manifest
    document = {
        "output": args.output,
        "task": told.task,
        "family": told.family,
        "features": list(model.features),
        "classes": told.classes,
        "thresholds": told.thresholds,
        "metrics": told.metrics,
        "data": told.data,
        "licence": told.licence,
        "sha256": model.sha256,
        "card": whole_card(told),
        **({"gain": told.more["gain"]} if "gain" in told.more else {}),
    }
    answer(args, document, f"{whole_card(told)}\n{args.output}, sha256 {model.sha256}")
    return 0
