"""Backups: a copy of a store beside the running server, and a way back that deletes again what was deleted since.

A folder of backups also holds `erased.json`, the list of what was deleted on request (`deletions`). Every backup brings
it up to date and every restore reads it, so that no deletion is undone by going back to an older copy.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from musculus.errors import StoreError
from musculus.store import deletions, open_store
from musculus.store.base import Store
from musculus.store.sqlite import SqliteStore

NAME: Final = "musculus-%Y%m%dT%H%M%SZ.db"


def backup(store: Store, folder: Path, now: datetime | None = None) -> Path:
    """Copy an open embedded store into a folder of backups; the path of the copy.

    Raises `StoreError` where the store is in PostgreSQL, whose own tools make better copies.
    """
    if not isinstance(store, SqliteStore):
        step = "and keep its list of deletions with: musculus backup --deletions -o FOLDER"
        raise StoreError(f"this store is a PostgreSQL database: back it up with pg_dump or its own archiving, {step}")
    folder.mkdir(parents=True, exist_ok=True)
    target = _new(folder / (now or datetime.now(UTC)).strftime(NAME))
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # as private as the store
    store.backup(part)
    deletions.note(folder, store)
    part.replace(target)
    return target


def _new(path: Path) -> Path:
    """The path, or another beside it where a backup of the same second is there: none overwrites another."""
    others = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in itertools.count(2))
    return path if not path.exists() else next(other for other in others if not other.exists())


def restore(copy: Path, url: str) -> int:
    """Make a new store of a backup, without what has been deleted since; how many recordings that concerned.

    The store must not be there yet: move the old one away. Deletions count that are in the list beside the backup,
    which every backup brings up to date.
    """
    if not url.startswith("sqlite:///"):
        step = "restore a database with its own tools, then: musculus backup --delete-again FOLDER --store URL"
        raise StoreError(f"a backup becomes an SQLite file, not {url.partition(':')[0]}; {step}")
    path = Path(url.removeprefix("sqlite:///"))
    if path.exists():
        raise StoreError(f"{path} is there already; move it away first, a restore overwrites nothing")
    if not copy.is_file():
        raise StoreError(f"there is no backup {copy}")
    open_store(f"sqlite:///{copy}", readonly=True).close()  # refuses what is no store before anything is written
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        fresh = Path(scratch) / "store.db"
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        shutil.copyfile(copy, fresh)
        store = open_store(f"sqlite:///{fresh}")
        try:
            again = deletions.again(store, deletions.listed(copy.parent))
            store.check()
        finally:
            store.close()
        # strokes seen before lie beside a store, and these would be of visits that the restored one never had
        shutil.rmtree(path.with_name(f"{path.name}-seen"), ignore_errors=True)
        fresh.replace(path)
    return again
