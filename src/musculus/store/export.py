"""Export: every closed hour of a store as one Parquet file of a lake, made again where the store has changed since.

An hour's file is a function of what the store holds of the recordings that began in it. So nothing is exported twice,
a late batch or a deletion reaches the file at the next run, and a run that was killed is simply run again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import msgspec
import numpy as np

from musculus.events import Events
from musculus.store.base import Query, Recording, Store
from musculus.store.lake import HOUR, Entry, Hour, Ledger, Place, hour_of, place_of
from musculus.store.lake_table import write_hour
from musculus.store.recording import events_of

QUIET: Final = 30.0  # minutes without a batch after which a recording counts as closed
LONGEST: Final = 24 * HOUR  # a tab left open must not hold its hour back for ever
AT_ONCE: Final = 1000  # rows of the list read at a time


@dataclass(frozen=True)
class Exported:
    """What an export did: `removed` are hours of which the store holds nothing any more."""

    hours: int
    removed: int
    recordings: int
    events: int
    waiting: int


def export(
    store: Store,
    lake: str,
    *,
    site: str | None = None,
    quiet: float = QUIET,
    now: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Exported:
    """Bring a lake up to date with a store.

    Parameters
    ----------
    store : an open store; reading is enough
    lake : a folder, or a URL that fsspec knows
    site : only this one (default: all)
    quiet : minutes after the last batch of an hour's recordings before the hour is written
    now : ms since 1970 (default: the clock's)
    progress : called with hours done, hours to do, and the file's name

    Raises
    ------
    StoreError
        The store or the lake can't be read, or another export to the folder is running.
    """
    place = place_of(lake)
    by_hour, waiting = _hours(store, site, (now or int(time.time() * 1000)) - int(quiet * 60_000))
    with place.held():
        sites = {hour.site for hour in by_hour} | ({site} if site else _sites(place))
        ledgers = {name: Ledger(place, name) for name in sites}
        there = place.names()
        known = {Hour(name, start) for name, ledger in ledgers.items() for start in ledger.hours}
        # a run may have been killed between an hour's file and the ledger
        known |= {hour for name in there if (hour := hour_of(name)) and hour.site in sites}
        stale = [h for h, e in by_hour.items() if ledgers[h.site].hours.get(h.start) != e or h.file not in there]
        gone = sorted(h for h in known - by_hour.keys() - waiting if not _is_there(store, h))
        written = []
        for k, hour in enumerate(sorted(stale)):
            if progress:
                progress(k, len(stale), hour.file)
            entry, rows = _write(store, place, hour)
            ledgers[hour.site].set(hour.start, entry)
            written.append(rows)
        for hour in gone:
            place.remove(hour.file)
            ledgers[hour.site].set(hour.start, None)
    recordings, events = (sum(column) for column in zip(*written, strict=True)) if written else (0, 0)
    return Exported(len(stale), len(gone), recordings, events, len(waiting))


def export_table(
    store: Store, path: str | Path, *, site: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Write every visit as it is now, open ones too, into one events table; how many recordings and events it has.

    The table is one file, .parquet, .csv, .feather or .jsonl by its name, that `musculus.read_events` reads; a verdict
    stands beside each recording. The file appears whole, also where one of this name was there. StoreError where the
    store can't be read, UsageError for a name that says no form of table.
    """
    from musculus.read import Writer

    rows = sorted(_listed(store, site), key=lambda row: (row.site, row.first, row.recording))
    recordings = 0
    with Writer(path) as out:
        for k, row in enumerate(rows):
            if progress:
                progress(k, len(rows), row.recording[:8])
            batches = [batch for batch in store.batches(row.site, row.recording) if batch.has_path]
            events = events_of(batches) if batches else None  # none: it was erased in this moment
            if events is not None and events.n_events:
                out.add(_with_verdict(events, row).to_polars())
                recordings += 1
        return recordings, out.rows


def _write(store: Store, place: Place, hour: Hour) -> tuple[Entry, tuple[int, int]]:
    """Put an hour's file; what it was made of, and its recordings and events."""
    local, seen = place.scratch(), _Seen()
    rows = write_hour(str(local), _recordings(store, hour, seen))
    place.put(hour.file, local)
    return seen.entry, rows


def _is_there(store: Store, hour: Hour) -> bool:
    """Whether the store holds paths of an hour: a visit that went on while the list was read was not in it."""
    asked = Query(site=hour.site, first=(hour.start * HOUR, (hour.start + 1) * HOUR), limit=AT_ONCE)
    while page := store.recordings(asked):
        if any(row.has_paths for row in page):
            return True
        asked = replace(asked, before=(page[-1].last, page[-1].recording))
    return False


class _Seen:
    """Adds up what really went into a file: the store may have changed since the hours were listed."""

    def __init__(self) -> None:
        self.entry = Entry(0, 0, 0, 0, 0)

    def add(self, row: Recording) -> None:
        e = self.entry
        made = row.verdict.made if row.verdict else 0
        self.entry = Entry(
            e.recordings + 1, e.batches + row.batches, e.events + row.events, e.size + row.size, e.verdicts + made
        )


def _hours(store: Store, site: str | None, closed_before: int) -> tuple[dict[Hour, Entry], set[Hour]]:
    """What each hour adds up to, and the hours that still have an open recording."""
    seen: dict[Hour, _Seen] = {}
    waiting: set[Hour] = set()
    for row in _listed(store, site):
        hour = Hour(row.site, row.first // HOUR)
        seen.setdefault(hour, _Seen()).add(row)
        ended = (hour.start + 1) * HOUR
        if ended > closed_before or (row.last >= closed_before and ended > closed_before - LONGEST):
            waiting.add(hour)
    return {hour: found.entry for hour, found in seen.items() if hour not in waiting}, waiting


def _listed(store: Store, site: str | None, first: tuple[int, int] | None = None) -> Iterator[Recording]:
    before = None
    while page := store.recordings(Query(site=site, first=first, before=before, limit=AT_ONCE)):
        yield from (row for row in page if row.has_paths)  # of the others there are measures only
        before = (page[-1].last, page[-1].recording)


def _recordings(store: Store, hour: Hour, seen: _Seen) -> Iterator[Events]:
    """The recordings that began in an hour, one after the other."""
    span = (hour.start * HOUR, (hour.start + 1) * HOUR)
    for row in sorted(_listed(store, hour.site, span), key=lambda row: (row.first, row.recording)):
        batches = [batch for batch in store.batches(row.site, row.recording) if batch.has_path]
        if not batches:  # erased in this moment; the next run sees that the sums differ
            continue
        seen.add(row)
        events = events_of(batches)
        if events.n_events:
            yield _with_verdict(events, row)


def _with_verdict(events: Events, row: Recording) -> Events:
    context = dict(events.context)
    context["site"] = np.array([row.site], object)  # where the script tag named none
    if row.verdict:
        document = msgspec.json.decode(row.verdict.document)
        probability = document.get("probability")
        context["verdict"] = np.array([row.verdict.label], object)
        context["model"] = np.array([row.verdict.model], object)
        context["probability"] = np.array([np.nan if probability is None else float(probability)])
    return Events.build(events.columns, events.offsets, events.recordings, context, events.pages, events.targets)


def _sites(place: Place) -> set[str]:
    """Sites that have hours in the lake, whether or not the store still knows them."""
    return {unquote(name.split("/")[1].removeprefix("site=")) for name in place.names()}
