"""RESULTS.md: one file of figures, a section for each bench and proof, each replaced when it is measured again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("RESULTS.md")
TOP: Final = """# Results

Figures of this project, each measured by the command beside it. A section is replaced when its command runs again.
"""


def write(title: str, text: str, file: Path = FILE) -> None:
    """Put a section into the file in the place of the one of this title, or at the end."""
    sections = read(file)
    sections[title] = text.strip()
    body = "\n\n".join(f"## {name}\n\n{words}" for name, words in sections.items())
    file.write_text(f"{TOP}\n{body}\n")


def read(file: Path = FILE) -> dict[str, str]:
    """Title -> text of each section."""
    if not file.is_file():
        return {}
    parts = file.read_text().split("\n## ")[1:]
    return {title.strip(): text.strip() for title, _, text in (part.partition("\n") for part in parts)}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a head that begins with a blank is aligned to the right.

    >>> print(table(["who", " how fast"], [["a", "1"], ["b", "10"]]))
    | who | how fast |
    |:--|--:|
    | a | 1 |
    | b | 10 |
    """
    lines = [f"| {' | '.join(h.strip() for h in head)} |"]
    lines.append("|" + "|".join("--:" if h.startswith(" ") else ":--" for h in head) + "|")
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def plain(markdown: str) -> str:
    """A Markdown table with its columns lined up, for a terminal."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown.splitlines()]
    wide = [max(len(row[i]) for row in rows if set(row[0]) - set(":-")) for i in range(len(rows[0]))]
    right = [cell.endswith("--:") and not cell.startswith(":") for cell in rows[1]]
    lines = []
    for row in (rows[0], *rows[2:]):
        cells = [c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, wide, right, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def figure(value: float) -> str:
    """Three significant digits with a word for the size.

    >>> figure(4_812_345), figure(25_300), figure(830.4), figure(26.04), figure(0.1234)
    ('4.81 M', '25.3 k', '830', '26', '0.123')
    """
    for size, word in ((1e6, " M"), (1e3, " k")):
        if value >= size * 0.9995:
            return f"{value / size:.3g}{word}"
    return f"{value:.3g}"
