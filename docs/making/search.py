"""What the search box of the site looks through: every section of every page as words, in one script beside the pages.

A script and no JSON: a page that was opened from a disk may load the one and not the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Protocol

SILENT = ("svg", "style", "script")  # their text is no sentence of the page


class Shown(Protocol):
    """A page: where it lies, its title and its HTML."""

    @property
    def path(self) -> str:
        """Where it lies below the site's top."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def body(self) -> str:
        """Its HTML."""


class _Sections(HTMLParser):
    """Anchor, heading and text of each part of a page; the part before the first heading has neither."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: list[list[str]] = [["", "", ""]]
        self.silent = 0
        self.heading = False
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        anchor = dict(attrs).get("id")
        if tag in ("h2", "h3") and anchor:
            self.found.append([anchor, "", ""])
            self.heading = True

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT
        if tag in ("h2", "h3"):
            self.heading = False
        if tag in ("p", "li", "td", "th", "dt", "dd", "pre", "h2", "h3", "div"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found[-1][1 if self.heading else 2] += data


def sections(page: Shown) -> Iterator[tuple[str, str, str, str]]:
    """Address, title of the page, heading and text of each section of a page that has any words."""
    for anchor, heading, text in _Sections(page.body).found:
        words = re.sub(r"\s+", " ", text).strip()
        if words or heading:
            yield page.path + ("#" + anchor if anchor else ""), page.title, heading.strip(), words


def script(pages: Iterable[Shown]) -> str:
    """The script that holds them all, as a list for `search.js`."""
    found = [list(section) for page in pages for section in sections(page)]
    return f"window.sections = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n".replace("</", "<\\/")
