r"""The detector that comes with musculus, and the digest it must have.

Made by:
  musculus train bot DATA/pointclick/events.parquet --model strokes --bots DATA/arena/strokes60hz.parquet \
    --without p05,p07,p14,p16,p19,p36 -o bot.musculus
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from musculus.score.bundle import load
from musculus.score.scorer import Scorer

PATH: Final = Path(__file__).parent / "bot.musculus"
SHA256: Final = "3bd8ccbf55e8e846b7bdc560f680eabff704cb069ac90c56279d8c4f53175ca5"
WITHOUT: Final = ("p05", "p07", "p14", "p16", "p19", "p36")  # they test the arena, so no model may have seen them


def shipped(engine: str | None = None) -> Scorer:
    """The shipped detector. BundleError where the file is not the one this version was made with."""
    return load(PATH, digest=SHA256, engine=engine)
