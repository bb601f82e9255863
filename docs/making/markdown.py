"""Markdown and docstrings to HTML: headings with anchors, highlighted code, links between pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

FORMATTER = HtmlFormatter(nowrap=True)


@dataclass(frozen=True)
class Text:
    """A Markdown file as HTML: its title (the first heading), its body without that, and its second-level headings."""

    title: str
    body: str
    headings: tuple[tuple[str, str], ...]


def code(source: str, language: str) -> str:
    """A block of code that can be scrolled, by keyboard too; a language nobody knows stays plain."""
    try:
        inner = highlight(source, get_lexer_by_name(language), FORMATTER)
    except ClassNotFound:
        inner = html.escape(source)
    return f'<pre tabindex="0"><code class="{html.escape(language or "text")}">{inner.rstrip()}</code></pre>\n'


@lru_cache(maxsize=2)
def _reader(raw: bool) -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": raw, "highlight": None}).enable("table")
    md.add_render_rule("fence", lambda self, tokens, i, options, env: code(tokens[i].content, tokens[i].info.strip()))
    md.add_render_rule("table_open", lambda *given: '<div class="wide" tabindex="0"><table>\n')
    md.add_render_rule("table_close", lambda *given: "</table></div>\n")
    return md


def page(text: str, where: str = "a page") -> Text:
    """A page's Markdown; raw HTML in it is kept, links to other pages' Markdown become links to their HTML."""
    md = _reader(True)
    tokens = md.parse(text)
    if not tokens or tokens[0].tag != "h1":
        raise ValueError(f"{where} begins with {text[:40]!r}, expected its title: # ...")
    title = _words(tokens[1])
    headings = []
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in ("h2", "h3"):
            anchor = slug(_words(tokens[i + 1]))
            token.attrSet("id", anchor)
            if token.tag == "h2":
                headings.append((anchor, _words(tokens[i + 1])))
        if token.type == "inline":
            for child in token.children or ():
                if child.type == "link_open":
                    _to_html(child)
    return Text(title, md.renderer.render(tokens[3:], md.options, {}), tuple(headings))


def _words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or ())


def _to_html(link: Token) -> None:
    target = str(link.attrs.get("href", ""))
    if "://" not in target:
        link.attrSet("href", re.sub(r"\.md(#|$)", r".html\1", target))


def slug(words: str) -> str:
    """What a heading is called in an address.

    >>> slug("The frame, byte by byte")
    'the-frame-byte-by-byte'
    """
    return re.sub(r"[^\w]+", "-", words.lower()).strip("-")


def docstring(text: str) -> str:
    """A docstring as HTML: paragraphs, lists, words in backticks, and examples as code."""
    parts = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.lstrip().startswith(">>>"):
            parts.append(code(re.sub(r" *# doctest: .*", "", paragraph), "pycon"))
        else:
            parts.append(_reader(False).render(paragraph))
    return "".join(parts)


def inline(text: str) -> str:
    """A sentence as HTML, its words in backticks as code."""
    return _reader(False).renderInline(text)


def table(head: list[str], rows: list[list[str]], name: str = "", stacked: bool = False) -> str:
    """Cells of HTML as a table that scrolls sideways where the screen is narrow, or there stacks the cells of a row."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    marks = f' id="{name}"' * bool(name) + ' class="stacked"' * stacked
    inside = f"<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    return f'<div class="wide" tabindex="0"><table{marks}>\n{inside}</table></div>\n'
