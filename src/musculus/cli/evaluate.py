"""How good is one model at a task, by the task's protocol, on data it has not seen.

Tasks: bot (person or bot), verify (is it the person it claims to be). Figures come with 95 % intervals and with what
chance gives.

Example:
  musculus evaluate verify balabit/ --model logistic_regression -o report.html
"""

from __future__ import annotations

import argparse
from typing import Final

from musculus.cli.protocols import add_task, measured, tell

MIRRORS = "musculus.evaluate.verification.verify"
DEFAULT: Final = {"bot": "winslow", "verify": "logistic_regression"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_task(parser)
    parser.add_argument("--model", metavar="M", help="default: winslow for bot, logistic_regression for verify")


def run(args: argparse.Namespace) -> int:
    """Measure the model and tell."""
    from musculus.models import make_model

    name = args.model or DEFAULT[args.task]
    make_model(name)  # a name that isn't there, or a library, is told before anything is read
    found = measured(args, [name])
    tell(args, found)
    return 1 if found["leaks"] else 0
