"""A store to one table of events, or to a lake of Parquet files, an hour each, for DuckDB, polars or Spark.

A name that ends in .parquet, .csv, .feather or .jsonl is one table of every visit as it is now. Anything else is a
lake: every hour that is over and in which nobody moves any more becomes one file; hours whose recordings have changed
since, by a late batch or a deletion, are written anew. Run it as often as you like, beside the running server: it only
reads the store, and a file is there whole or not at all. Visits of sites that keep measures only are in neither; what
is kept of them is the table that --measures names.

Example:
  musculus export -o visits.parquet
  musculus export --measures strokes.parquet --site shop
  musculus export -o lake --store sqlite:///musculus-data/musculus.db
  duckdb -c "SELECT date, count(*) FROM read_parquet('lake/events/**/*.parquet') GROUP BY ALL"
"""

from __future__ import annotations

import argparse
from dataclasses import asdict

from musculus.cli.answers import answer
from musculus.cli.progress import Progress

MIRRORS = "musculus.store.export.export"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="what to read")
    place = "a table (.parquet, .csv, .feather, .jsonl), or a lake: a folder, or a URL such as s3://bucket/lake"
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("-o", "--output", metavar="OUT", help=place)
    where.add_argument("--measures", metavar="TABLE", help="what is kept of visits whose paths are not")
    row = "what a row of measures is (default: stroke)"
    parser.add_argument("--cut", choices=("stroke", "recording"), default="stroke", help=row)
    parser.add_argument("--site", metavar="NAME", help="only this site (default: all)")
    closed = "of a lake: minutes without a batch after which a visit is over (default: 30)"
    parser.add_argument("--quiet", type=float, default=30.0, metavar="MIN", help=closed)


def run(args: argparse.Namespace) -> int:
    """Export, and say how much."""
    if args.measures:
        return _measures(args)
    from musculus.draw.canvas import counted
    from musculus.read.writer import FORMS
    from musculus.store import open_store
    from musculus.store.export import export, export_table

    store = open_store(args.store, readonly=True)
    try:
        with Progress("exporting") as progress:
            if args.output.lower().endswith(tuple(FORMS)):
                found = export_table(store, args.output, site=args.site, progress=progress)
                document = {"output": args.output, "recordings": found[0], "events": found[1]}
                answer(args, document, f"{counted(found[0], 'recording')}, {counted(found[1], 'event')}: {args.output}")
                return 0
            done = export(store, args.output, site=args.site, quiet=args.quiet, progress=progress)
    finally:
        store.close()
    what = f"{counted(done.recordings, 'recording')}, {counted(done.events, 'event')}"
    words = f"{counted(done.hours, 'hour')} with {what}: {args.output}"
    if done.removed:
        words += f"; {counted(done.removed, 'hour')} removed, nothing of them is kept any more"
    if done.waiting:
        words += f"; {counted(done.waiting, 'hour')} with visits that are still open"
    answer(args, {"lake": args.output, **asdict(done)}, words)
    return 0


def _measures(args: argparse.Namespace) -> int:
    from musculus.read import Writer
    from musculus.serve.pathless.shown import tables
    from musculus.store import open_store

    store = open_store(args.store, readonly=True)
    try:
        with Writer(args.measures) as out:
            for frame in tables(store, args.site, args.cut):
                out.add(frame)
    finally:
        store.close()
    words = f"{out.rows:,} rows ({args.cut}) of visits whose paths are not kept: {args.measures}"
    answer(args, {"output": args.measures, "cut": args.cut, "rows": out.rows}, words)
    return 0
