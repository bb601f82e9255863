"""How good is one model at a task, by the task's protocol, on data it has not seen.

Tasks: bot (person or bot), verify (is it the person it claims to be), attribute (sex, age, condition ...: --label),
purchase (will this visit convert). Figures come with 95 % intervals and with what chance gives. Exit code 1: the audit
found a leak.

Example:
  musculus evaluate verify balabit/ --model logistic_regression -o report.html
"""

from __future__ import annotations

import argparse

from musculus.cli.protocols import add_task, measured, tell

MIRRORS = "musculus.evaluate.comparison.evaluate"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_task(parser)
    parser.add_argument("--model", metavar="M", help="default: the task's usual one")


def run(args: argparse.Namespace) -> int:
    """Measure the model and tell."""
    from musculus.evaluate.comparison import DEFAULT

    found = measured(args, [args.model or DEFAULT[args.task]])
    tell(args, found)
    return 1 if found.leaks else 0
