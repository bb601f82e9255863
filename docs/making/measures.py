"""Pages about measures, from the table of measures: the list, the gallery, and a page for each."""

from __future__ import annotations

import ast
import html
import inspect
import textwrap
from collections.abc import Iterator
from typing import Final

from making import markdown
from musculus.draw.measures import FIGURES, measure_svg
from musculus.measures import MEASURES, Measure
from musculus.measures.table import SUMMARY_NAMES

SLOW: Final = " It takes long, so it is computed only when it is named, or with <code>--slow</code>."
TIERS: Final = {"raw": "raw", "s": "rate-independent"}


def table() -> str:
    """All measures with category, unit, tier and first sentence; a field above it filters the rows."""
    rows = [
        [
            f'<a href="measures/{m.name}.html"><code>{m.name}{"_*" if m.summarise else ""}</code></a>',
            markdown.inline(m.doc), html.escape(m.unit), m.category, TIERS[m.tier],
        ]
        for m in MEASURES.values()
    ]  # fmt: skip
    field = (
        '<p class="filter" hidden><label>Show only rows with <input type="search" data-filter="measures"></label> '
        "<output></output></p>\n"
    )
    columns = sum(len(m.columns) for m in MEASURES.values())
    count = f"<p>{len(MEASURES)} measures, {columns} columns.</p>\n"
    head = ["measure", "what it is", "unit", "category", "tier"]
    return count + field + markdown.table(head, rows, "measures", stacked=True)


def gallery() -> str:
    """Every figure, each a link to its measure."""
    cards = [
        f'<li><a href="measures/{name}.html">{measure_svg(name)}</a></li>' for name in MEASURES if name in FIGURES
    ]
    return f'<ul class="gallery">\n{"".join(cards)}</ul>\n'


def pages() -> Iterator[tuple[str, str]]:
    """(name, HTML) of each measure's page."""
    for m in MEASURES.values():
        yield m.name, one(m)


def one(m: Measure) -> str:
    """What a measure is, a picture, its columns, how it is computed, what it keeps."""
    parts = [f'<div class="measure"><div>{markdown.docstring(m.explanation)}</div>']
    if m.name in FIGURES:
        parts.append(f"<figure>{measure_svg(m.name)}</figure>")
    parts.append("</div>\n<h2>Columns</h2>\n" + columns(m))
    parts.append(f"<h2>What changes it</h2>\n{markdown.table(['the recording is', 'its value'], laws(m))}")
    parts.append(f"<h2>How it is computed</h2>\n{markdown.code(source(m), 'python')}")
    parts.append(
        '<p>Written over many cuts at once; <code>path</code> is what measures share (<a href="../measures.html'
        f'#a-measure-of-your-own">a measure of your own</a>).{SLOW if m.slow else ""}</p>\n'
        + markdown.code(f"musculus measure INPUT --cut stroke --only {m.name} -o OUT", "sh")
    )
    return "".join(parts)


def columns(m: Measure) -> str:
    """Category and tier in a line, then the columns with their units."""
    head = f"<p>Category {m.category}, {TIERS[m.tier]} tier.</p>\n"
    if not m.summarise:
        rows = [[f"<code>{c}</code>", html.escape(u)] for c, u in zip(m.columns, m.units, strict=True)]
        return head + markdown.table(["column", "unit"], rows)
    units = dict(zip(m.columns, m.units, strict=True))
    names = ", ".join(f"<code>{m.name}_{s}</code>" for s in SUMMARY_NAMES)
    count = f" <code>{m.name}_count</code> is their number." if m.count else ""
    unit = html.escape(units[f"{m.name}_mean"])
    return f"{head}<p>A series in {unit}, summed up for each cut: {names} (the last two without unit).{count}</p>\n"


def laws(m: Measure) -> list[list[str]]:
    """What the measure declares of itself, and the tests hold: a change of the path, and what becomes of the value."""
    signs = {1: "the same", -1: "changes its sign", None: "another"}
    px, ms = m.powers_of(m.columns[0])
    found = [
        ("moved", "another" if m.moves else "the same"),
        ("turned", "another" if m.turns else "the same"),
        ("mirrored left to right", signs[m.mirror]),
        ("run backwards in time", signs[m.back]),
        ("k times as large", scaled(px)),
        ("k times as slow", scaled(ms)),
    ]
    return [list(row) for row in found]


def scaled(power: int | None) -> str:
    """A power of k in words; a threshold in px or ms leaves none."""
    if power is None:
        return "another: a threshold doesn't grow with it"
    if power == 0:
        return "the same"
    by = "k" if abs(power) == 1 else f"k{'²³⁴'[abs(power) - 2]}"
    return f"{'times' if power > 0 else 'over'} {by}"


def source(m: Measure) -> str:
    """The measure's own lines, without decorator and docstring; of one that only calls another, the other's."""
    closed = [cell.cell_contents for cell in m.function.__closure__ or ()]
    function = next(filter(inspect.isfunction, closed), m.function)
    text = textwrap.dedent(inspect.getsource(function))
    node = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef))
    lines = text.splitlines()
    body = node.body[1:] if ast.get_docstring(node) else node.body
    signature = lines[node.lineno - 1 : node.body[0].lineno - 1]
    return "\n".join([*signature, *lines[body[0].lineno - 1 : node.end_lineno]])
