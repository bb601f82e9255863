"""The table of readers, and the decorator that makes a function one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from musculus.errors import UnknownName
from musculus.events import Events

READERS: Final = {
    "table": "musculus.read.table",
    "balabit": "musculus.read.balabit",
    "pointclick": "musculus.read.pointclick",
    "strokes60hz": "musculus.read.strokes60hz",
    "browser": "musculus.read.browser",
    "configuration-study": "musculus.read.configuration_study",
    "sapimouse": "musculus.read.sapimouse",
    "mousetrap": "musculus.read.mousetrap",
    "rrweb": "musculus.read.rrweb",
}


def _ignore(share: float) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Request:
    """What a reader of large files is asked for.

    `columns` are the columns wanted beside the required ones (None: all); `progress` is called with the share of the
    file that has been read.
    """

    columns: Collection[str] | None = None
    progress: Callable[[float], None] = _ignore


@dataclass(frozen=True)
class Reader:
    """A format: the columns (or keys) it is recognised by, and the function that reads one file of it.

    Attributes
    ----------
    header : columns that every file of the format has; it may have more
    forms : what kinds of file it comes in: `csv parquet ipc jsonl json`
    beside : names of files that lie beside the recordings and belong to the format
    names_by_file : a file is one recording and is called what the file is called
    large : the function takes (path, Request) and gives parts, each of whole recordings
    """

    name: str
    header: tuple[str, ...]
    forms: tuple[str, ...]
    beside: tuple[str, ...]
    names_by_file: bool
    large: bool
    function: Callable[..., Any]

    def parts(self, path: Path, request: Request) -> Iterator[Events]:
        """The file's recordings, in one part or several."""
        if self.large:
            yield from self.function(path, request)
        else:
            yield self.function(path)
            request.progress(1.0)


_loaded: dict[str, Reader] = {}


def reader(
    name: str,
    *,
    header: tuple[str, ...],
    forms: tuple[str, ...] = ("csv",),
    beside: tuple[str, ...] = (),
    names_by_file: bool = False,
    large: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Make `function(path) -> Events` the reader of a format; it must also stand in `READERS`."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _loaded[name] = Reader(name, header, forms, beside, names_by_file, large, function)
        return function

    return register


def get_reader(name: str) -> Reader:
    """The reader of a format by its name; UnknownName lists those there are."""
    if name not in READERS:
        raise UnknownName("reader", name, READERS)
    importlib.import_module(READERS[name])
    return _loaded[name]


def all_readers() -> list[Reader]:
    """Every reader of the table, in its order."""
    return [get_reader(name) for name in READERS]
