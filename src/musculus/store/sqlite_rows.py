"""The statements behind the embedded store: a group of batches on its way in, a page of the list on its way out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from musculus.errors import StoreError
from musculus.store.base import Ack, BatchRow, Query, is_same
from musculus.store.seal import is_sealed, seal

Row = tuple[Any, ...]  # as SQLite gives it; the checksum at its end vouches for the types
Key = tuple[str, str]  # site, recording
T = TypeVar("T")

# the columns of each table in the order of the dataclass's fields; `crc` follows and seals them in this order
BATCH = "site, recording, view, sequence, origin, received, events, frame"
RECORDING = "site, recording, first, last, batches, events, size"
VERDICT = "site, recording, batches, model, label, made, document"
LETTER = "received, reason, frame, recording"
RECORD = "kind, site, name, made, document, recording"

AT_ONCE = 16  # rows in one statement: at each statement the writer's thread has to win the interpreter back
PLACE = "recording = ? AND site = ? AND view = ? AND sequence = ?"
_SAME = f"SELECT frame FROM batch WHERE {PLACE}"
ERASED = "SELECT 1 FROM erased WHERE recording = ? AND site = ?"


class Group:
    """Batches of one transaction, and the rows of the session list they touch, each written once.

    `known` holds rows of the list as they were last written; once the transaction is committed, `touched` are newer.
    """

    def __init__(self, db: sqlite3.Connection, known: Mapping[Key, Row]) -> None:
        self._db, self._known = db, known
        self.touched: dict[Key, Row | None] = {}

    def add_new(self, batches: Sequence[BatchRow]) -> list[Ack] | None:
        """Insert all batches, a few at a time; None, to be rolled back, if one of them was there already."""
        acks = [Ack.ERASED if self._tally(batch) is None else Ack.STORED for batch in batches]
        new = [batch for batch, ack in zip(batches, acks, strict=True) if ack is Ack.STORED]
        for part in _parts(new):
            values = [value for batch in part for value in _sealed_row(batch)]
            if self._db.execute(_insert(len(part)), values).rowcount < len(part):
                return None
            for batch in part:
                self._count(batch)
        return acks

    def add(self, batch: BatchRow) -> Ack:
        """Insert one batch, or say why not."""
        if self._tally(batch) is None:
            return Ack.ERASED
        if self._db.execute(_insert(1), _sealed_row(batch)).rowcount:
            self._count(batch)
            return Ack.STORED
        b = batch
        stored = self._db.execute(_SAME, (b.recording, b.site, b.view, b.sequence)).fetchone()
        return Ack.AGAIN if is_same(stored[0], b.frame) else Ack.CONFLICT

    def save(self) -> None:
        """Write the touched rows of the session list."""
        changed = [row for key, row in self.touched.items() if row and row != self._known.get(key)]
        for part in _parts(changed):
            self._db.execute(_save(len(part)), [value for row in part for value in (*row, seal(*row))])

    def _tally(self, batch: BatchRow) -> Row | None:
        """The row of the list that a batch counts in; None where its recording was erased."""
        key = (batch.site, batch.recording)
        if key not in self.touched:
            self.touched[key] = self._known.get(key) or self._read(*key)
        return self.touched[key]

    def _read(self, site: str, recording: str) -> Row | None:
        row = summary_of(self._db, site, recording)
        if row and not is_sealed(row):  # counting on would put a fresh seal on a wrong number
            raise StoreError(f"the list row of recording {recording} is damaged; restore a backup")
        if row:
            return row[:-1]
        if self._db.execute(ERASED, (recording, site)).fetchone():
            return None
        return (site, recording, 0, 0, 0, 0, 0)

    def _count(self, batch: BatchRow) -> None:
        site, recording, first, last, batches, events, size = self._tally(batch) or ()
        first = min(first, batch.received) if batches else batch.received
        row = (first, max(last, batch.received), batches + 1, events + batch.events, size + len(batch.frame))
        self.touched[site, recording] = (site, recording, *row)


def _parts(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[i : i + AT_ONCE] for i in range(0, len(rows), AT_ONCE))


def _sealed_row(batch: BatchRow) -> Row:
    b = batch
    row = (b.site, b.recording, b.view, b.sequence, b.origin, b.received, b.events, b.frame)
    return (*row, seal(*row))


@cache
def _insert(rows: int) -> str:
    return f"INSERT INTO batch ({BATCH}, crc) VALUES {_places(9, rows)} ON CONFLICT DO NOTHING"


@cache
def _save(rows: int) -> str:
    changes = ", ".join(f"{name} = excluded.{name}" for name in ("first", "last", "batches", "events", "size", "crc"))
    insert = f"INSERT INTO recording ({RECORDING}, crc) VALUES {_places(8, rows)}"
    return f"{insert} ON CONFLICT (recording, site) DO UPDATE SET {changes}"


def _places(columns: int, rows: int) -> str:
    return ", ".join([f"({', '.join('?' * columns)})"] * rows)


def summary_of(db: sqlite3.Connection, site: str, recording: str) -> Row | None:
    """The row of the session list with its checksum, None where there is none."""
    sql = f"SELECT {RECORDING}, crc FROM recording WHERE recording = ? AND site = ?"
    row: Row | None = db.execute(sql, (recording, site)).fetchone()
    return row


def restamped(db: sqlite3.Connection, batches: Sequence[BatchRow], known: Sequence[BatchRow]) -> None:
    """Put other frames under the places of `batches`, and their sizes into the list; `known` are all there are."""
    for batch in batches:
        *_, frame, crc = _sealed_row(batch)
        place = (batch.recording, batch.site, batch.view, batch.sequence)
        db.execute(f"UPDATE batch SET frame = ?, crc = ? WHERE {PLACE}", (frame, crc, *place))
    changed = {(b.view, b.sequence): len(b.frame) for b in batches}
    size = sum(changed.get((b.view, b.sequence), len(b.frame)) for b in known)
    site, recording = batches[0].site, batches[0].recording
    row = summary_of(db, site, recording)
    if row is None or not is_sealed(row):
        raise StoreError(f"the list row of recording {recording} is damaged; restore a backup")
    fresh = (*row[:-2], size)
    db.execute(_save(1), (*fresh, seal(*fresh)))


def recorded(kind: str, site: str | None, name: str | None, recording: str | None) -> tuple[str, Row]:
    """The statement for the documents of a kind, oldest first, each with its checksum."""
    asked = {"kind": kind, "site": site, "name": name, "recording": recording}
    given = {column: value for column, value in asked.items() if value is not None}
    where = " AND ".join(f"{column} = ?" for column in given)
    return f"SELECT {RECORD}, crc FROM record WHERE {where} ORDER BY made, site, name", tuple(given.values())


def listing(query: Query) -> tuple[str, Row]:
    """The statement for a page of the list: a recording's row and checksum, then its verdict's (null where none)."""
    conditions = {
        "r.site = ?": query.site,
        "r.recording = ?": query.recording,
        "r.last >= ?": query.since,
        "r.last < ?": query.until,
        "v.label = ?": query.label,
        "r.events >= ?": query.min_events or None,
        "r.first >= ? AND r.first < ?": query.first,
        "(r.last, r.recording) < (?, ?)": query.before,
    }
    asked = {condition: value for condition, value in conditions.items() if value is not None}
    values = [part for value in asked.values() for part in (value if isinstance(value, tuple) else (value,))]
    columns = [f"r.{name}" for name in (*RECORDING.split(", "), "crc")]
    columns += [f"v.{name}" for name in (*VERDICT.split(", "), "crc")]
    sql = (
        f"SELECT {', '.join(columns)}"
        " FROM recording r LEFT JOIN verdict v ON v.recording = r.recording AND v.site = r.site"
        f" WHERE {' AND '.join(asked) or '1'} ORDER BY r.last DESC, r.recording DESC LIMIT ?"
    )
    return sql, (*values, query.limit)
