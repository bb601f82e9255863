"""A report as one page that asks for nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from html import escape
from typing import Any

from musculus.evaluate.page.sections import SECTIONS
from musculus.evaluate.page.style import STYLE

TASKS = {
    "bot": "Person or bot?",
    "verify": "Is it the person it claims to be?",
    "attribute": "What does movement tell of a person?",
    "purchase": "Will this visit end in a purchase?",
}


def page(report: dict[str, Any]) -> str:
    """The report's document (`Report.to_dict`) as HTML, the best model first."""
    report = {**report, "models": best_first(report["models"])}
    title = f"{report['task']} on {report['data']}"
    body = "\n".join(section for make in SECTIONS if (section := make(report)))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>musculus: {escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        f"<h1>{escape(TASKS.get(report['task'], report['task']))}</h1>\n"
        f'<p class="quiet">{escape(title)}</p>\n<p>{escape(report["protocol"])}.</p>\n{body}\n</main></body></html>\n'
    )


def best_first(models: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Models by their AUC; what stands beside one (its name, a comma, and how it differs) after all of them.

    >>> some = [{"name": n, "auc": {"value": v}} for n, v in (("a", 0.6), ("b", 0.7), ("a, x", 0.9))]
    >>> [m["name"] for m in best_first(some)]
    ['b', 'a', 'a, x']
    """
    names = {m["name"] for m in models}

    def place(m: dict[str, Any]) -> tuple[bool, float]:
        head, comma, _ = m["name"].partition(", ")
        beside = bool(comma) and head in names
        value = m["auc"]["value"]
        return beside, 0.0 if beside or value is None else -value

    return sorted(models, key=place)
