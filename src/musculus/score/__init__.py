"""Model files read, rows scored with reasons; no training library here, and ONNX Runtime only where it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from musculus.score.bundle import load as load
    from musculus.score.reasons import Reason as Reason
    from musculus.score.scorer import Scorer as Scorer

_HOMES = {"load": "bundle", "Scorer": "scorer", "Reason": "reasons"}

__all__ = ["Reason", "Scorer", "load"]


def __getattr__(name: str) -> Any:  # reading the package costs nothing until a name is used
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"musculus.score.{_HOMES[name]}"), name)
