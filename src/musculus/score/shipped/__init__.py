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
SHA256: Final = "5677c464b9d084a010e0d17435a9fc8755703dc1d832c8b6f6cd16a92af58b38"
WITHOUT: Final = ("p05", "p07", "p14", "p16", "p19", "p36")  # they test the arena, so no model may have seen them


def shipped(engine: str | None = None) -> Scorer:
    """The shipped detector. BundleError where the file is not the one this version was made with."""
    return load(PATH, digest=SHA256, engine=engine)
