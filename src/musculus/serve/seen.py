"""Strokes seen before on a site: each closed one is asked for once and kept, so that its copies are known later."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import numpy as np

from musculus.cut import Cuts
from musculus.errors import MusculusError
from musculus.events import Events
from musculus.score.replay import ReplayIndex, trace
from musculus.serve import followed
from musculus.store.base import Store

log = logging.getLogger("musculus.verdicts")

CAPACITY: Final = 50_000  # strokes of a site
FOLLOWED: Final = 5_000  # recordings of which it is known how far they were asked for
EVERY: Final = 60.0  # seconds between two writings of an index that changed
HEARD: Final = 5.0  # seconds between two looks at what was deleted


@dataclass
class Copies:
    """What is known of one recording: strokes asked for, evidence for copies in nats, and the rows of the last copy."""

    asked: int = 0
    evidence: float = 0.0
    copies: int = 0
    rows: tuple[int, int] = (0, 0)


class Seen:
    """The indices of all sites of a store, beside its file where it has one; what is deleted is forgotten here too.

    A site that keeps measures only has one that is in memory alone: it begins as what the file holds, which is of
    visits whose paths are kept, and is never written.
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store, self._folder = store, folder
        if folder:
            folder.mkdir(mode=0o700, exist_ok=True)
        self._indices: dict[str, ReplayIndex] = {}
        self._unwritten: dict[str, ReplayIndex] = {}
        self._followed: OrderedDict[tuple[str, str], Copies] = OrderedDict()
        self._changed: dict[str, float] = {}
        self._deleted_until, self._looked = 0, 0.0

    def look(self, site: str, events: Events, strokes: Cuts, *, in_memory: bool = False) -> Copies:
        """Ask for those of a recording's strokes that have closed since the last time, then keep them."""
        self._hear()
        name = events.recordings[0]
        index = self._index_in_memory(site) if in_memory else self._index(site)
        copies = self._followed.pop((site, name), None)
        if copies is None or copies.asked > len(strokes):  # a new one, or one that came in another order than before
            index.forget(name)
            copies = Copies()
        closed = max(len(strokes) - 1, copies.asked)  # the last one may still go on
        if closed > copies.asked:
            new = strokes[copies.asked : closed]
            traces = trace(events, new)
            matches = index.score(traces, name)
            found = np.flatnonzero(matches.evidence > 0)
            if len(found):
                copies.rows = (int(new.start[found[-1]]), int(new.end[found[-1]]) - 1)
            copies.evidence += matches.total
            copies.copies += len(found)
            copies.asked = closed
            index.add(traces, name)
            if not in_memory:
                self._changed.setdefault(site, time.monotonic())
        self._followed[site, name] = copies
        if len(self._followed) > FOLLOWED:
            self._followed.popitem(last=False)
        self._write()
        return copies

    def forget(self, site: str, recording: str) -> int:
        """Forget the strokes of a recording, in the file as well; how many there were."""
        self._followed.pop((site, recording), None)
        gone = self._index(site).forget(recording)
        if gone:
            self._changed[site] = -EVERY
            self._write()
        unwritten = self._unwritten[site].forget(recording) if site in self._unwritten else 0
        return max(gone, unwritten)

    def _hear(self) -> None:
        """Forget what was deleted by another server, by a command, or for its age."""
        if time.monotonic() - self._looked < HEARD:
            return
        self._looked = time.monotonic()
        for gone in self._store.erased(self._deleted_until):
            self.forget(gone.site, gone.recording)
            followed.forget(gone.recording)
            self._deleted_until = max(self._deleted_until, gone.at)

    def _index(self, site: str) -> ReplayIndex:
        if site not in self._indices:
            self._indices[site] = self._read(site)
        return self._indices[site]

    def _index_in_memory(self, site: str) -> ReplayIndex:
        if site not in self._unwritten:
            self._unwritten[site] = self._read(site)
        return self._unwritten[site]

    def _read(self, site: str) -> ReplayIndex:
        path = self._path(site)
        if path and path.exists():
            try:
                return ReplayIndex.load(path, capacity=CAPACITY)
            except MusculusError as error:
                log.error("strokes seen before are not known, %s begins anew: %s", path.name, error)
        return ReplayIndex(CAPACITY)

    def _write(self) -> None:
        now = time.monotonic()
        for site, since in list(self._changed.items()):
            path = self._path(site)
            if path and now - since >= EVERY:
                self._indices[site].save(path)
                del self._changed[site]

    def _path(self, site: str) -> Path | None:
        return self._folder / f"{quote(site, safe='')}.seen" if self._folder else None
