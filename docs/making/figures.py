"""Speed and proofs: what `make bench` and `make prove` wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from making import markdown

RESULTS: Final = Path(__file__).resolve().parents[2] / "benchmarks" / "RESULTS.md"


def results(file: Path = RESULTS) -> str:
    """benchmarks/RESULTS.md without its title; a sentence where nothing has been measured yet."""
    if not file.is_file():
        return "<p>Nothing has been measured in this checkout yet.</p>\n"
    return markdown.page(file.read_text(encoding="utf-8")).body
