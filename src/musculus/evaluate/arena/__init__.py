"""The bot arena: any scorer against any generators, people apart, generators apart, with controls that catch leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from musculus.evaluate.arena.fight import arena as arena

__all__ = ["arena"]


def __getattr__(name: str) -> object:
    """`arena`, imported when it is asked for: it brings what learns."""
    if name == "arena":
        from musculus.evaluate.arena.fight import arena as found

        return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
