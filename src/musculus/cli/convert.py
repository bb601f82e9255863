"""Any reader's form to ours: the events table.

The table has the columns recording, t (ms), kind, x, y (CSS px) and whatever else the recordings hold. What the events
show of the mouse that made them is stored with each recording: event_rate, clock_resolution, quantum, and estimated_*.

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
    from musculus.evaluate.study.configured import configurations, estimated, together, told
    from musculus.read import Writer

    found = Recordings(args, "converting")
    mice = []
    with Writer(args.output) as out:
        for events in found:
            mice.append(configurations(events))
            out.add(estimated(events, mice[-1]).to_polars())
    configured = together(mice)
    note("\n".join([str(found.odd), *told(configured)]))
    document = {
        "output": args.output,
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
        "configurations": configured,
    }
    answer(args, document, f"{found.recordings:,} recordings, {found.odd.events:,} events: {args.output}")
    return 0
