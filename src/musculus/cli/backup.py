"""A copy of the store, made beside the running server, and the way back.

The folder of backups also holds the list of everything that was deleted on request; `--restore` reads it and deletes
that again, so that going back to an older copy undoes no deletion. PostgreSQL is backed up with its own tools; then
`--deletions` keeps the list, and after going back `--delete-again` deletes by it. A store remembers its deletions for
60 days: make a backup, or the list, more often than that.

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
    parser.add_argument("--deletions", action="store_true", help="only bring the folder's list of deletions up to date")
    again = "delete again, in a database that went back, what this folder's list holds"
    parser.add_argument("--delete-again", metavar="FOLDER", help=again)


def run(args: argparse.Namespace) -> int:
    """Copy, or copy back."""
    from musculus.store import deletions, open_store, place
    from musculus.store.backup import backup, restore

    if args.delete_again:
        return _delete_again(args)
    if args.restore:
        again = restore(Path(args.restore), args.store)
        words = f"{place(args.store)} restored; {again:,} recordings that were deleted since are deleted again"
        answer(args, {"store": place(args.store), "deleted_again": again}, words)
        return 0
    if not args.output:
        raise UsageError("say where the backup goes: musculus backup -o FOLDER")
    store = open_store(args.store, readonly=True)
    try:
        if args.deletions:
            held = deletions.note(Path(args.output), store)
            answer(args, {"deletions": held}, f"{args.output}: a list of {held:,} deletions")
            return 0
        made = backup(store, Path(args.output))
    finally:
        store.close()
    answer(args, {"backup": str(made), "bytes": made.stat().st_size}, f"{made}: {made.stat().st_size:,} bytes")
    return 0


def _delete_again(args: argparse.Namespace) -> int:
    from musculus.store import deletions, open_store, place

    folder = Path(args.delete_again)
    if not (folder / deletions.LIST).is_file():  # nothing would be deleted, and look as if all were
        raise UsageError(f"{folder} holds no {deletions.LIST}: name the folder that --deletions, or a backup, wrote")
    open_store(args.store, readonly=True).close()  # opened to be written to, one that isn't there would be made
    store = open_store(args.store)
    try:
        again = deletions.again(store, deletions.listed(folder))
    finally:
        store.close()
    answer(args, {"store": place(args.store), "deleted_again": again}, f"{again:,} recordings are deleted again")
    return 0
