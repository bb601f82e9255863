"""A model's card, a little Markdown, as blocks for a template: no HTML is made of it, so nothing in it can be any."""

from __future__ import annotations

import re
from typing import Any


def blocks(text: str) -> list[dict[str, Any]]:
    r"""Headings, paragraphs, lists and tables in their order.

    >>> blocks("## Found\n\n- all\n- of it")
    [{'kind': 'heading', 'level': 2, 'text': 'Found'}, {'kind': 'list', 'items': ['all', 'of it']}]
    """
    found: list[dict[str, Any]] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        lines = part.splitlines()
        while lines and (heading := re.match(r"(#+) (.*)", lines[0])):
            found.append({"kind": "heading", "level": len(heading[1]), "text": heading[2]})
            lines = lines[1:]
        if not lines:
            continue
        if lines[0].startswith("|"):
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            found.append({"kind": "table", "rows": [row for row in rows if not set("".join(row)) <= set("-: ")]})
        elif lines[0].startswith("- "):
            items = re.split(r"^- ", part, flags=re.MULTILINE)[1:]
            found.append({"kind": "list", "items": [" ".join(item.split()) for item in items]})
        else:
            found.append({"kind": "text", "text": " ".join(lines)})
    return found
