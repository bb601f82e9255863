"""The configuration laboratory: is it the person or the mouse?

Which measures does the configuration of the mouse change, how much does a prediction suffer when people change their
mouse, and what helps. INPUT are recordings, or one table of features, a row for each person, configuration and task.
--person, --configuration and --task name its columns; a published set that musculus knows needs none. Recordings may
be studied by what their events show: --configuration estimated_polling_hz. --quick leaves out what trains models.
--simulate plays recordings again through other mice; without --configuration those mice are what is studied. With DPI
or sensitivity the hand repeats its movement: --hand is the DPI it had, so that 800 simulated with --hand 800 is as was.

Example:
  musculus study configuration points_aggregated_data.csv --quick -o report.html
  musculus study configuration sessions.parquet --configuration dpi,polling_hz --task page -o report.html
  musculus study configuration recordings/ --simulate dpi=400,800,1600,polling=60,125,1000 -o report.html
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, columns, plain
from musculus.cli.inputs import add_inputs, joined, words
from musculus.cli.progress import Progress
from musculus.cli.protocols import place
from musculus.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from musculus.events import Events

MIRRORS = "musculus.evaluate.study.study"
SHOWN: Final = 10


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("what", choices=("configuration",), help="what is studied: configuration")
    add_inputs(parser)
    parser.add_argument("--person", default="", metavar="P", help="the column that says who (default: person)")
    parser.add_argument(
        "--configuration", type=words, default=[], metavar="C[,C2]", help="the columns that say with which mouse"
    )
    parser.add_argument("--task", default="", metavar="T", help="the column that says at what (default: one task)")
    parser.add_argument("--label", default="", metavar="L", help="predict this column, in the place of who it is")
    parser.add_argument("--quick", action="store_true", help="leave out what trains models")
    parser.add_argument(
        "--simulate", type=mice, metavar="MICE", help="play recordings again by other mice: dpi=400,800,polling=60,1000"
    )
    parser.add_argument(
        "--hand", type=float, metavar="DPI",
        help="what people really had, where dpi or sensitivity is simulated (default: as declared, else 800)",
    )  # fmt: skip
    parser.add_argument("--per", choices=("recording", "page", "window"), default="recording", help="what a row is")
    parser.add_argument("--only", type=words, metavar="NAMES", help="measures of recordings, with commas between")
    parser.add_argument(
        "--bound", type=float, default=0.5, metavar="SD",
        help="differences below this many standard deviations between people count as none (default 0.5)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the folds and the models")
    parser.add_argument("-o", "--output", metavar="REPORT", help="write the report: .html or .json")


def mice(text: str) -> dict[str, list[float]]:
    """Settings of simulated mice, for argparse: names with values, all with commas between.

    >>> mice("dpi=400,800,polling=60,125")
    {'dpi': [400.0, 800.0], 'polling': [60.0, 125.0]}
    """
    found: dict[str, list[float]] = {}
    name = ""
    for part in words(text.replace(";", ",")):
        before, equals, after = part.rpartition("=")
        name = before.strip() if equals else name
        try:
            found.setdefault(name, []).append(float(after))
        except ValueError:
            raise argparse.ArgumentTypeError(f"{part!r} is no number; write dpi=400,800,polling=60,125") from None
    if not found or "" in found:
        raise argparse.ArgumentTypeError(f"{text!r} names no setting; write dpi=400,800,polling=60,125")
    return found


def run(args: argparse.Namespace) -> int:
    """Study and tell."""
    from musculus.evaluate.study.laboratory import study, writable

    if args.bound <= 0:
        raise UsageError(f"--bound must be above 0, got {args.bound:g}")
    if args.output:
        writable(args.output)
    rows = _rows(args)
    with Progress("studying") as progress:
        found = study(
            rows, person=args.person, configuration=args.configuration, task=args.task, label=args.label,
            quick=args.quick, simulate=args.simulate, hand=args.hand, per=args.per, only=args.only,
            bound=args.bound, name=", ".join(args.input), seed=args.seed, progress=progress,
        )  # fmt: skip
    if args.output:
        found.save(args.output)
    answer(args, found.to_dict(), _told(plain(found.to_dict())))
    return 0


def _rows(args: argparse.Namespace) -> Events | pl.DataFrame:
    from musculus.evaluate.study.reading import read_study
    from musculus.events import Events

    with Progress("reading"):
        rows = read_study([place(path) for path in args.input], args.reader)
    if isinstance(rows, Events):
        return joined(rows, args.join)
    if args.join:
        raise UsageError("--join adds columns to recordings; this is a table of features: add them to the table")
    return rows


def _told(d: dict[str, Any]) -> str:
    """What a study found, in a page of text."""
    from musculus.evaluate.study.effects import personal

    n, s, v = d["features"], d["significant"], d["verdicts"]
    size = f"{d['people']} people, {len(d['configurations'])} configurations, {n} measures, {d['rows']} rows"
    first = f"{d['data']}: {size}"
    lines = [first, f"configurations: {', '.join(d['configurations'])}", ""]
    lines += [f"{c['kind']}: {c['seen']}; {c['step']}" for c in d["design"]["concerns"]]
    lines += [
        "",
        f"change with the mouse: {s['holm']} of {n} (Holm), {s['bh']} (Benjamini-Hochberg), {s['p05']} uncorrected",
        f"shown to be the same within {d['bound']:g} sd between people: {v['the same'] + v['changed, but little']}",
        f"open: {v['open']}",
        "",
    ]
    best = sorted(d["measures"], key=personal, reverse=True)[:SHOWN]
    head = ("MOST THE PERSON'S, LEAST THE MOUSE'S", "ICC", "KENDALL'S W", "HOLM P", "VERDICT")
    lines.append(columns([head, *(_measure(m) for m in best)]))
    lines += ["", *_modelled(d)]
    kinds: dict[str, int] = {}
    for flag in d["flags"]:
        kinds[flag["kind"]] = kinds.get(flag["kind"], 0) + 1
    if kinds:
        lines.append("artefacts: " + ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in kinds.items()))
    return "\n".join([*lines, *d["notes"]])


def _measure(m: dict[str, Any]) -> tuple[str, ...]:
    figures = [("?" if x is None else f"{x:.2f}") for x in (m["icc"], m["kendall_w"])]
    return (m["name"], *figures, "?" if m["holm"] is None else f"{m['holm']:.2g}", m["verdict"])


def _modelled(d: dict[str, Any]) -> list[str]:
    """Leakage, matrix and normalisers in a line each."""
    lines = []
    if (raw := d["leakage"].get("raw")) and raw["value"] is not None:
        chance = d["leakage"]["chance"]
        lines.append(f"the mouse of unseen people is guessed right in {raw['value']:.0%} (chance {chance:.0%})")
    m = d["matrix"]
    if m.get("within") and m["within"]["value"] is not None and m["cross"]["value"] is not None:
        lines.append(
            f"{m['task']}: same mouse {m['within']['value']:.3f}, another mouse {m['cross']['value']:.3f} "
            f"(chance {m['chance']:.3f})"
        )
    if d["normalisers"]:
        head = ("NORMALISER", "MOUSE GUESSED", "SAME MOUSE", "OTHER MOUSE", "WON BACK", "")
        rows = [head, *(_normaliser(n) for n in d["normalisers"])]
        lines += ["", columns(rows), ""]
    return lines


def _normaliser(n: dict[str, Any]) -> tuple[str, ...]:
    shown = [n.get(k) or {} for k in ("leakage", "within", "cross")]
    figures = ["" if e.get("value") is None else f"{e['value']:.3f}" for e in shown]
    back = "" if n.get("recovered") is None else f"{round(100 * n['recovered'])}%"
    warning = "RAISES LEAKAGE" if n.get("raises_leakage") else f"not run: {n['needs']}" if n.get("needs") else ""
    return (n["name"], *figures, back, warning)
