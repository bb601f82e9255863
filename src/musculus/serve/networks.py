"""The network a visit came from, kept for sites that ask for it and for nobody else: never a whole address."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from typing import Final

from musculus.errors import StoreError
from musculus.serve.caller import truncated
from musculus.store.base import Record, Store

log = logging.getLogger("musculus.networks")

KIND: Final = "network"
SETTINGS: Final = "site"  # what `sites`, which lies above, keeps them as
MOST: Final = 4  # of one visit: somebody on the way has two or three
KNOWN: Final = 20_000  # visits of which it is remembered what is kept already
WAITING: Final = 5_000  # networks that wait for the next writing; more are left out


class Networks:
    """Notes are taken in memory and written together some seconds later; `sites` are those that want them."""

    def __init__(self, store: Store, sites: frozenset[str]) -> None:
        self._store, self.sites = store, sites
        self._known: OrderedDict[tuple[str, str], list[str]] = OrderedDict()
        self._waiting: list[Record] = []

    def note(self, site: str, recording: str, address: str) -> None:
        """A batch of a visit came from an address, of which only the network is looked at."""
        network = truncated(address)
        known = self._known.setdefault((site, recording), [])
        self._known.move_to_end((site, recording))
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)
        if network is None or network in known or len(known) == MOST or len(self._waiting) == WAITING:
            return
        known.append(network)
        name, now = f"{recording}-{len(known)}-{network}", int(time.time() * 1000)
        self._waiting.append(Record(KIND, site, name, now, network.encode(), recording))

    async def flush(self) -> None:
        """Write down what was noted; what the store can't take now is forgotten, it is noted again."""
        waiting, self._waiting = self._waiting, []
        try:
            for record in waiting:
                if record.site in self.sites:
                    await asyncio.to_thread(self._store.put_record, record)
        except StoreError as error:
            self._known.clear()
            log.error("%d networks of visits could not be kept: %s", len(waiting), error)

    def sweep(self) -> int:
        """Delete what is kept for sites that don't want it any more; how many.

        Only sites with settings ever wanted it; what those keep that still do is a record a visit, too many to read.
        """
        known = {record.site for record in self._store.records(SETTINGS)}
        gone = [record for site in sorted(known - self.sites) for record in self._store.records(KIND, site)]
        return sum(self._store.drop_record(KIND, record.site, record.name) for record in gone)


def kept(store: Store, site: str, recording: str) -> list[str]:
    """The networks a visit came from, in the order they were seen; empty where the site keeps none."""
    found = [record.document.decode() for record in store.records(KIND, site, recording=recording)]
    return list(dict.fromkeys(found))
