"""What a store keeps, and what every store can do; `sqlite.py` is the one that comes embedded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from typing import Final, Protocol

from musculus.errors import StoreError

STAMP: Final = 2  # bytes: enough to know a batch again, too few to guess even a single event from


class StoreFull(StoreError):
    """The disk has no room: nothing of the group was kept, the client should come back later."""


class Ack(Enum):
    """What became of one batch handed to `Store.append`."""

    STORED = "stored"
    AGAIN = "again"  # the same bytes were there already: acknowledge once more
    CONFLICT = "conflict"  # other bytes lie under this recording, view and sequence
    ERASED = "erased"  # the recording was deleted on request and stays deleted


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch as it came: the bytes, and the header fields that place it.

    `recording` is 32 and `view` 16 lower-case hexadecimal digits; `sequence` counts a view's batches;
    `origin` (when the view began) and `received` are milliseconds since 1970, UTC; `events` is the number of
    events the frame holds. Where a site keeps measures only, `frame` is the `stamp` of the frame that came.
    """

    site: str
    recording: str
    view: str
    sequence: int
    origin: float
    received: int
    events: int
    frame: bytes

    @property
    def has_path(self) -> bool:
        """Whether the frame itself is here, and not only its stamp."""
        return len(self.frame) > STAMP


def stamp(frame: bytes) -> bytes:
    """What is kept of a frame whose path is not: by it the same batch is known when it is sent again.

    >>> len(stamp(b"a frame")), stamp(b"a frame") == stamp(b"another")
    (2, False)
    """
    return blake2b(frame, digest_size=STAMP).digest()


def is_same(kept: bytes, given: bytes) -> bool:
    """Whether a batch that was sent is the one that is kept; either may be the stamp of the other.

    >>> is_same(stamp(b"a frame"), b"a frame"), is_same(b"a frame", stamp(b"another"))
    (True, False)
    """
    return kept == given or kept == stamp(given) or stamp(kept) == given


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `model` said of the first `batches` batches of a recording; `document` is the JSON that was shown."""

    site: str
    recording: str
    batches: int
    model: str
    label: str
    made: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Recording:
    """One row of the session list; `first` and `last` are when its batches arrived, ms since 1970."""

    site: str
    recording: str
    first: int
    last: int
    batches: int
    events: int
    size: int
    verdict: Verdict | None = None

    @property
    def has_paths(self) -> bool:
        """Whether frames are kept of it; of a site that keeps measures only there are stamps."""
        return self.size > STAMP * self.batches


@dataclass(frozen=True, slots=True)
class Query:
    """Which recordings to list, newest first; `before` is the (last, recording) the page before ended with.

    `since` and `until` bound the last batch, `first` is the span (from, to) in which the first one came.
    """

    site: str | None = None
    recording: str | None = None
    since: int | None = None
    until: int | None = None
    label: str | None = None
    min_events: int = 0
    first: tuple[int, int] | None = None
    before: tuple[int, str] | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Letter:
    """A frame that could not be accepted, kept apart with the reason; `recording` where its header could be read."""

    received: int
    reason: str
    frame: bytes
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A small document kept beside the recordings, found by kind, site and name: a key, a label, a spent token.

    `made` is in milliseconds since 1970. One that names a `recording` of its site is erased together with it.
    """

    kind: str
    site: str
    name: str
    made: int
    document: bytes
    recording: str | None = None


@dataclass(frozen=True, slots=True)
class Erased:
    """A recording that was deleted, and when, ms since 1970."""

    site: str
    recording: str
    at: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Batches `first` to `last` of one page view never arrived, though a later one did."""

    view: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds; `size` is the bytes of all frames."""

    recordings: int
    batches: int
    events: int
    size: int
    letters: int


def gaps_in(rows: Iterable[tuple[str, int]]) -> list[Gap]:
    """The runs missing from (view, sequence) rows in order."""
    gaps: list[Gap] = []
    expected: dict[str, int] = {}
    for view, sequence in rows:
        if sequence > expected.get(view, 0):
            gaps.append(Gap(view, expected.get(view, 0), sequence - 1))
        expected[view] = sequence + 1
    return gaps


class Store(Protocol):
    """Every method may be called from any thread, blocks until done, and raises `StoreError`."""

    def append(self, batches: Sequence[BatchRow]) -> list[Ack]:
        """Keep a group of batches in one transaction; when this returns, they are on the disk."""

    def bury(self, letters: Sequence[Letter]) -> None:
        """Keep poison frames apart, the newest few hundred of them."""

    def recordings(self, query: Query) -> list[Recording]:
        """A page of the session list, newest first, each with its last verdict."""

    def batches(self, site: str, recording: str) -> list[BatchRow]:
        """All batches of one recording, by time origin of the view, then sequence; each row's checksum is verified."""

    def gaps(self, site: str, recording: str) -> list[Gap]:
        """Which batches of a recording are missing between those that came."""

    def strip(self, site: str, recording: str) -> list[BatchRow]:
        """Keep only the stamps of a recording's frames, and no dead letter of it; the batches with their frames.

        The frames are overwritten as `erase` does; of many callers exactly one gets each.
        """

    def erase(self, site: str, recording: str) -> int:
        """Delete a recording and everything computed from it, for good; the number of batches deleted."""

    def erased(self, since: int = 0) -> list[Erased]:
        """What was deleted at a time or later, oldest first: whoever holds copies of it deletes them too."""

    def forget_erased(self, before: int) -> int:
        """Forget that recordings were deleted before a time: by then nothing of them is on its way; how many."""

    def put_verdict(self, verdict: Verdict) -> None:
        """Remember a verdict, replacing the one before; dropped where the recording is gone."""

    def put_record(self, record: Record, *, new: bool = False) -> bool:
        """Keep a document, replacing the one of its kind, site and name; with `new` only if there is none.

        True where it is kept now; of many callers with `new` exactly one hears it. False also where its recording
        was erased.
        """

    def records(
        self, kind: str, site: str | None = None, *, name: str | None = None, recording: str | None = None
    ) -> list[Record]:
        """The documents of a kind, oldest first; of one site, name or recording where these are given."""

    def drop_record(self, kind: str, site: str, name: str) -> bool:
        """Delete a document; whether there was one."""

    def expire_records(self, kind: str, before: int) -> int:
        """Delete the documents of a kind made before a time; how many."""

    def expire_letters(self, before: int) -> int:
        """Delete the poison frames that came before a time; how many."""

    def letters(self, limit: int = 50) -> list[Letter]:
        """The newest poison frames."""

    def counts(self) -> Counts:
        """How much the store holds."""

    def free(self) -> int:
        """Bytes of disk left for the store; a large number where only somebody else can know."""

    def check(self) -> None:
        """Read every row and verify it; raises `StoreError` naming the first damaged one."""

    def close(self) -> None:
        """Let go of files and locks; a closed store may be closed again."""
