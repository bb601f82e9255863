"""What is written of a visit without its path: a document for each part, one for each few strokes, and how it is read.

A part's document is written last: strokes count once it says so, so that a killed server leaves no half of a look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from musculus.serve.panels.facts import Facts
from musculus.serve.verdict import Reason, Verdict
from musculus.store.base import Record, Store

PART: Final = "part"
STROKES: Final = "strokes"
CHUNK: Final = 32  # strokes in a document that is final
PLACE: Final = ("page", "cut", "first", "last", "start", "end")  # of a stroke: rows and ms of its part

Table = dict[str, list[Any]]
Place = tuple[str, int]  # of a batch: view, sequence


class Part(msgspec.Struct, frozen=True):
    """One part of a visit: a server's memory held its frames from `first` to `last` (ms since 1970) at one stretch.

    `done` strokes lie in documents of `CHUNK` each, those after them in `rest`; a table is a list for each column.
    `visit` has the measures of all of it, none while it is long and goes on. `closed`: its frames are gone.
    """

    recording: str
    part: str
    first: int
    last: int
    batches: int
    events: int
    closed: bool
    generation: int
    done: int
    rest: Table
    visit: dict[str, float | None]
    verdict: Verdict
    facts: Facts

    @property
    def name(self) -> str:
        """Its document's."""
        return f"{self.recording}/{self.part}"


class Asked(msgspec.Struct, frozen=True):
    """What a look is to do: `done` strokes are written, the last of which had the rows `mark`.

    `closed`: no more comes to this part; `ended`: nor to the visit, so that its last stroke is whole. `elsewhere` are
    batches that other servers took, or this one had before.
    """

    done: int = 0
    mark: tuple[int, int] = (0, 0)
    ended: bool = False
    closed: bool = False
    elsewhere: list[Place] = []


class Looked(msgspec.Struct):
    """What it found: strokes from number `begin` on, where the next look begins (`done`, `mark`), and the verdict."""

    batches: int
    events: int
    begin: int
    done: int
    mark: tuple[int, int]
    strokes: Table
    visit: dict[str, float | None]
    verdict: Verdict
    facts: Facts


def chunk_name(recording: str, part: str, generation: int, k: int) -> str:
    """The name of the document with strokes `CHUNK * k` and after."""
    return f"{recording}/{part}/{generation:06d}/{k:06d}"


def parts(store: Store, site: str, recording: str) -> list[Part]:
    """The parts of a visit, in the order in which they began."""
    found = [msgspec.json.decode(r.document, type=Part) for r in store.records(PART, site, recording=recording)]
    return sorted(found, key=lambda part: (part.first, part.part))


def strokes(store: Store, site: str, part: Part) -> Table:
    """The strokes of a part, one list a column."""
    tables: list[Table] = []
    if part.done:
        names = {chunk_name(part.recording, part.part, part.generation, k) for k in range(part.done // CHUNK)}
        kept = [r for r in store.records(STROKES, site, recording=part.recording) if r.name in names]
        tables = [msgspec.json.decode(r.document) for r in sorted(kept, key=lambda record: record.name)]
    return joined([*tables, part.rest])


def joined(tables: Sequence[Table]) -> Table:
    """Tables of strokes one below the other; a column that one of them lacks is null there."""
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: [v for table in tables for v in table.get(name, [None] * length(table))] for name in names}


def length(table: Table) -> int:
    """How many rows a table has."""
    return len(next(iter(table.values()), []))


def sliced(table: Table, a: int, b: int) -> Table:
    """Rows `a` to `b` of a table."""
    return {name: values[a:b] for name, values in table.items()}


def records(site: str, part: Part, chunks: Sequence[tuple[int, Table]], now: int) -> Iterator[Record]:
    """The documents of a look: full chunks first, by their number, then the part that counts them."""
    for k, table in chunks:
        name = chunk_name(part.recording, part.part, part.generation, k)
        yield Record(STROKES, site, name, now, msgspec.json.encode(table), part.recording)
    yield Record(PART, site, part.name, now, msgspec.json.encode(part), part.recording)


def together(found: Sequence[Part]) -> Verdict:
    """The verdict on a visit: that of its part, and of several parts that of a bot if one is, else of the longest."""
    main = min(found, key=lambda p: (p.verdict.verdict != "bot", -p.verdict.strokes, -p.events))
    if len(found) == 1:
        return main.verdict
    sentence = (
        f"judged in {len(found)} parts, because its paths are not kept and the server did not hold them all the time; "
        f"this is the part of {main.verdict.strokes} strokes"
    )
    return msgspec.structs.replace(
        main.verdict,
        reasons=[*main.verdict.reasons, Reason("parts", sentence, 0.0, (0, 0))],
        events=sum(part.events for part in found),
        strokes=sum(part.verdict.strokes for part in found),
    )


def facts_of(found: Sequence[Part]) -> Facts:
    """What the list shows of a visit: of the newest part, and added up over all of them."""
    every = [part.facts for part in found]
    return msgspec.structs.replace(
        every[-1],
        batches=sum(one.batches for one in every),
        pages=list(dict.fromkeys(page for one in every for page in one.pages))[:20],
        duration=sum(one.duration for one in every),
        presses=sum(one.presses for one in every),
        lost=sum(one.lost for one in every),
    )
