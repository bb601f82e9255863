"""How the embedded store's file is opened: settings, tables, and SQLite's errors in our words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from musculus.errors import StoreError
from musculus.store.base import StoreFull

APPLICATION = 0x6D757363  # "musc" in the file's header: no other program's database is written to
VERSION = 2
RESCUE = "restore a backup, or read what is left with `sqlite3 FILE .recover`"

RECORDS = """
CREATE TABLE record (
  kind TEXT NOT NULL, site TEXT NOT NULL, name TEXT NOT NULL, made INTEGER NOT NULL, crc INTEGER NOT NULL,
  recording TEXT, document BLOB NOT NULL,
  PRIMARY KEY (kind, site, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_recording ON record (recording) WHERE recording IS NOT NULL;
"""

TABLES = """
CREATE TABLE batch (
  recording TEXT NOT NULL, site TEXT NOT NULL, view TEXT NOT NULL, sequence INTEGER NOT NULL,
  origin REAL NOT NULL, received INTEGER NOT NULL, events INTEGER NOT NULL, crc INTEGER NOT NULL, frame BLOB NOT NULL,
  UNIQUE (recording, site, view, sequence)
) STRICT;
CREATE TABLE recording (
  recording TEXT NOT NULL, site TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  batches INTEGER NOT NULL, events INTEGER NOT NULL, size INTEGER NOT NULL, crc INTEGER NOT NULL,
  UNIQUE (recording, site)
) STRICT;
CREATE INDEX recording_newest ON recording (last, recording);
CREATE TABLE verdict (
  recording TEXT NOT NULL, site TEXT NOT NULL, batches INTEGER NOT NULL, model TEXT NOT NULL, label TEXT NOT NULL,
  made INTEGER NOT NULL, crc INTEGER NOT NULL, document BLOB NOT NULL,
  UNIQUE (recording, site)
) STRICT;
CREATE TABLE erased (
  recording TEXT NOT NULL, site TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (recording, site)
) STRICT, WITHOUT ROWID;
CREATE TABLE letter (
  id INTEGER PRIMARY KEY, received INTEGER NOT NULL, reason TEXT NOT NULL, recording TEXT, crc INTEGER NOT NULL,
  frame BLOB NOT NULL
) STRICT;
CREATE INDEX letter_recording ON letter (recording);
""" + RECORDS

UPGRADES = {1: RECORDS}
"""Store version -> what a file of that version lacks of the next."""

SETTINGS = (
    "PRAGMA synchronous = FULL",  # in WAL mode: every commit is on the disk before it returns
    "PRAGMA secure_delete = ON",  # what is erased is overwritten, not merely unlinked
    "PRAGMA cell_size_check = ON",  # a damaged page is an error, not a wrong row
    "PRAGMA trusted_schema = OFF",
    "PRAGMA wal_autocheckpoint = 4000",  # pages; the WAL stays near 16 MB and is synced to the file in big steps
    "PRAGMA journal_size_limit = 67108864",
)


def connect(path: Path, *, readonly: bool) -> sqlite3.Connection:
    """A connection in autocommit mode with the settings above; the file must be there when `readonly`."""
    if readonly and not path.is_file():
        raise StoreError(f"there is no store at {path}; `musculus serve --store sqlite:///{path}` makes one")
    if not readonly:
        _make_folder(path.parent)
    with translated(path):
        if not readonly:
            _make_private(path)
        connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        for setting in (*SETTINGS, *(["PRAGMA query_only = ON"] if readonly else [])):
            connection.execute(setting)
        return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file, upgrade an older one; refuse another program's file, or a newer musculus'."""
    with translated(path):
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not tables and not application:
            _make_tables(connection)
        elif application != APPLICATION:
            raise StoreError(f"{path} is an SQLite database of another program; name another file with --store")
        elif version > VERSION:
            raise StoreError(f"{path} has store version {version}, this musculus reads {VERSION}; update musculus")
        elif version < VERSION:
            _upgrade(connection, path, version)


def _make_tables(connection: sqlite3.Connection) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreError(f"this file system can't hold a write-ahead log (SQLite offers {mode!r}); use a local disk")
    # one transaction: killed in the middle, the file is still an empty database
    connection.executescript(
        f"BEGIN IMMEDIATE; {TABLES} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def _upgrade(connection: sqlite3.Connection, path: Path, version: int) -> None:
    if connection.execute("PRAGMA query_only").fetchone()[0]:
        step = f"start `musculus serve --store sqlite:///{path}` once, it brings the file up to date"
        raise StoreError(f"{path} has store version {version}, this musculus reads {VERSION}; {step}")
    changes = "".join(UPGRADES[k] for k in range(version, VERSION))
    connection.executescript(f"BEGIN IMMEDIATE; {changes} PRAGMA user_version = {VERSION}; COMMIT;")


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_private(path: Path) -> None:
    """Make a new file for its owner's eyes alone; what SQLite puts beside it is as private as the file itself.

    One that is there isn't touched: to close it would let go of the locks of every connection this process has to it,
    and another process would then take the log away that these write to.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(f"can't open the store {path}: {error.strerror}") from error


def _make_folder(folder: Path) -> None:
    """Make the folder and sync its parent, so that a power cut can't take a new store's folder away again."""
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True)
        descriptor = os.open(folder.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
    except OSError as error:
        raise StoreError(f"can't make the folder {folder} for the store: {error}") from error


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise SQLite's errors as `StoreError`, naming the file and the next step."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or type(error).__name__
        if name.startswith("SQLITE_FULL"):
            raise StoreFull(f"no room left for {path}; free some space, clients will send again") from error
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise StoreError(f"{path} is damaged ({error}); {RESCUE}") from error
        raise StoreError(f"{path}: {error} ({name})") from error
