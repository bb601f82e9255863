"""Tables of readers, models, data sets and public names, from the code that has them."""

from __future__ import annotations

import html
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import musculus
from making import markdown
from musculus.events import KINDS
from musculus.models.table import MODELS
from musculus.read import READERS, get_reader
from musculus.read.published import PUBLISHED


def code(words: Iterable[str]) -> str:
    """Words as code, with commas between."""
    return ", ".join(f"<code>{html.escape(word)}</code>" for word in words)


def readers() -> str:
    """Each reader: what it is recognised by, and what it settles."""
    parts = []
    for name in READERS:
        r = get_reader(name)
        text = inspect.getdoc(r.function) or ""
        by = f"Recognised by the columns {code(r.header)}" if r.header else "Recognised by its form"
        parts.append(
            f'<h2 id="{name}"><code>{name}</code></h2>\n{markdown.docstring(text)}'
            f"<p>{by}; files of the form {code(r.forms)}.</p>\n"
        )
    return "".join(parts)


def models() -> str:
    """Each model by name, and what it learns from."""
    rows = [
        [
            f"<code>{e.name}</code>",
            markdown.inline(e.about),
            "people only" if e.one_class else "people and bots, or several people",
            "numbers (npz)" if e.served == "npz" else "ONNX",
        ]
        for e in MODELS.values()
    ]
    return markdown.table(["name", "what it is", "learns from", "kept as"], rows)


def data_sets() -> str:
    """Each public data set: what it holds, its licence, how to cite and read it."""
    parts = []
    for s in PUBLISHED.values():
        terms = ("holds", "labels", "source", "licence", "cite")
        lines = "".join(f"<dt>{t.capitalize()}</dt><dd>{html.escape(getattr(s, t))}</dd>" for t in terms)
        link = f'<dt>Read</dt><dd>by the reader <a href="readers.html#{s.reader}"><code>{s.reader}</code></a></dd>'
        parts.append(f'<h2 id="{s.name}">{html.escape(s.title)}</h2>\n<dl>{lines}{link}</dl>\n')
    return "".join(parts)


def python() -> str:
    """The names of the package itself: signature and docstring."""
    parts = []
    for name in musculus.__all__:
        thing = getattr(musculus, name)
        call = markdown.code(signature(name, thing), "python") if inspect.isroutine(thing) else ""
        text = markdown.docstring(sections(inspect.getdoc(thing) or ""))
        parts.append(f'<h2 id="{name}"><code>{name}</code></h2>\n{call}{text}')
    return "".join(parts)


def signature(name: str, function: Callable[..., Any]) -> str:
    """How a function is called: in one line where that is short, else a line for each argument."""
    found = inspect.signature(function)
    written = [argument(p) for p in found.parameters.values()]
    first = next((i for i, p in enumerate(found.parameters.values()) if p.kind is p.KEYWORD_ONLY), None)
    if first is not None:
        written.insert(first, "*")
    given = found.return_annotation
    short = f"musculus.{name}({', '.join(written)}) -> {given}"
    return short if len(short) <= 88 else f"musculus.{name}(\n    " + ",\n    ".join(written) + f",\n) -> {given}"


def argument(p: inspect.Parameter) -> str:
    """`pause: float = 500.0`; annotations are strings already."""
    return f"{p.name}: {p.annotation}" + (f" = {p.default!r}" if p.default is not p.empty else "")


def sections(text: str) -> str:
    """The underlined headings of numpydoc as bold lines, and its `name : meaning` lines as a list."""
    lines = text.splitlines()
    out: list[str] = []
    inside = False
    for i, line in enumerate(lines):
        under = i + 1 < len(lines) and lines[i + 1] and set(lines[i + 1]) == {"-"}
        if under:
            inside = line.strip() in ("Attributes", "Parameters")
            out += [f"**{line}**", ""]
        elif line and set(line) == {"-"}:
            continue
        elif inside and " : " in line and not line.startswith(" "):
            name, _, meaning = line.partition(" : ")
            out.append(f"* `{name}`: {meaning}")
        else:
            out.append(f"  {line.strip()}" if inside and line.startswith(" ") else line)
    return "\n".join(out)


def kinds() -> str:
    """The words that the column `kind` may hold."""
    return f"<p>{code(KINDS)}</p>\n"
