"""Keys, shadow mode, retention, consent and deletion of a site."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from musculus.serve.consent import wording
from musculus.serve.sites import Settings

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER = "Settings", 7


async def data(app: Application, site: str, query: Mapping[str, str]) -> dict[str, Any]:
    """The `settings` of the site and the words of its `consent`; its keys are at `/v1/keys`, for admins."""
    settings = await asyncio.to_thread(Settings.read, app.store, site)
    words, own = await asyncio.to_thread(wording, app.store, site)
    asked = {**msgspec.to_builtins(words), "version": words.version, "own": own}
    return {"settings": msgspec.to_builtins(settings), "consent": asked}
