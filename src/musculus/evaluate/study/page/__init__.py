"""The report of a study as one page, for a reader who knows only the question: is it the person or the mouse?"""

from __future__ import annotations

from html import escape
from typing import Any

from musculus.evaluate.page.style import STYLE
from musculus.evaluate.study.page.models import MODELLED
from musculus.evaluate.study.page.sections import LAST, OPENING
from musculus.evaluate.study.page.style import MORE

TITLE = "Is it the person or the mouse?"


def page(document: dict[str, Any]) -> str:
    """The study's document (`Study.to_dict`) as HTML that asks for nothing else."""
    d = document
    body = "\n".join(section for make in (*OPENING, *MODELLED, *LAST) if (section := make(d)))
    factors = " x ".join(d["columns"].get("configuration", [])) or "configuration"
    about = f"{d['data']}: {d['people']} people, {len(d['configurations'])} configurations of the mouse ({factors}), "
    about += f"{d['features']} measures, {d['rows']} rows"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>musculus: {TITLE}</title><style>{STYLE}{MORE}</style></head>\n<body><main>\n"
        f"<h1>{TITLE}</h1>\n<p class=quiet>{escape(about)}</p>\n{body}\n</main></body></html>\n"
    )
