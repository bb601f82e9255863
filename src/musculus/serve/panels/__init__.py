"""Panels of the dashboard: a file here and a template of its name are a menu entry, a page and a JSON route.

A panel says `TITLE`, `ORDER` and `data(app, site, query) -> dict`, and in `FOR` the kinds of keys it is for if not for
all. Where it reads recordings, its `read(store, site, asked)` does that in the worker, and `data` asks for it with
`app.worker.ask("panel", site, panel=NAME, ...)`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, NamedTuple

from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

Data = Callable[["Application", str, Mapping[str, str]], Awaitable[dict[str, Any]]]
Read = Callable[[Store, str, dict[str, Any]], object]


class Panel(NamedTuple):
    """One entry of the menu; `about` is the first sentence of its file, `data` what its page and JSON route show."""

    name: str
    title: str
    order: int
    about: str
    data: Data
    kinds: tuple[str, ...]  # of keys that may see it; empty for everybody who may read

    @property
    def path(self) -> str:
        """Where its page is."""
        return "/" if self.name == "sessions" else f"/{self.name}"


@cache
def panels() -> tuple[Panel, ...]:
    """All panels, in the order of the menu."""
    found = []
    for module in iter_modules(__path__):
        one = import_module(f"{__name__}.{module.name}")
        if hasattr(one, "TITLE"):
            about = (one.__doc__ or "").split("\n\n")[0].replace("\n", " ")
            found.append(Panel(module.name, one.TITLE, one.ORDER, about, one.data, getattr(one, "FOR", ())))
    return tuple(sorted(found, key=lambda panel: panel.order))


def reading(name: str) -> Read:
    """What a panel does in the worker."""
    read: Read = import_module(f"{__name__}.{name}").read
    return read
