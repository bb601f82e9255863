"""Backups: a copy of a store beside the running server, and a way back that deletes again what was deleted since.

A folder of backups also holds `erased.json`, the list of everything that was deleted on request. It is brought up to
date by every backup and read by every restore, so that no deletion is undone by going back to an older copy.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from musculus.errors import StoreError
from musculus.store import open_store
from musculus.store.base import Erased, Store
from musculus.store.sqlite import SqliteStore

LIST: Final = "erased.json"
NAME: Final = "musculus-%Y%m%dT%H%M%SZ.db"


def backup(store: Store, folder: Path, now: datetime | None = None) -> Path:
    """Copy an open embedded store into a folder of backups; the path of the copy.

    Raises `StoreError` where the store is in PostgreSQL, whose own tools make better copies.
    """
    if not isinstance(store, SqliteStore):
        raise StoreError("this store is a PostgreSQL database: back it up with pg_dump or its own archiving")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (now or datetime.now(UTC)).strftime(NAME)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    store.backup(part)
    part.replace(target)
    note_erased(folder, store.erased())
    return target


def restore(copy: Path, url: str) -> int:
    """Make a new store of a backup, without what has been deleted since; how many recordings were deleted again.

    The store must not be there yet: move the old one away. Its deletions count if it is given as `erased.json` beside
    the backup, which every backup brings up to date.
    """
    path = Path(url.removeprefix("sqlite:///"))
    if path.exists():
        raise StoreError(f"{path} is there already; move it away first, a restore overwrites nothing")
    if not copy.is_file():
        raise StoreError(f"there is no backup {copy}")
    open_store(f"sqlite:///{copy}", readonly=True).close()  # refuses what is no store before anything is written
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        fresh = Path(scratch) / "store.db"
        shutil.copyfile(copy, fresh)
        store = open_store(f"sqlite:///{fresh}")
        try:
            again = sum(bool(store.erase(gone.site, gone.recording)) for gone in erased_list(copy.parent))
            store.check()
        finally:
            store.close()
        fresh.replace(path)
    return again


def note_erased(folder: Path, erased: list[Erased]) -> None:
    """Add deletions to the list of a folder of backups."""
    known = {(gone.site, gone.recording): gone for gone in [*erased_list(folder), *erased]}
    part = folder / (LIST + ".part")
    part.write_bytes(msgspec.json.encode(sorted(known.values(), key=lambda gone: (gone.at, gone.recording))))
    part.replace(folder / LIST)


def erased_list(folder: Path) -> list[Erased]:
    """The list of deletions of a folder of backups; empty where there is none yet."""
    try:
        return msgspec.json.decode((folder / LIST).read_bytes(), type=list[Erased])
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        where = folder / LIST
        raise StoreError(f"{where} can't be read ({error}); without it a restore might undo deletions") from error
