"""What filters and groups need to know of a recording: pages, pointer, screen, configuration; read once, then kept."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import msgspec

from musculus.events import Events
from musculus.store.base import Query, Record, Recording, Store
from musculus.store.recording import events_of

if TYPE_CHECKING:
    from musculus.serve.app import Application

KIND: Final = "facts"
AT_ONCE: Final = 100  # recordings read for one look at a page; the next look reads the next ones
NEWEST: Final = 2000  # recordings that filters beyond the store's own look through


class Facts(msgspec.Struct, frozen=True):
    """Of the first `batches` batches of a recording; `configuration` as `evaluate.study.configured` has it."""

    batches: int
    pages: list[str]
    pointer: str
    screen: str
    duration: float  # ms
    presses: int
    lost: int
    configuration: dict[str, Any]


async def newest(app: Application, site: str, query: Query) -> list[Recording]:
    """The newest recordings that the store finds, page by page, `NEWEST` at most."""
    found: list[Recording] = []
    before = query.before
    while len(found) < NEWEST:
        rows = await app.desk.rows(site, replace(query, before=before, limit=200))
        found += rows
        if len(rows) < 200:
            break
        before = (rows[-1].last, rows[-1].recording)
    return found


async def facts(app: Application, site: str, rows: list[Recording]) -> dict[str, Facts]:
    """The facts of these recordings, as far as `every` has them."""
    known = await every(app, site, rows, name=rows[0].recording if len(rows) == 1 else None)
    return {row.recording: known[row.recording] for row in rows if row.recording in known}


async def every(
    app: Application, site: str, rows: list[Recording], whole: bool = False, name: str | None = None
) -> dict[str, Facts]:
    """All facts that are kept of a site, or of one recording; of `rows` those new or grown are read first.

    A hundred of them at a look, so that a page comes soon; with `whole` all.
    """
    known = await asyncio.to_thread(_kept, app.store, site, name)
    read = [row for row in rows if row.has_paths]  # of the others `pathless.keeper` writes what is known
    late = [row.recording for row in read if row.recording not in known or known[row.recording].batches != row.batches]
    for begin in range(0, len(late) if whole else min(len(late), AT_ONCE), AT_ONCE):
        said = await app.worker.ask("panel", site, panel="facts", recordings=late[begin : begin + AT_ONCE])
        fresh = msgspec.json.decode(said, type=dict[str, Facts])
        await asyncio.to_thread(_keep, app.store, site, fresh)
        known |= fresh
    return known


def _kept(store: Store, site: str, name: str | None) -> dict[str, Facts]:
    """What is kept, by recording; in a thread, because a site may have a hundred thousand of them."""
    return {r.name: msgspec.json.decode(r.document, type=Facts) for r in store.records(KIND, site, name=name)}


def _keep(store: Store, site: str, fresh: dict[str, Facts]) -> None:
    now = int(time.time() * 1000)
    for name, one in fresh.items():
        store.put_record(Record(KIND, site, name, now, msgspec.json.encode(one), name))


def read(store: Store, site: str, asked: dict[str, Any]) -> dict[str, Facts]:
    """In the worker: the facts of the recordings asked for; what is gone by now is left out."""
    found = {}
    for name in asked["recordings"]:
        kept = store.batches(site, name)
        rows, batches = [row for row in kept if row.has_path], len(kept)
        if rows:
            found[name] = facts_of(events_of(rows), batches)
    return found


def facts_of(events: Events, batches: int) -> Facts:
    """What is known of one recording after so many batches."""
    import numpy as np

    from musculus.evaluate.study.configured import configurations
    from musculus.events import KIND as CODES
    from musculus.events import POINTERS

    said = events.column("pointer")
    said = said[said >= 0]
    c = {name: values[0] for name, values in events.context.items()}
    pages = list(dict.fromkeys(str(a) for a in events.pages["address"]))
    return Facts(
        batches=batches,
        pages=pages[:20],
        pointer=POINTERS[int(np.bincount(said).argmax())] if len(said) else "none",
        screen=f"{float(c.get('screen_width', 0)):.0f} x {float(c.get('screen_height', 0)):.0f}",
        duration=float(events.t.max() - events.t.min()) if events.n_events else 0.0,
        presses=int((events.kind == CODES["down"]).sum()),
        lost=int(np.sum(events.pages["lost"])),
        configuration=configurations(events).to_dicts()[0],
    )
