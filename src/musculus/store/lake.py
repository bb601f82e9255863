"""The place an export goes to: a folder, or anything fsspec names; files appear whole or not at all."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import quote, unquote

import msgspec

from musculus.errors import MissingExtra, StoreError

HOUR: Final = 3_600_000  # ms
LEDGER: Final = "_ledger"  # readers of lakes pass over names that begin so
PART: Final = ".part"
FILE: Final = re.compile(r"events/site=([^/]+)/date=(\d{4}-\d\d-\d\d)/([01]\d|2[0-3])\.parquet")


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What an exported hour was made of: if the store adds up to something else now, the hour is made again."""

    recordings: int
    batches: int
    events: int
    size: int
    verdicts: int


@dataclass(frozen=True, order=True)
class Hour:
    """One hour of one site: `start` in hours since 1970, UTC."""

    site: str
    start: int

    @property
    def file(self) -> str:
        """Where it lies in the lake, in the manner that engines know as partitions."""
        at = datetime.fromtimestamp(self.start * 3600, UTC)
        return f"events/site={quote(self.site, safe='')}/date={at:%Y-%m-%d}/{at:%H}.parquet"


def hour_of(file: str) -> Hour | None:
    """The hour that a file of the lake holds, None for a name no export gives.

    >>> hour_of(Hour("b/c", 470_000).file)
    Hour(site='b/c', start=470000)
    """
    found = FILE.fullmatch(file)
    if not found:
        return None
    at = datetime.fromisoformat(f"{found[2]}T{found[3]}:00:00+00:00")
    return Hour(unquote(found[1]), int(at.timestamp()) // 3600)


class Place(Protocol):
    """Where files lie."""

    def put(self, name: str, local: Path) -> None:
        """Move a finished file to its name; whoever reads sees the old one or the new one."""

    def get(self, name: str) -> bytes | None:
        """A file's bytes, None where it isn't there."""

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""

    def names(self) -> set[str]:
        """Every Parquet file."""

    def scratch(self) -> Path:
        """A fresh local name to write a file to before it is put."""

    def held(self) -> AbstractContextManager[None]:
        """One export at a time, where the place can tell."""


class Folder:
    """A lake in a local folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"can't make the lake's folder {root}: {error.strerror}") from error

    def put(self, name: str, local: Path) -> None:
        """Sync, rename, sync the folder: the file survives a power cut whole."""
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        _sync(local)
        local.replace(target)
        _sync(target.parent)

    def get(self, name: str) -> bytes | None:
        """A file's bytes, None where it isn't there."""
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""
        (self.root / name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Every Parquet file."""
        return {str(path.relative_to(self.root)) for path in self.root.glob("events/**/*.parquet")}

    def scratch(self) -> Path:
        """Beside the lake's files, so that the rename stays on one disk."""
        handle, name = tempfile.mkstemp(suffix=PART, prefix="_", dir=self.root)
        os.close(handle)
        return Path(name)

    @contextmanager
    def held(self) -> Iterator[None]:
        """One export at a time; what a killed one left half-written is swept away."""
        with (self.root / "_lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreError(f"another export to {self.root} is running; wait for it") from None
            for left in self.root.glob(f"_*{PART}"):
                left.unlink()
            yield


class Remote:
    """A lake on an object store, by fsspec: an object appears when its upload is complete."""

    def __init__(self, url: str) -> None:
        try:
            import fsspec
        except ImportError as error:
            raise MissingExtra(f"a lake at {url} needs fsspec: pip install 'musculus[lake]'") from error
        self._scratch = Path()
        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise StoreError(f"no lake at {url}: {error}") from error

    def put(self, name: str, local: Path) -> None:
        """Upload in one piece."""
        path = f"{self._root}/{name}"
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._files.put_file(str(local), path)
        local.unlink()

    def get(self, name: str) -> bytes | None:
        """A file's bytes, None where it isn't there."""
        try:
            found: bytes = self._files.cat_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return None
        return found

    def remove(self, name: str) -> None:
        """Delete a file, if it is there."""
        path = f"{self._root}/{name}"
        if self._files.exists(path):
            self._files.rm_file(path)

    def names(self) -> set[str]:
        """Every Parquet file."""
        found: list[str] = self._files.find(f"{self._root}/events")
        return {path.split(f"{self._root}/", 1)[-1] for path in found if path.endswith(".parquet")}

    def scratch(self) -> Path:
        """In a folder of this machine's."""
        return self._scratch / "file"

    @contextmanager
    def held(self) -> Iterator[None]:
        """An object store knows no locks: run one export at a time (two would write the same bytes twice)."""
        with tempfile.TemporaryDirectory(prefix="musculus-export-") as folder:
            self._scratch = Path(folder)
            yield


class Ledger:
    """What lies in a lake of one site: hour -> what it was made of; written after the hour it tells of."""

    def __init__(self, place: Place, site: str) -> None:
        self._place = place
        self._name = f"{LEDGER}/{quote(site, safe='')}.json"
        try:
            self.hours = msgspec.json.decode(place.get(self._name) or b"{}", type=dict[int, Entry])
        except msgspec.DecodeError as error:
            step = "delete it, and the next export writes every hour anew"
            raise StoreError(f"the lake's {self._name} can't be read ({error}); {step}") from error

    def set(self, hour: int, entry: Entry | None) -> None:
        """Note what an hour is made of now; None where it is gone."""
        if entry is None:
            self.hours.pop(hour, None)
        else:
            self.hours[hour] = entry
        local = self._place.scratch()
        local.write_bytes(msgspec.json.encode({str(k): v for k, v in sorted(self.hours.items())}))
        self._place.put(self._name, local)


def place_of(url: str) -> Place:
    """A folder's path, or a URL that fsspec knows (`s3://bucket/lake`)."""
    return Remote(url) if "://" in url else Folder(Path(url))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
