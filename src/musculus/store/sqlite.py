"""The embedded store: one SQLite file, a batch is a sealed row, a group of batches is one synced transaction."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from musculus.errors import StoreError
from musculus.store.base import (
    Ack,
    BatchRow,
    Counts,
    Erased,
    Gap,
    Letter,
    Query,
    Record,
    Recording,
    Verdict,
    gaps_in,
    stamp,
)
from musculus.store.lock import WriterLock
from musculus.store.seal import is_sealed, seal
from musculus.store.sqlite_open import RESCUE, connect, identity, prepare, translated
from musculus.store.sqlite_rows import (
    BATCH,
    ERASED,
    LETTER,
    RECORD,
    VERDICT,
    Group,
    Key,
    Row,
    listing,
    recorded,
    restamped,
    summary_of,
)  # fmt: skip

LETTERS_KEPT = 500
LETTER_BYTES = 65536
OF_RECORDING = f"SELECT {BATCH}, crc FROM batch WHERE recording = ? AND site = ? ORDER BY origin, view, sequence"
KNOWN = 4096  # rows of the list held in memory: the visits that are going on


def open_url(url: str, readonly: bool) -> SqliteStore:
    """`sqlite:///file.db`, `sqlite:////absolute/file.db`; the part after the third slash is the path."""
    path = url.removeprefix("sqlite:///")
    if path == url or not path:
        raise StoreError(f"{url!r} names no file; write sqlite:///folder/file.db (four slashes: an absolute path)")
    return SqliteStore(Path(path), readonly=readonly)


class SqliteStore:
    """A store in one file; the writer and the reader are a connection each, so that lists never wait for commits."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path.absolute()
        self._write_lock, self._read_lock = Lock(), Lock()
        self._writer = self._reader = None
        self._held: WriterLock | None = None
        self._known: dict[Key, Row] = {}
        self._log_holds_deleted = False
        if not readonly:
            self._writer = connect(self.path, readonly=False)
        try:
            if self._writer:
                self._held = WriterLock(self.path)
                prepare(self._writer, self.path)
            self._reader = connect(self.path, readonly=True)
            prepare(self._reader, self.path)
            self._file = identity(self.path)
        except BaseException:
            self.close()
            raise

    def append(self, batches: Sequence[BatchRow]) -> list[Ack]:
        """Keep a group of batches in one transaction; when this returns, they are on the disk."""
        with self._writing() as db:
            group = Group(db, self._known)
            acks = group.add_new(batches)
            if acks is None:  # somebody sent again what was not acknowledged in time: one by one
                db.execute("ROLLBACK")
                db.execute("BEGIN IMMEDIATE")
                group = Group(db, self._known)
                acks = [group.add(batch) for batch in batches]
            group.save()
            db.execute("COMMIT")
            self._remember(group.touched)
        return acks

    def bury(self, letters: Sequence[Letter]) -> None:
        """Keep the newest `LETTERS_KEPT` poison frames, the first `LETTER_BYTES` of each."""
        fields = [(n.received, n.reason, n.frame[:LETTER_BYTES], n.recording) for n in letters]
        rows = [(*row, seal(*row)) for row in fields]
        with self._writing() as db:
            db.executemany(f"INSERT INTO letter ({LETTER}, crc) VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("DELETE FROM letter WHERE id <= (SELECT max(id) FROM letter) - ?", (LETTERS_KEPT,))

    def put_verdict(self, verdict: Verdict) -> None:
        """Remember a verdict, replacing the one before; dropped where the recording is gone."""
        v = verdict
        row = (v.site, v.recording, v.batches, v.model, v.label, v.made, v.document)
        with self._writing() as db:
            if summary_of(db, v.site, v.recording):
                sql = f"INSERT OR REPLACE INTO verdict ({VERDICT}, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                db.execute(sql, (*row, seal(*row)))

    def put_record(self, record: Record, *, new: bool = False) -> bool:
        """Keep a document; with `new` only if its kind, site and name are free. Whether it is kept now."""
        r = record
        row = (r.kind, r.site, r.name, r.made, r.document, r.recording)
        otherwise = "IGNORE" if new else "REPLACE"
        with self._writing() as db:
            if r.recording and db.execute(ERASED, (r.recording, r.site)).fetchone():
                return False
            sql = f"INSERT OR {otherwise} INTO record ({RECORD}, crc) VALUES (?, ?, ?, ?, ?, ?, ?)"
            return bool(db.execute(sql, (*row, seal(*row))).rowcount)

    def records(
        self, kind: str, site: str | None = None, *, name: str | None = None, recording: str | None = None
    ) -> list[Record]:
        """The documents of a kind, oldest first; of one site, name or recording where these are given."""
        sql, values = recorded(kind, site, name, recording)
        with self._reading() as db:
            return [Record(*self._sealed("record", row)) for row in db.execute(sql, values)]

    def drop_record(self, kind: str, site: str, name: str) -> bool:
        """Delete a document; whether there was one."""
        with self._writing() as db:
            sql = "DELETE FROM record WHERE kind = ? AND site = ? AND name = ?"
            return bool(db.execute(sql, (kind, site, name)).rowcount)

    def expire_records(self, kind: str, before: int) -> int:
        """Delete the documents of a kind made before a time; how many."""
        with self._writing() as db:
            return db.execute("DELETE FROM record WHERE kind = ? AND made < ?", (kind, before)).rowcount

    def erase(self, site: str, recording: str) -> int:
        """Delete a recording and everything computed from it, for good; the number of batches deleted."""
        at = int(time.time() * 1000)
        with self._writing() as db:
            gone = db.execute("DELETE FROM batch WHERE recording = ? AND site = ?", (recording, site)).rowcount
            db.execute("DELETE FROM recording WHERE recording = ? AND site = ?", (recording, site))
            db.execute("DELETE FROM verdict WHERE recording = ? AND site = ?", (recording, site))
            db.execute("DELETE FROM record WHERE recording = ? AND site = ?", (recording, site))
            db.execute("DELETE FROM letter WHERE recording = ?", (recording,))
            self._known.pop((site, recording), None)
            # batches still on their way must not bring it back
            db.execute("INSERT OR REPLACE INTO erased (recording, site, at) VALUES (?, ?, ?)", (recording, site, at))
        self._empty_log()
        return gone

    def strip(self, site: str, recording: str) -> list[BatchRow]:
        """Keep only the stamps of a recording's frames, and no dead letter of it; the batches with their frames."""
        with self._writing() as db:
            rows = [BatchRow(*self._sealed("batch", row)) for row in db.execute(OF_RECORDING, (recording, site))]
            whole = [row for row in rows if row.has_path]
            if whole:
                restamped(db, [replace(row, frame=stamp(row.frame)) for row in whole], rows)
                self._known.pop((site, recording), None)
            letters = db.execute("DELETE FROM letter WHERE recording = ?", (recording,)).rowcount
        if whole or letters:
            self._empty_log()
        return whole

    def erased(self, since: int = 0) -> list[Erased]:
        """What was deleted at a time or later, oldest first."""
        sql = "SELECT site, recording, at FROM erased WHERE at >= ? ORDER BY at, recording"
        with self._reading() as db:
            return [Erased(*row) for row in db.execute(sql, (since,))]

    def forget_erased(self, before: int) -> int:
        """Forget that recordings were deleted before a time; how many."""
        if self._log_holds_deleted:
            self._empty_log()
        with self._writing() as db:
            return db.execute("DELETE FROM erased WHERE at < ?", (before,)).rowcount

    def backup(self, path: Path) -> None:
        """Copy everything to a new file, beside the running server; the copy is of one moment and synced."""
        with translated(path), contextlib.closing(sqlite3.connect(path)) as copy, self._read_lock:
            self._open(self._reader).backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)

    def recordings(self, query: Query) -> list[Recording]:
        """A page of the session list, newest first, each with its last verdict."""
        sql, values = listing(query)
        with self._reading() as db:
            return [self._listed(row) for row in db.execute(sql, values)]

    def batches(self, site: str, recording: str) -> list[BatchRow]:
        """All batches of one recording, by time origin of the view, then sequence; each row's checksum is verified."""
        with self._reading() as db:
            summary = summary_of(db, site, recording)
            rows = [BatchRow(*self._sealed("batch", row)) for row in db.execute(OF_RECORDING, (recording, site))]
        expected = Recording(*self._sealed("recording", summary)).batches if summary else 0
        if len(rows) != expected:
            raise self._damaged(f"recording {recording} has {len(rows)} batches where {expected} were acknowledged")
        return rows

    def gaps(self, site: str, recording: str) -> list[Gap]:
        """Which batches of a recording are missing between those that came."""
        sql = "SELECT view, sequence FROM batch WHERE recording = ? AND site = ? ORDER BY view, sequence"
        with self._reading() as db:
            return gaps_in(db.execute(sql, (recording, site)))

    def expire_letters(self, before: int) -> int:
        """Delete the poison frames that came before a time; how many."""
        with self._writing() as db:
            return db.execute("DELETE FROM letter WHERE received < ?", (before,)).rowcount

    def letters(self, limit: int = 50) -> list[Letter]:
        """The newest poison frames."""
        with self._reading() as db:
            rows = db.execute(f"SELECT {LETTER}, crc FROM letter ORDER BY id DESC LIMIT ?", (limit,))
            return [Letter(*self._sealed("letter", row)) for row in rows]

    def counts(self) -> Counts:
        """How much the store holds."""
        with self._reading() as db:
            row = db.execute("SELECT count(*), total(batches), total(events), total(size) FROM recording").fetchone()
            letters = db.execute("SELECT count(*) FROM letter").fetchone()[0]
        return Counts(*map(int, (*row, letters)))

    def free(self) -> int:
        """Bytes of disk left for the store."""
        try:
            return shutil.disk_usage(self.path.parent).free
        except OSError as error:
            raise StoreError(f"the folder of {self.path} is gone: {error.strerror}") from error

    def check(self) -> None:
        """Read every row and verify it; raises `StoreError` naming the first damaged one."""
        with self._reading() as db:
            said = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
            listed = db.execute("SELECT site, recording FROM recording").fetchall()
            kept = db.execute("SELECT count(*) FROM batch").fetchone()[0]
            kinds = [kind for (kind,) in db.execute("SELECT DISTINCT kind FROM record")]
        if said != "ok":
            raise self._damaged(said)
        read = sum(len(self.batches(site, recording)) for site, recording in listed)
        if read != kept:
            raise self._damaged(f"{kept} batches are kept, {read} belong to a recording")
        for _, recording in listed:
            self.recordings(Query(recording=recording))
        self.letters(LETTERS_KEPT)
        for kind in kinds:
            self.records(kind)

    def close(self) -> None:
        """Let go of files and locks; a closed store may be closed again."""
        for connection in (self._reader, self._writer):
            if connection:
                with translated(self.path):
                    connection.close()
        self._reader = self._writer = None
        if self._held:
            self._held.release()
            self._held = None

    def _remember(self, touched: dict[Key, Row | None]) -> None:
        """Keep rows of the list as they now stand: nobody else writes, so they need not be read again."""
        self._known.update({key: row for key, row in touched.items() if row})
        while len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._write_lock, translated(self.path):
            db = self._open(self._writer)
            self._check_place()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                if db.in_transaction:
                    db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._read_lock, translated(self.path):
            db = self._open(self._reader)
            self._check_place()
            db.execute("BEGIN")  # one snapshot, however many statements
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    def _empty_log(self) -> None:
        """Cut the write-ahead log off, which holds deleted and replaced rows too; if somebody reads it, later."""
        with self._write_lock, translated(self.path):
            busy, *_ = self._open(self._writer).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self._log_holds_deleted = bool(busy)

    def _check_place(self) -> None:
        """Refuse to go on with a file that nobody would find again: what is written to it would be lost."""
        if identity(self.path) != self._file:
            step = "put it back, or start anew with the one that is there"
            raise StoreError(f"{self.path} was moved, deleted or replaced while it was open; {step}")

    def _open(self, connection: sqlite3.Connection | None) -> sqlite3.Connection:
        if connection is None:
            what = "is open for reading only" if self._reader else "is closed"
            raise StoreError(f"the store {self.path} {what}")
        return connection

    def _sealed(self, table: str, row: Row) -> Row:
        """The row without its checksum, or `StoreError` where the two don't agree."""
        if not is_sealed(row):
            raise self._damaged(f"a row of table {table} ({row[0]}, {row[1]}) fails its checksum")
        return row[:-1]

    def _listed(self, row: Row) -> Recording:
        mine, verdict = row[:8], row[8:]
        found = Verdict(*self._sealed("verdict", verdict)) if verdict[0] is not None else None
        return replace(Recording(*self._sealed("recording", mine)), verdict=found)

    def _damaged(self, what: str) -> StoreError:
        return StoreError(f"{self.path} is damaged: {what}; {RESCUE}")
