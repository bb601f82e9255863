"""The statements behind the embedded store: a group of batches on its way in, a page of the list on its way out."""

from __future__ import annotations

import sqlite3
from typing import Any

from musculus.errors import StoreError
from musculus.store.base import Ack, BatchRow, Query
from musculus.store.seal import is_sealed, seal

Row = tuple[Any, ...]  # as SQLite gives it; the checksum at its end vouches for the types

# the columns of each table in the order of the dataclass's fields; `crc` follows and seals them in this order
BATCH = "site, recording, view, sequence, origin, received, events, frame"
RECORDING = "site, recording, first, last, batches, events, size"
VERDICT = "site, recording, batches, model, label, made, document"
LETTER = "received, reason, frame, recording"

_INSERT = f"INSERT INTO batch ({BATCH}, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_SAME = "SELECT frame FROM batch WHERE recording = ? AND site = ? AND view = ? AND sequence = ?"
_SAVE = f"INSERT OR REPLACE INTO recording ({RECORDING}, crc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"


class Group:
    """Batches of one transaction, and the rows of the session list they touch, each written once."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._touched: dict[tuple[str, str], _Tally | None] = {}

    def add(self, batch: BatchRow) -> Ack:
        """Insert one batch, or say why not."""
        key = (batch.site, batch.recording)
        if key not in self._touched:
            self._touched[key] = self._tally(*key)
        tally = self._touched[key]
        if tally is None:
            return Ack.ERASED
        b = batch
        row = (b.site, b.recording, b.view, b.sequence, b.origin, b.received, b.events, b.frame)
        if self._db.execute(_INSERT, (*row, seal(*row))).rowcount:
            tally.count(batch)
            return Ack.STORED
        stored = self._db.execute(_SAME, (b.recording, b.site, b.view, b.sequence)).fetchone()
        return Ack.AGAIN if stored[0] == b.frame else Ack.CONFLICT

    def save(self) -> None:
        """Write the touched rows of the session list."""
        for tally in self._touched.values():
            if tally and tally.changed:
                self._db.execute(_SAVE, (*tally.row, seal(*tally.row)))

    def _tally(self, site: str, recording: str) -> _Tally | None:
        row = summary_of(self._db, site, recording)
        if row and not is_sealed(row):  # counting on would put a fresh seal on a wrong number
            raise StoreError(f"the list row of recording {recording} is damaged; restore a backup")
        if row:
            return _Tally(row[:-1])
        erased = "SELECT 1 FROM erased WHERE recording = ? AND site = ?"
        if self._db.execute(erased, (recording, site)).fetchone():
            return None
        return _Tally((site, recording, None, 0, 0, 0, 0))


class _Tally:
    """A row of the session list while batches are added to it."""

    def __init__(self, row: Row) -> None:
        self.row, self.changed = row, False

    def count(self, batch: BatchRow) -> None:
        site, recording, first, last, batches, events, size = self.row
        first = batch.received if first is None else min(first, batch.received)
        last = max(last, batch.received)
        self.row = (site, recording, first, last, batches + 1, events + batch.events, size + len(batch.frame))
        self.changed = True


def summary_of(db: sqlite3.Connection, site: str, recording: str) -> Row | None:
    """The row of the session list with its checksum, None where there is none."""
    sql = f"SELECT {RECORDING}, crc FROM recording WHERE recording = ? AND site = ?"
    row: Row | None = db.execute(sql, (recording, site)).fetchone()
    return row


def listing(query: Query) -> tuple[str, Row]:
    """The statement for a page of the list: a recording's row and checksum, then its verdict's (null where none)."""
    conditions = {
        "r.site = ?": query.site,
        "r.recording = ?": query.recording,
        "r.last >= ?": query.since,
        "r.last < ?": query.until,
        "v.label = ?": query.label,
        "r.events >= ?": query.min_events or None,
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
