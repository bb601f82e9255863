"""The table of measures and the engine that computes them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from musculus.measures.table import CATEGORIES, COLUMNS, MEASURES, Measure, choose, forget
from musculus.measures.table import measure as define

if TYPE_CHECKING:
    from musculus.measures.paths import Paths
    from musculus.measures.run import Measured, measure

__all__ = [
    "CATEGORIES", "COLUMNS", "MEASURES", "Measure", "Measured", "Paths", "choose", "define", "forget", "measure",
]  # fmt: skip
_HOMES = {"Paths": "paths", "Measured": "run", "measure": "run"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"musculus.measures.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'musculus.measures' has no attribute {name!r}")
