"""Strokes seen before, found again however they were moved, turned, scaled, mirrored or warped in time."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.score.replay.index import Match as Match
    from musculus.score.replay.index import Matches as Matches
    from musculus.score.replay.index import ReplayIndex as ReplayIndex
    from musculus.score.replay.traces import Traces as Traces
    from musculus.score.replay.traces import trace as trace

_HOMES = {"Match": "index", "Matches": "index", "ReplayIndex": "index", "Traces": "traces", "trace": "traces"}

__all__ = ["Match", "Matches", "ReplayIndex", "Traces", "trace"]


def __getattr__(name: str) -> Any:  # reading the package costs nothing until a name is used
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"musculus.score.replay.{_HOMES[name]}"), name)
