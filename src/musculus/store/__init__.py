"""Where batches are kept: `open_store` reads a URL and imports the store it names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from musculus.errors import StoreError, UnknownName

if TYPE_CHECKING:
    from musculus.store.base import Store

STORES = {"sqlite": "musculus.store.sqlite", "postgresql": "musculus.store.postgres"}
"""URL scheme -> the module whose `open_url(url, readonly)` opens such a store."""


def open_store(url: str, *, readonly: bool = False) -> Store:
    """Open the store a URL names; `readonly` reads beside a running server and takes no lock.

    `sqlite:///folder/file.db` is relative to the working directory, `sqlite:////folder/file.db` is absolute;
    `postgresql://user@host:5432/database` is shared by any number of servers (password in PGPASSWORD or ~/.pgpass).

    >>> open_store("sqlit:///musculus.db")
    Traceback (most recent call last):
    musculus.errors.UnknownName: no store named 'sqlit'; did you mean 'sqlite'? Known: postgresql, sqlite
    """
    scheme, separator, _ = url.partition("://")
    if not separator:
        raise StoreError(f"{url!r} is no store URL; write sqlite:///folder/file.db")
    if scheme not in STORES:
        raise UnknownName("store", scheme, STORES)
    store: Store = import_module(STORES[scheme]).open_url(url, readonly)
    return store


def place(url: str) -> str:
    """A store's address as it may be shown: without user, password and options.

    >>> place("postgresql://user:secret@db.example:5433/events?sslmode=require"), place("sqlite:///a@b.db")
    ('postgresql://db.example:5433/events', 'sqlite:///a@b.db')
    """
    if url.startswith("sqlite:"):
        return url
    parts = urlsplit(url)
    return f"{parts.scheme}://" + f"{parts.netloc}{parts.path}".rpartition("@")[2]
