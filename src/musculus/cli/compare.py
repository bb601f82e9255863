"""Models side by side at a task, by the task's protocol.

Tasks: bot (person or bot), verify (is it the person it claims to be), attribute (sex, age, condition ...: --label),
purchase (will this visit convert). Exit code 1: the audit found a leak.

Example:
  musculus compare bot strokes.parquet --models winslow,random_forest,lightgbm -o report.html
"""

from __future__ import annotations

import argparse

from musculus.cli.inputs import words
from musculus.cli.protocols import add_task, measured, tell

MIRRORS = "musculus.evaluate.comparison.compare"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_task(parser)
    parser.add_argument("--models", type=words, metavar="NAMES", help="with commas between (default: all there are)")


def run(args: argparse.Namespace) -> int:
    """Measure each model and tell."""
    found = measured(args, args.models)
    tell(args, found)
    return 1 if found.leaks else 0
