"""Keys, shadow mode, retention and deletion of a site."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from musculus.serve.sites import Settings

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER = "Settings", 7


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The `settings` of the site; its keys are at `/v1/keys`, for admins."""
    settings = await asyncio.to_thread(Settings.read, app.store, site)
    return {"settings": msgspec.to_builtins(settings)}
