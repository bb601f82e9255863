"""The store in PostgreSQL: several server processes on one database, each group of batches one synced transaction."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from musculus.errors import StoreError
from musculus.store.base import Ack, BatchRow, Counts, Erased, Gap, Letter, Query, Record, Recording, Verdict, gaps_in
from musculus.store.postgres_group import append
from musculus.store.postgres_pool import Pool
from musculus.store.postgres_strip import strip
from musculus.store.postgres_tables import BATCHES, ERASE, KEEP, LISTING, RECORD, REPLACE, VERDICT
from musculus.store.seal import is_sealed, seal

if TYPE_CHECKING:
    from musculus.store.postgres_pool import Connection

BATCH: Final = "site, recording, view, sequence, origin, received, events, frame"
LETTER: Final = "received, reason, frame, recording"
DOCUMENT: Final = "kind, site, name, made, document, recording"
LETTERS_KEPT: Final = 500
LETTER_BYTES: Final = 65536
Row = tuple[Any, ...]


def open_url(url: str, readonly: bool) -> PostgresStore:
    """`postgresql://user@host:5432/database`; the password belongs into ~/.pgpass or PGPASSWORD."""
    return PostgresStore(url, readonly=readonly)


class PostgresStore:
    """A store in one database's schema `musculus`; any number of servers write to it, nobody holds it alone.

    Rows of batches, verdicts and documents carry the same checksums as in the embedded store; what the list adds up is
    counted inside the database.
    """

    def __init__(self, url: str, *, readonly: bool = False) -> None:
        self._pool = Pool(url, readonly=readonly)
        self.place = self._pool.place

    def append(self, batches: Sequence[BatchRow]) -> list[Ack]:
        """Keep a group of batches in one transaction; when this returns, they are on the disk."""
        return self._pool.run(lambda db: append(db, batches), write=True)

    def bury(self, letters: Sequence[Letter]) -> None:
        """Keep the newest `LETTERS_KEPT` poison frames, the first `LETTER_BYTES` of each."""
        fields = [(n.received, _text(n.reason), n.frame[:LETTER_BYTES], n.recording) for n in letters]

        async def work(db: Connection) -> None:
            sql = f"INSERT INTO letter ({LETTER}, crc) VALUES ($1, $2, $3, $4, $5)"
            await db.executemany(sql, [(*row, seal(*row)) for row in fields])
            newest = f"SELECT id FROM letter ORDER BY id DESC OFFSET {LETTERS_KEPT}"
            await db.execute(f"DELETE FROM letter WHERE id IN ({newest})")

        self._pool.run(work, write=True)

    def put_verdict(self, verdict: Verdict) -> None:
        """Remember a verdict, unless one on more batches is there; dropped where the recording is gone."""
        v = verdict
        row = (v.site, v.recording, v.batches, v.model, v.label, v.made, v.document)

        async def work(db: Connection) -> None:
            await db.execute(VERDICT, *row, seal(*row))

        self._pool.run(work, write=True, alone=True)

    def put_record(self, record: Record, *, new: bool = False) -> bool:
        """Keep a document; with `new` only if its kind, site and name are free. Whether it is kept now."""
        r = record
        row = (r.kind, r.site, r.name, r.made, r.document, r.recording)

        async def work(db: Connection) -> bool:
            return bool(await db.fetchval(RECORD + (KEEP if new else REPLACE), *row, seal(*row)))

        return self._pool.run(work, write=True, alone=True)

    def records(
        self, kind: str, site: str | None = None, *, name: str | None = None, recording: str | None = None
    ) -> list[Record]:
        """The documents of a kind, oldest first; of one site, name or recording where these are given."""
        where, values = _where({"kind = {}": kind, "site = {}": site, "name = {}": name, "recording = {}": recording})
        sql = f"SELECT {DOCUMENT}, crc FROM record {where} ORDER BY made, site, name"
        return [Record(*self._sealed("record", row)) for row in self._rows(sql, *values)]

    def drop_record(self, kind: str, site: str, name: str) -> bool:
        """Delete a document; whether there was one."""
        return self._execute("DELETE FROM record WHERE kind = $1 AND site = $2 AND name = $3", kind, site, name) > 0

    def expire_records(self, kind: str, before: int) -> int:
        """Delete the documents of a kind made before a time; how many."""
        return self._execute("DELETE FROM record WHERE kind = $1 AND made < $2", kind, before)

    def erase(self, site: str, recording: str) -> int:
        """Delete a recording and everything computed from it, for good; the number of batches deleted."""
        at = int(time.time() * 1000)

        async def work(db: Connection) -> int:
            await db.execute(ERASE, recording, site, at)  # first: it waits for whoever counts in this recording
            gone = _count(await db.execute("DELETE FROM batch WHERE recording = $1 AND site = $2", recording, site))
            await db.execute("DELETE FROM verdict WHERE recording = $1 AND site = $2", recording, site)
            await db.execute("DELETE FROM record WHERE recording = $1 AND site = $2", recording, site)
            await db.execute("DELETE FROM letter WHERE recording = $1", recording)
            return gone

        return self._pool.run(work, write=True)

    def strip(self, site: str, recording: str) -> list[BatchRow]:
        """Keep only the stamps of a recording's frames, and no dead letter of it; the batches with their frames."""
        return self._pool.run(lambda db: strip(db, site, recording), write=True)

    def erased(self, since: int = 0) -> list[Erased]:
        """What was deleted at a time or later, oldest first."""
        sql = "SELECT site, recording, erased FROM recording WHERE erased >= $1 ORDER BY erased, recording"
        return [Erased(*row) for row in self._rows(sql, since)]

    def forget_erased(self, before: int) -> int:
        """Forget that recordings were deleted before a time; how many."""
        return self._execute("DELETE FROM recording WHERE erased < $1", before)

    def recordings(self, query: Query) -> list[Recording]:
        """A page of the session list, newest first, each with its last verdict."""
        where, values = _where(
            {
                "r.site = {}": query.site,
                "r.recording = {}": query.recording,
                "r.last >= {}": query.since,
                "r.last < {}": query.until,
                "v.label = {}": query.label,
                "r.events >= {}": query.min_events or None,
                "r.first >= {} AND r.first < {}": query.first,
                "(r.last, r.recording) < ({}, {})": query.before,
                "r.erased IS NULL": (),
            }
        )
        order = f"ORDER BY r.last DESC, r.recording DESC LIMIT {query.limit:d}"
        return [self._listed(row) for row in self._rows(f"{LISTING} {where} {order}", *values)]

    def batches(self, site: str, recording: str) -> list[BatchRow]:
        """All batches of one recording, by time origin of the view, then sequence; each row's checksum is verified."""
        found = self._rows(BATCHES, recording, site)
        rows, expected = [row[1:] for row in found if row[1] is not None], found[0][0]
        if len(rows) != expected:
            raise self._damaged(f"recording {recording} has {len(rows)} batches where {expected} were acknowledged")
        return [BatchRow(*self._sealed("batch", row)) for row in rows]

    def gaps(self, site: str, recording: str) -> list[Gap]:
        """Which batches of a recording are missing between those that came."""
        sql = "SELECT view, sequence FROM batch WHERE recording = $1 AND site = $2 ORDER BY view, sequence"
        return gaps_in(self._rows(sql, recording, site))

    def expire_letters(self, before: int) -> int:
        """Delete the poison frames that came before a time; how many."""
        return self._execute("DELETE FROM letter WHERE received < $1", before)

    def letters(self, limit: int = 50) -> list[Letter]:
        """The newest poison frames."""
        rows = self._rows(f"SELECT {LETTER}, crc FROM letter ORDER BY id DESC LIMIT {limit:d}")
        return [Letter(*self._sealed("letter", row)) for row in rows]

    def counts(self) -> Counts:
        """How much the store holds."""
        total = "count(*), coalesce(sum(batches), 0), coalesce(sum(events), 0), coalesce(sum(size), 0)"
        sql = f"SELECT {total}, (SELECT count(*) FROM letter) FROM recording WHERE erased IS NULL"
        return Counts(*map(int, self._rows(sql)[0]))

    def free(self) -> int:
        """A large number: only the database's owner knows; a full disk there is `StoreFull` at the next group."""
        return sys.maxsize

    def check(self) -> None:
        """Read every row and verify it; raises `StoreError` naming the first damaged one."""
        kept = self._rows("SELECT count(*) FROM batch")[0][0]
        listed = self._rows("SELECT site, recording FROM recording WHERE erased IS NULL")
        read = sum(len(self.batches(site, recording)) for site, recording in listed)
        if read != kept:
            raise self._damaged(f"{kept} batches are kept, {read} belong to a recording")
        for _, recording in listed:
            self.recordings(Query(recording=recording))
        self.letters(LETTERS_KEPT)
        for (kind,) in self._rows("SELECT DISTINCT kind FROM record"):
            self.records(kind)

    def close(self) -> None:
        """Close the connections; a closed store may be closed again."""
        self._pool.close()

    def _rows(self, sql: str, *values: object) -> list[Row]:
        return self._pool.run(lambda db: _tuples(db, sql, *values), alone=True)

    def _execute(self, sql: str, *values: object) -> int:
        async def work(db: Connection) -> int:
            return _count(await db.execute(sql, *values))

        return self._pool.run(work, write=True, alone=True)

    def _sealed(self, table: str, row: Row) -> Row:
        """The row without its checksum, or `StoreError` where the two don't agree."""
        if not is_sealed(row):
            raise self._damaged(f"a row of table {table} ({row[0]}, {row[1]}) fails its checksum")
        return row[:-1]

    def _listed(self, row: Row) -> Recording:
        mine, verdict = row[:7], row[7:]
        found = Verdict(*self._sealed("verdict", verdict)) if verdict[0] is not None else None
        return replace(Recording(*mine), verdict=found)

    def _damaged(self, what: str) -> StoreError:
        return StoreError(f"{self.place} is damaged: {what}; restore a backup")


def _where(conditions: dict[str, Any]) -> tuple[str, list[Any]]:
    """The conditions whose value isn't None, numbered, and their values; a tuple fills several places."""
    parts: list[str] = []
    values: list[Any] = []
    for condition, value in conditions.items():
        if value is None:
            continue
        given = value if isinstance(value, tuple) else (value,)
        parts.append(condition.format(*(f"${len(values) + k}" for k in range(1, len(given) + 1))))
        values += given
    return f"WHERE {' AND '.join(parts)}", values


async def _tuples(db: Connection, sql: str, *values: object) -> list[Row]:
    return [tuple(row) for row in await db.fetch(sql, *values)]


def _count(status: str) -> int:
    """Rows a statement changed, from what the server says of it: `DELETE 3`."""
    return int(status.rpartition(" ")[2])


def _text(text: str) -> str:
    """Text the database can hold: it knows no NUL and no half of a surrogate pair."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
