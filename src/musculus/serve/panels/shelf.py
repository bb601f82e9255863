"""Model files that a site's owner put beside the store, to be looked at on the Models page; they judge nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from musculus.errors import BundleError, MusculusError
from musculus.store.base import Store

if TYPE_CHECKING:
    from musculus.score import Scorer


def folder(store: Store, site: str) -> Path | None:
    """Where a site's model files lie: `musculus.db-models/SITE` beside `musculus.db`; None where a store is no file."""
    path: Path | None = getattr(store, "path", None)
    return path.with_name(f"{path.name}-models") / quote(site, safe="") if path else None


def names(store: Store, site: str) -> list[str]:
    """The files there, by name."""
    place = folder(store, site)
    return sorted(path.name for path in place.glob("*.musculus")) if place else []


def taken(store: Store, site: str, name: str) -> Scorer:
    """One of them. BundleError for a name that isn't there, or a file that can't be trusted."""
    from musculus.score import load

    place = folder(store, site)
    if place is None or name not in names(store, site):
        raise BundleError(f"there is no model file {name[:80]!r} beside the store")
    try:
        return load(place / name)
    except MusculusError as error:
        raise BundleError(str(error).replace(str(place), "").lstrip("/")) from None
