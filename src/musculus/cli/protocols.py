"""Models measured by a task's protocol: what `evaluate` and `compare` share."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, columns, plain
from musculus.cli.inputs import add_join, joined, words
from musculus.cli.progress import Progress
from musculus.errors import UsageError

if TYPE_CHECKING:
    from musculus.events import Events

TASKS: Final = ("bot", "verify")
GROUPS: Final = ("size", "cadence", "position")
Report = dict[str, Any]


def add_task(parser: argparse.ArgumentParser) -> None:
    """TASK and DATA, and what a task may need to know of the data."""
    parser.add_argument("task", choices=TASKS, metavar="TASK", help="bot or verify")
    parser.add_argument(
        "data", metavar="DATA", help="a file or folder of recordings, or a set in $MUSCULUS_DATA by name"
    )
    parser.add_argument("--reader", metavar="NAME", help="read this format (default: the one the content shows)")
    add_join(parser)
    parser.add_argument("--person", default="person", metavar="COLUMN", help="verify: who it is (default: person)")
    parser.add_argument(
        "--with", dest="keep", type=words, default=[], metavar="GROUPS",
        help="verify: keep features that say where somebody was recorded: size, cadence, position",
    )  # fmt: skip
    parser.add_argument("-o", "--output", metavar="REPORT", help="write the report: .html or .json")


def read_data(args: argparse.Namespace) -> Events:
    """The recordings of DATA."""
    from musculus.read import read

    where = Path(args.data)
    named = Path(os.environ.get("MUSCULUS_DATA", "")) / args.data
    with Progress("reading") as progress:
        found = read(where if where.exists() or not named.exists() else named, reader=args.reader, progress=progress)
    return joined(found, args.join)


def measured(args: argparse.Namespace, models: Sequence[str]) -> Report:
    """The contract's document: every model by the task's protocol, each with its figures."""
    form = _form(args.output)
    wrong = set(args.keep) - set(GROUPS)
    if wrong:
        raise UsageError(f"--with knows {', '.join(GROUPS)}, not {sorted(wrong)[0]!r}")
    ways: dict[str, Callable[..., Report]] = {"bot": _bot, "verify": _verify}
    found = {"task": args.task, "data": args.data, **ways[args.task](args, read_data(args), models)}
    if form == "json":
        Path(args.output).write_text(json.dumps(plain(found), indent=1, ensure_ascii=False) + "\n")
    elif form == "html":
        from musculus.cli.page import page

        Path(args.output).write_text(page(plain(found)))
    return found


def _form(output: str | None) -> str | None:
    if output is None:
        return None
    form = Path(output).suffix.lower().lstrip(".")
    if form not in ("html", "json"):
        raise UsageError(f"{output}: a report is .html or .json")
    if not Path(output).absolute().parent.is_dir():
        raise UsageError(f"there is no folder {Path(output).parent} to write {Path(output).name} to; make it first")
    return form


def _verify(args: argparse.Namespace, events: Events, models: Sequence[str]) -> Report:
    import numpy as np

    from musculus.evaluate import Split, audit
    from musculus.evaluate.verification import verify
    from musculus.tasks.verify import trials

    with Progress("measuring") as progress:
        out = [g for g in GROUPS if g not in args.keep]
        table = trials(events, person=args.person, leave_out=out, progress=progress)
    sides = np.flatnonzero(table.enrol), np.flatnonzero(~table.enrol)
    session = {"session": table.recording}
    found = audit(table.table.values, Split.of(*sides, session), columns=table.table.names, groups=session)
    return {
        "protocol": f"{table.protocol}; left out: {', '.join(out) or 'nothing'}",
        "models": [_fit(verify, table, name) for name in models],
        "leaks": [leak._asdict() for leak in found.leaks],
        "checked": found.checked,
    }


def _bot(args: argparse.Namespace, events: Events, models: Sequence[str]) -> Report:
    from musculus.evaluate.detection import detect, rows
    from musculus.models import MODELS
    from musculus.tasks.bot import STROKES

    told, made = [], {}
    for name in models:
        only = MODELS[name].columns
        if only not in made:
            made[only] = rows(events, only)
        told.append(_fit(detect, made[only], name))
    people = "people and generators apart, each in one fold; one-class models learn from people only"
    return {"protocol": f"rows of {STROKES} strokes; {people}", "models": told, "leaks": []}


def _fit(way: Callable[..., Report], table: Any, name: str) -> Report:
    with Progress(f"fitting {name}") as progress:
        return way(table, name, progress=progress)


def tell(args: argparse.Namespace, found: Report) -> None:
    """Print the report, or its figures as a table."""
    head = ("MODEL", "FEATURES", "AUC", "EER", "TPR AT 1 % FPR", "CHANCE GIVES AUC", "SECONDS")
    rows = [head, *(_row(m) for m in found["models"])]
    leaks = [f"leak: {leak['kind']}: {leak['seen']} ({leak['step']})" for leak in found["leaks"]]
    answer(
        args, found, "\n".join([f"{found['task']} on {found['data']}: {found['protocol']}", columns(rows, 200), *leaks])
    )


def _row(m: Report) -> tuple[str, ...]:
    chance = m["null"].get("auc_95")
    return (
        m["name"], str(m["features"]), interval(m["auc"]), interval(m["eer"]), interval(m["tpr_at_fpr"]["0.01"]),
        "" if chance is None else f"up to {chance:.3f}", f"{m['seconds']:.0f}",
    )  # fmt: skip


def interval(e: Report) -> str:
    """A figure with its interval.

    >>> interval({"value": 0.92, "low": 0.9, "high": None})
    '0.920 (0.900 to ?)'
    """
    value, low, high = ("?" if e.get(k) is None else f"{e[k]:.3f}" for k in ("value", "low", "high"))
    return f"{value} ({low} to {high})"
