"""A look at a visit, from the worker's answer to the documents in the store."""

from __future__ import annotations

import asyncio
import logging
import time

import msgspec

from musculus.errors import StoreError
from musculus.serve.panels import facts
from musculus.serve.pathless import documents
from musculus.serve.pathless.documents import CHUNK, Asked, Looked, Part, Table
from musculus.serve.pathless.held import Visit
from musculus.serve.worker import Worker
from musculus.store.base import BatchRow, Query, Record, Store, Verdict

log = logging.getLogger("musculus.pathless")


class Writer:
    """Asks and writes; whoever calls it holds the visit's lock."""

    def __init__(self, store: Store, worker: Worker) -> None:
        self._store, self._worker = store, worker

    async def look(self, visit: Visit, *, closed: bool) -> Verdict | None:
        """The verdict on a visit as it is now, written with its measures; None where there is nothing to write to.

        Raises `StoreError` where the store can't be read or written; where the worker can't answer, only while the
        visit goes on: what can't be measured when it ends is lost, and the log says so.
        """
        rows, now = list(visit.rows), int(time.time() * 1000)  # what comes from now on may not be in the verdict
        known = await asyncio.to_thread(self._known, visit, rows)
        if not known or not rows:  # erased
            return None
        here = {(row.view, row.sequence) for row in rows}
        elsewhere = [place for place in known if place not in here]
        asked = Asked(visit.done, visit.mark, closed and visit.is_quiet, closed, elsewhere)
        said = await self._asked(visit, rows, asked)
        if said is None:
            return None
        part, chunks = _written(visit, rows, said, closed)
        verdict = await asyncio.to_thread(self._write, visit, part, chunks, now)
        visit.looked, visit.said, visit.at = len(rows), verdict, time.monotonic()
        visit.done, visit.mark, visit.generation = said.done, said.mark, part.generation
        return verdict

    def _known(self, visit: Visit, rows: list[BatchRow]) -> list[tuple[str, int]]:
        """Every batch of the recording that any server took, as view and sequence; read where one isn't here."""
        listed = self._store.recordings(Query(site=visit.site, recording=visit.recording, limit=1))
        if not listed or listed[0].batches == len(rows):
            return [(row.view, row.sequence) for row in rows] if listed else []
        return [(row.view, row.sequence) for row in self._store.batches(visit.site, visit.recording)]

    async def _asked(self, visit: Visit, rows: list[BatchRow], asked: Asked) -> Looked | None:
        """The worker's answer; asked twice, because the one that is asked first may just have died."""
        question = msgspec.to_builtins(asked)
        for again in (True, False):
            try:
                said = await self._worker.ask("look", visit.site, visit.recording, batches=rows, **question)
                return msgspec.json.decode(said, type=Looked)
            except StoreError as error:
                if again:
                    continue
                if not asked.closed:
                    raise
                log.error("a visit of %d batches could not be measured: %s", len(rows), error)
        return None

    def _write(self, visit: Visit, part: Part, chunks: list[tuple[int, Table]], now: int) -> Verdict | None:
        """Write strokes, then the part that counts them, then what is known of the whole visit."""
        for record in documents.records(visit.site, part, chunks, now):
            if not self._store.put_record(record):
                return None  # erased in this moment
        if part.generation != visit.generation:
            for k in range(visit.done // CHUNK):
                old = documents.chunk_name(visit.recording, visit.part, visit.generation, k)
                self._store.drop_record(documents.STROKES, visit.site, old)
        found = documents.parts(self._store, visit.site, visit.recording)
        if not found:
            return None
        self._tell(visit, documents.facts_of(found), now, always=part.closed)
        said, batches = documents.together(found), sum(one.batches for one in found)
        json = msgspec.json.encode(said)
        verdict = Verdict(visit.site, visit.recording, batches, said.model, said.verdict, now, json)
        self._store.put_verdict(verdict)
        return verdict

    def _tell(self, visit: Visit, known: facts.Facts, now: int, *, always: bool) -> None:
        """What the list shows of a visit: when it has changed, and when the visit ends."""
        told = (known.pointer, known.screen, *known.pages)
        if always or told != visit.told:
            document = msgspec.json.encode(known)
            self._store.put_record(Record(facts.KIND, visit.site, visit.recording, now, document, visit.recording))
            visit.told = told


def _written(
    visit: Visit, rows: list[BatchRow], said: Looked, closed: bool
) -> tuple[Part, list[tuple[int, Table]]]:
    """The part's document, and the strokes that are final, by the number of their document."""
    full = max(said.done - said.begin, 0)
    chunks = [
        ((said.begin + k) // CHUNK, documents.sliced(said.strokes, k, k + CHUNK)) for k in range(0, full, CHUNK)
    ]
    arrived = [row.received for row in rows]
    part = Part(
        recording=visit.recording,
        part=visit.part,
        first=min(arrived),
        last=max(arrived),
        batches=said.batches,
        events=said.events,
        closed=closed,
        generation=visit.generation + (said.begin < visit.done),
        done=said.done,
        rest=documents.sliced(said.strokes, full, documents.length(said.strokes)),
        visit=said.visit,
        verdict=said.verdict,
        facts=said.facts,
    )
    return part, chunks
