"""Pieces that sections of the study's page are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

TAGS: Final = {"changed": "changed", "changed, but little": "little", "the same": "same", "open": "open"}


def head(title: str, means: str, do: str) -> str:
    """A section's title, what it means in one sentence, and what to do in another."""
    return f'<h2>{escape(title)}</h2>\n<p class=means>{means}</p>\n<p class=do><b>What to do.</b> {do}</p>\n'


def table(
    top: Sequence[str],
    rows: Iterable[Sequence[Any]],
    right: Sequence[int] = (),
    red: Sequence[int] = (),
    told: bool = False,
) -> str:
    """A table; `right` are columns of numbers, `red` rows that warn; cells are HTML.

    A table of sentences (`told`) stands row below row on a phone, where one of numbers scrolls.
    """
    heads = "".join(f"<th{' class=n' if i in right else ''}>{h}</th>" for i, h in enumerate(top))
    lines = []
    for k, row in enumerate(rows):
        cells = "".join(f"<td{' class=n' if i in right else ''}>{c}</td>" for i, c in enumerate(row))
        lines.append(f"<tr{' class=red' if k in red else ''}>{cells}</tr>")
    body = "\n".join(lines)
    kind = " class=told" if told else ""
    inside = f"<thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody>"
    return f"<div class=wide tabindex=0><table{kind}>{inside}</table></div>"


def heat(top: Sequence[str], side: Sequence[str], cells: Sequence[Sequence[float | None]], corner: str = "") -> str:
    """A table of shares, each cell as strong as its number."""
    heads = "".join(f"<th>{escape(h)}</th>" if h else "<td></td>" for h in (corner, *top))
    rows = "\n".join(
        f"<tr><th>{escape(name)}</th>{''.join(_cell(v) for v in row)}</tr>"
        for name, row in zip(side, cells, strict=True)
    )
    inside = f"<thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody>"
    return f"<div class=wide tabindex=0><table class=heat>{inside}</table></div>"


def _cell(value: float | None) -> str:
    if value is None:
        return "<td>?</td>"
    strength = round(100 * min(max(value, 0.0), 1.0) * 0.45)
    return f'<td style="background:color-mix(in srgb, var(--a) {strength}%, transparent)">{value:.2f}</td>'


def figure(e: dict[str, Any] | None, digits: int = 2) -> str:
    """An estimate with its interval below it.

    >>> figure({"value": 0.57, "low": 0.5, "high": None})
    '0.57<br><small>0.50 to ?</small>'
    """
    if not e or e.get("value") is None:
        return "?"
    low, high = ("?" if e.get(k) is None else f"{e[k]:.{digits}f}" for k in ("low", "high"))
    return f"{e['value']:.{digits}f}<br><small>{low} to {high}</small>"


def p_value(p: float | None) -> str:
    """A p value in few characters.

    >>> p_value(0.00002), p_value(0.0312), p_value(None)
    ('&lt; .001', '0.031', '?')
    """
    return "?" if p is None else "&lt; .001" if p < 0.001 else f"{p:.3f}"


def plain(value: float | None, digits: int = 2) -> str:
    """A number, or a question mark."""
    return "?" if value is None else f"{value:.{digits}f}"


def tag(verdict: str) -> str:
    """The verdict on a measure as a small label."""
    return f'<span class="tag tag-{TAGS[verdict]}">{escape(verdict)}</span>'
