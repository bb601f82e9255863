"""Models measured by a task's protocol: what `evaluate` and `compare` share."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, columns, plain
from musculus.cli.inputs import add_join, joined, words
from musculus.cli.progress import Progress
from musculus.errors import UsageError

if TYPE_CHECKING:
    from musculus.evaluate.report import Report

TASKS: Final = ("bot", "verify", "attribute", "purchase")
GROUPS: Final = ("size", "cadence", "position")
SELECTIONS: Final = (
    "mann_whitney, anova, kruskal, mutual_information, holm, lasso, trees, permutation, shadow, stable"
)
OPTIONS: Final = ("person", "label", "site", "segment", "split", "by", "select", "tune", "keep")


def add_task(parser: argparse.ArgumentParser) -> None:
    """TASK and DATA, and what a task may need to know of the data."""
    parser.add_argument("task", choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    parser.add_argument(
        "data", metavar="DATA", help="a file or folder of recordings, or a set in $MUSCULUS_DATA by name"
    )
    parser.add_argument("--reader", metavar="NAME", help="read this format (default: the one the content shows)")
    add_join(parser)
    parser.add_argument("--person", metavar="COLUMN", help="who it is (default: person)")
    parser.add_argument("--label", metavar="COLUMN", help="attribute, purchase: what is asked of each person or visit")
    parser.add_argument("--site", metavar="COLUMN", help="purchase: where (default: site)")
    parser.add_argument("--segment", metavar="COLUMN", help="purchase: segments with models of their own")
    parser.add_argument("--split", choices=("between", "within", "rows"), help="attribute: what is kept apart")
    parser.add_argument("--by", metavar="COLUMN", help="attribute, purchase: the figures by group, too")
    told = f"bot, attribute, purchase: a choice of features in the fold: {SELECTIONS}"
    parser.add_argument("--select", metavar="NAME", help=told)
    parser.add_argument("--tune", type=int, metavar="N", help="attribute, purchase: settings to try, in the fold")
    parser.add_argument(
        "--with", dest="keep", type=words, metavar="GROUPS",
        help=f"verify: keep features that say where somebody was recorded: {', '.join(GROUPS)}",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="REPORT", help="write the report: .html or .json")


def place(data: str) -> Path:
    """Where DATA is: the path itself, or the set of that name in $MUSCULUS_DATA."""
    named = Path(os.environ.get("MUSCULUS_DATA", "")) / data
    return Path(data) if Path(data).exists() or not named.exists() else named


def measured(args: argparse.Namespace, models: Sequence[str] | None) -> Report:
    """Every model by the task's protocol, each with its figures."""
    from musculus.evaluate.comparison import compare

    _check(args)
    options: dict[str, Any] = {name: getattr(args, name) for name in OPTIONS if getattr(args, name) is not None}
    with Progress("reading") as progress:
        data, options = read_joined(args, options, progress)
    with Progress("measuring") as progress:
        found = compare(args.task, data, models=models, name=args.data, progress=progress, **options)
    if args.output:
        found.save(args.output)
    return found


def _check(args: argparse.Namespace) -> None:
    in_groups(args.keep or [])
    if args.output is None:
        return
    if Path(args.output).suffix.lower() not in (".html", ".json"):
        raise UsageError(f"{args.output}: a report is .html or .json")
    if not Path(args.output).absolute().parent.is_dir():
        raise UsageError(f"there is no folder {Path(args.output).parent} to write {Path(args.output).name} to")


def in_groups(names: Sequence[str]) -> None:
    """UsageError for a group of features that `--with` doesn't know."""
    wrong = set(names) - set(GROUPS)
    if wrong:
        raise UsageError(f"--with knows {', '.join(GROUPS)}, not {sorted(wrong)[0]!r}")


def read_joined(args: argparse.Namespace, options: dict[str, Any], progress: Progress) -> tuple[Any, dict[str, Any]]:
    """The data of a command with the columns of `--join`, and the options: a table's columns are joined by the task."""
    from musculus.evaluate.comparison import read_data
    from musculus.events import Events
    from musculus.read import read_features

    data = read_data(place(args.data), args.task, args.reader, progress)
    if args.join and isinstance(data, Events):
        return joined(data, args.join), options
    return data, {**options, "join": read_features(args.join)} if args.join else options


def tell(args: argparse.Namespace, found: Report) -> None:
    """Print the report, or its figures as a table."""
    document = plain(found.to_dict())
    head = ("MODEL", "FEATURES", "AUC", "EER", "F1", "TPR AT 1 % FPR", "CHANCE GIVES AUC", "SECONDS")
    rows = [head, *(_row(m) for m in document["models"])]
    leaks = [f"leak: {leak['kind']}: {leak['seen']} ({leak['step']})" for leak in document["leaks"]]
    first = f"{document['task']} on {document['data']}: {document['protocol']}"
    answer(args, document, "\n".join([first, columns(rows, 200), *leaks, *document["notes"]]))


def _row(m: dict[str, Any]) -> tuple[str, ...]:
    chance = m.get("null", {}).get("auc_95")
    shown = [m.get("auc"), m.get("eer"), m.get("f1"), m.get("tpr_at_fpr", {}).get("0.01")]
    return (
        m["name"], str(m["features"]), *("" if e is None else interval(e) for e in shown),
        "" if chance is None else f"up to {chance:.3f}", f"{m['seconds']:.0f}",
    )  # fmt: skip


def interval(e: dict[str, Any]) -> str:
    """A figure with its interval.

    >>> interval({"value": 0.92, "low": 0.9, "high": None})
    '0.920 (0.900 to ?)'
    """
    value, low, high = ("?" if e.get(k) is None else f"{e[k]:.3f}" for k in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
