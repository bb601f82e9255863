"""The feature table that models learn from.

A row is a recording, person, page, window, stroke, action, motion or click; movement is summed up over the strokes of
the row. The table has the column recording, the context columns, then the features. What the events show of the mice
is told beside it, and never becomes a feature: a model would learn the mouse.

Example:
  musculus features events.parquet --per recording -o features.parquet --manifest features.json
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from musculus.cli.answers import answer, note, plain
from musculus.cli.inputs import Recordings, add_inputs, add_output, add_window, window_options, words

if TYPE_CHECKING:
    from musculus.events import Events

MIRRORS = "musculus.feature_table"
PER = ("recording", "person", "page", "window", "stroke", "action", "motion", "click")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    add_inputs(parser)
    add_output(parser)
    parser.add_argument("--per", choices=PER, default="recording", help="what a row is (default: recording)")
    parser.add_argument("--only", type=words, metavar="NAMES", help="measures, with commas between")
    parser.add_argument("--tier", type=words, metavar="TIERS", help="raw, s (rate-independent), or raw,s (default)")
    parser.add_argument(
        "--manifest", metavar="M.json", help="write what the features are, and their hash, to this file"
    )
    add_window(parser)


def run(args: argparse.Namespace) -> int:
    """Read, compute and write; a part at a time, unless a row is a person, whose recordings may lie far apart."""
    from musculus.evaluate.study.configured import configurations, together, told
    from musculus.events import Events
    from musculus.features import features
    from musculus.measures import choose
    from musculus.read import Writer

    choose(args.only, args.tier)
    found = Recordings(args, "computing")
    parts: Iterable[Events] = [Events.concat(found)] if args.per == "person" else found
    manifest: dict[str, Any] = {}
    mice = []
    with Writer(args.output) as out:
        for events in parts:
            table = features(events, args.per, only=args.only, tier=args.tier, **window_options(args))
            manifest = manifest or table.manifest()
            out.add(table.to_polars())
            mice.append(configurations(events))
    if args.manifest:
        Path(args.manifest).write_text(json.dumps(plain(manifest), indent=1) + "\n")
    configured = together(mice)
    note("\n".join([str(found.odd), *told(configured)]))
    document = {
        "output": args.output,
        "per": args.per,
        "rows": out.rows,
        "features": len(manifest["features"]),
        "hash": manifest["hash"],
        "recordings": found.recordings,
        "events": found.odd.events,
        "oddities": found.odd.counts(),
        "configurations": configured,
    }
    what = f"{out.rows:,} rows (per {args.per}) of {len(manifest['features'])} features"
    answer(args, document, f"{what} from {found.recordings:,} recordings: {args.output}")
    return 0
