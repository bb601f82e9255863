"""Files and folders of recordings to `Events`: all at once, or a bounded part at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from musculus.errors import UsageError
from musculus.events import REQUIRED, SCHEMA, Events
from musculus.read.choice import Chosen, PathLike, choose
from musculus.read.registry import Request
from musculus.read.whole import Seen

Progress = Callable[[int, int, str], None]


def read(paths: PathLike | Iterable[PathLike], reader: str | None = None, progress: Progress | None = None) -> Events:
    """All recordings of files and folders, of any format a reader knows.

    The reader is chosen by the files' content; `reader` names one. `progress(done, total, name)` is called with
    bytes. ReadError and EventsError say which file, row and column is wrong, and then nothing has been read.

    >>> events = read("recordings/")  # doctest: +SKIP
    """
    return Events.concat(_parts(choose(paths, reader), None, progress))


def scan(
    paths: PathLike | Iterable[PathLike],
    reader: str | None = None,
    chunk_events: int = 1_000_000,
    columns: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Events]:
    """The same recordings a part at a time, each of about `chunk_events` events and of whole recordings.

    Memory is bounded by a part, or by the longest recording, however large the files are. `columns` are those kept
    beside the required ones, of context too (None: all). That no recording comes twice is checked over all parts.
    """
    if chunk_events < 1:
        raise UsageError(f"chunk_events is {chunk_events}, expected at least 1")
    held: list[Events] = []
    size = 0
    for part in _parts(choose(paths, reader), columns, progress):
        for piece in _pieces(part, chunk_events):
            if held and size + piece.n_events > chunk_events:
                yield Events.concat(held)
                held, size = [], 0
            held.append(piece)
            size += piece.n_events
    if held:
        yield Events.concat(held)


def _parts(chosen: Chosen, columns: Collection[str] | None, progress: Progress | None) -> Iterator[Events]:
    seen = Seen()
    names = chosen.names()
    done = 0
    for file in chosen.files:
        size = file.stat().st_size
        seen.open(str(file))
        for part in chosen.reader.parts(file, Request(columns, _tell(progress, done, size, chosen.size, file))):
            named = part if names is None else replace(part, recordings=(names[file],))
            kept = named if columns is None else _keep(named, columns)
            seen.add(kept)
            yield kept
        done += size


def _tell(progress: Progress | None, done: int, size: int, total: int, file: Path) -> Callable[[float], None]:
    def tell(share: float) -> None:
        if progress is not None:
            progress(done + round(share * size), total, file.name)

    return tell


def _keep(events: Events, columns: Collection[str]) -> Events:
    wanted = {*columns, *REQUIRED, "button", "page"}
    pages = {k: v for k, v in events.pages.items() if k in wanted or k in ("recording", "page")}
    return replace(
        events,
        columns={k: v for k, v in events.columns.items() if k in wanted},
        context={k: v for k, v in events.context.items() if k in wanted},
        pages=pages if set(pages) & wanted - set(SCHEMA) - {"recording"} else {},
        targets=events.targets if "target" in wanted else (),
    )


def _pieces(part: Events, at_most: int) -> Iterator[Events]:
    """The part cut between recordings into pieces of at most that many events, or of one longer recording."""
    if part.n_events <= at_most:
        yield part
        return
    first = 0
    while first < len(part):
        limit = part.offsets[first] + at_most
        last = max(first + 1, int(np.searchsorted(part.offsets, limit, side="right")) - 1)
        yield part[first:last]
        first = last
