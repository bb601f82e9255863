"""The table of measures, or one of them explained.

Example:
  musculus measures
  musculus measures straightness
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from musculus.cli.answers import answer, columns

if TYPE_CHECKING:
    from musculus.measures import Measure

MIRRORS = "musculus.MEASURES"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a measure, or one of its columns (velocity_q95)")


def run(args: argparse.Namespace) -> int:
    """Print the table, or the explanation."""
    from musculus.measures import COLUMNS, MEASURES

    if args.name:
        m = MEASURES[args.name] if args.name in MEASURES else COLUMNS[args.name]
        answer(args, {**_told(m), "explanation": m.explanation}, _explained(m))
        return 0
    table = list(MEASURES.values())
    head = ("NAME", "CATEGORY", "UNIT", "TIER", "")
    rows = [head, *((m.name + "_*" * m.summarise, m.category, m.unit, m.tier, m.doc) for m in table)]
    ending = "\n\n_*: a series, summed up as _mean _std _min _q05 _q25 _median _q75 _q95 _max _skew _kurtosis"
    answer(args, [_told(m) for m in table], columns(rows, 160) + ending)
    return 0


def _told(m: Measure) -> dict[str, Any]:
    return {
        "name": m.name,
        "category": m.category,
        "unit": m.unit,
        "tier": m.tier,
        "columns": list(m.columns),
        "sentence": m.doc,
    }


def _explained(m: Measure) -> str:
    facts = [("category", m.category), ("unit", m.unit), ("tier", m.tier), ("columns", ", ".join(m.columns))]
    return f"{m.name}\n\n{m.explanation}\n\n{columns(facts, 10_000)}"
