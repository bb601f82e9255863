"""musculus, every measure of the raw tier but the slow ones."""

from __future__ import annotations

from same_work import Floats

from peers.musculus_series import Cuts, Events, prepare
from peers.musculus_series import run as run_series

__all__ = ["prepare", "run"]


def run(prepared: tuple[Events, Cuts]) -> tuple[list[str], Floats]:
    """One thread."""
    return run_series(prepared, tier=["raw"])
