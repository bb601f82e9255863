"""Somebody's files in, `Events` out: one small file a format, chosen by what the files hold."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.read.beside import Beside as Beside
    from musculus.read.choice import choose as choose
    from musculus.read.features import read_features as read_features
    from musculus.read.files import read as read
    from musculus.read.files import scan as scan
    from musculus.read.registry import READERS as READERS
    from musculus.read.registry import get_reader as get_reader
    from musculus.read.registry import reader as reader
    from musculus.read.writer import Writer as Writer
    from musculus.read.writer import write as write

_NAMES = {
    "Beside": "beside",
    "READERS": "registry",
    "Writer": "writer",
    "choose": "choice",
    "get_reader": "registry",
    "read": "files",
    "read_features": "features",
    "reader": "registry",
    "scan": "files",
    "write": "writer",
}
__all__ = list(_NAMES)


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_NAMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(_NAMES)
