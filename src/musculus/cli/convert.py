"""Any reader's form to ours: the events table.

The table has the columns recording, t (ms), kind, x, y (CSS px) and whatever else the recordings hold.

Example:
  musculus convert balabit/training_files -o events.parquet
"""

from __future__ import annotations

import argparse

from musculus.cli.answers import answer, note
from musculus.cli.inputs import Recordings, add_inputs, add_output

MIRRORS = "musculus.write_events"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_inputs(parser)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Read, write, and say what was odd."""
    from musculus.read import Writer

    found = Recordings(args, "converting")
    with Writer(args.output) as out:
        for events in found:
            out.add(events.to_polars())
    note(str(found.odd))
    document = {
        "output": args.output,
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
    }
    answer(args, document, f"{found.recordings:,} recordings, {found.odd.events:,} events: {args.output}")
    return 0
