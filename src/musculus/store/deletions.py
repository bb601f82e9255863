"""What was deleted on request, as a list: whoever goes back to an older copy of a store deletes it again by this list.

There are no names in it: a recording's number, when, and where only documents about it were deleted (how it enrolled
somebody) of which kinds these were.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from musculus.errors import StoreError
from musculus.store.base import Record, Store

LIST: Final = "erased.json"
DROPPED: Final = "dropped"  # documents about a recording that stays were deleted


class Deletion(msgspec.Struct, frozen=True):
    """A recording that was deleted at a time (ms since 1970), or only the documents of these kinds about it."""

    site: str
    recording: str
    at: int
    kinds: tuple[str, ...] = ()


def note_dropped(store: Store, site: str, recording: str, kinds: Iterable[str]) -> None:
    """Remember, before they are deleted, that documents about a recording are: else an older copy brings them back."""
    document = msgspec.json.encode(sorted(kinds))
    store.put_record(Record(DROPPED, site, recording, int(time.time() * 1000), document, recording))


def known(store: Store) -> list[Deletion]:
    """The deletions a store remembers."""
    whole = [Deletion(gone.site, gone.recording, gone.at) for gone in store.erased()]
    part = [
        Deletion(r.site, r.name, r.made, msgspec.json.decode(r.document, type=tuple[str, ...]))
        for r in store.records(DROPPED)
    ]
    return [*whole, *part]


def note(folder: Path, store: Store) -> int:
    """Add a store's deletions to the list in a folder of backups; how many it holds now."""
    found = {(gone.site, gone.recording, gone.kinds): gone for gone in [*listed(folder), *known(store)]}
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / (LIST + ".part")
    with part.open("wb") as file:
        file.write(msgspec.json.encode(sorted(found.values(), key=lambda gone: (gone.at, gone.recording))))
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / LIST)
    return len(found)


def listed(folder: Path) -> list[Deletion]:
    """The list in a folder of backups; empty where there is none yet."""
    try:
        return msgspec.json.decode((folder / LIST).read_bytes(), type=list[Deletion])
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        where = folder / LIST
        raise StoreError(f"{where} can't be read ({error}); without it a restore might undo deletions") from error


def again(store: Store, deletions: Iterable[Deletion]) -> int:
    """Delete again what a store has got back; of how many recordings something was there."""
    return sum(_again(store, gone) for gone in deletions)


def _again(store: Store, gone: Deletion) -> bool:
    if not gone.kinds:
        return bool(store.erase(gone.site, gone.recording))
    found = [r for kind in gone.kinds for r in store.records(kind, gone.site, recording=gone.recording)]
    old = [record for record in found if record.made <= gone.at]  # not what came after it
    if old:
        note_dropped(store, gone.site, gone.recording, gone.kinds)
    for record in old:
        store.drop_record(record.kind, record.site, record.name)
    return bool(old)
