"""A copy of the store, made beside the running server, and the way back.

The folder of backups also holds the list of everything that was deleted on request; `--restore` reads it and deletes
that again, so that going back to an older copy undoes no deletion. PostgreSQL is backed up with its own tools.

Example:
  musculus backup -o backups
  musculus backup --restore backups/musculus-20261122T030000Z.db --store sqlite:///restored/musculus.db
"""

from __future__ import annotations

import argparse
from pathlib import Path

from musculus.cli.answers import answer
from musculus.errors import UsageError

MIRRORS = "musculus.store.backup.backup"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="which store")
    parser.add_argument("-o", "--output", metavar="FOLDER", help="the folder of backups")
    parser.add_argument("--restore", metavar="FILE", help="make the store, which must not be there, of this")


def run(args: argparse.Namespace) -> int:
    """Copy, or copy back."""
    from musculus.store import open_store
    from musculus.store.backup import backup, restore

    if args.restore:
        again = restore(Path(args.restore), args.store)
        words = f"{args.store} restored; {again:,} recordings that were deleted since are deleted again"
        answer(args, {"store": args.store, "deleted_again": again}, words)
        return 0
    if not args.output:
        raise UsageError("say where the backup goes: musculus backup -o FOLDER")
    store = open_store(args.store, readonly=True)
    try:
        made = backup(store, Path(args.output))
    finally:
        store.close()
    answer(args, {"backup": str(made), "bytes": made.stat().st_size}, f"{made}: {made.stat().st_size:,} bytes")
    return 0
