"""The site as a whole: which pages there are, in what order, and how one is written."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import musculus
from making import commands, drawn, figures, markdown, measures, search, tables

DOCS: Final = Path(__file__).resolve().parents[1]
# The menu: headings, and under each the Markdown files of docs/ by name; one that isn't here comes last.
ORDER: Final = {
    "Begin": ("index", "story-site", "story-research", "story-ux"),
    "See": ("dashboard", "maps", "gallery"),
    "What is what": ("recordings", "events", "measures", "measures-rate", "features", "models"),
    "Who or what was it": ("detector", "rules", "replay", "verification", "alarm"),
    "The mouse in the data": ("configuration", "normalisers", "devices"),
    "Bots and judges": ("arena", "bots", "peers"),
    "Run a server": ("server", "backend", "privacy", "deployment", "lake", "scale", "spark"),
    "Look up": ("commands", "python", "readers", "data", "wire"),
    "More": ("results", "contributing"),
}
GENERATED: Final[dict[str, Callable[[], str]]] = {
    "measures": measures.table,
    "figures of measures": measures.gallery,
    "commands": commands.table,
    "python": tables.python,
    "readers": tables.readers,
    "models": tables.models,
    "data sets": tables.data_sets,
    "kinds": tables.kinds,
    "results": figures.results,
    **drawn.GENERATED,
}


@dataclass(frozen=True)
class Page:
    """One page: where it lies, its title, its HTML, its headings, and the page of the menu that it belongs to."""

    path: str
    title: str
    body: str
    headings: tuple[tuple[str, str], ...]
    under: str

    @property
    def root(self) -> str:
        """The way from the page to the site's top: every link is relative, so the site works from a disk."""
        return "../" * self.path.count("/")


def build(out: Path, progress: Callable[[str], None] = lambda words: None) -> list[Page]:
    """Write the site to a folder, which is emptied first; the pages that were written."""
    templates = Environment(loader=FileSystemLoader(DOCS / "templates"), autoescape=True, undefined=StrictUndefined)
    template = templates.get_template("page.html")
    shown = [(head, [(name, _title(name)) for name in names]) for head, names in menu().items()]
    made = []
    for page in pages():
        progress(page.path)
        made.append((page, template.render(page=page, menu=shown, version=musculus.__version__)))
    shutil.rmtree(out, ignore_errors=True)  # not before everything is made: a fault leaves the old site as it was
    shutil.copytree(DOCS / "static", out / "static")
    (out / "static" / "sections.js").write_text(search.script(page for page, _ in made), encoding="utf-8")
    for page, text in made:
        file = out / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return [page for page, _ in made]


def menu() -> dict[str, list[str]]:
    """Heading -> names of its pages; all the Markdown files there are."""
    found = {head: list(names) for head, names in ORDER.items()}
    listed = {name for names in found.values() for name in names}
    found["More"] += [path.stem for path in texts() if path.stem not in listed]
    return found


def texts() -> list[Path]:
    """The Markdown files of docs/ that hold something."""
    return sorted(path for path in DOCS.glob("*.md") if path.stat().st_size)


def pages() -> Iterator[Page]:
    """Every page of the site."""
    for names in menu().values():
        for name in names:
            text = markdown.page((DOCS / f"{name}.md").read_text(encoding="utf-8"), f"docs/{name}.md")
            yield Page(f"{name}.html", text.title, filled(text.body, name), text.headings, name)
    for name, body in measures.pages():
        yield Page(f"measures/{name}.html", name, body, (), "measures")
    for name, body in commands.pages():
        yield Page(f"commands/{name}.html", f"musculus {name}", body, (), "commands")


def filled(body: str, name: str) -> str:
    """The page with what its comments `<!-- generated: readers -->` and `<!-- picture: visit, words -->` stand for."""

    def made(found: re.Match[str]) -> str:
        if found[1] not in GENERATED:
            raise ValueError(f"docs/{name}.md wants {found[1]!r}; what is generated: {', '.join(GENERATED)}")
        return GENERATED[found[1]]()

    body = re.sub(r"<!-- generated: (.+?) -->", made, body)
    return re.sub(r"<!-- picture: ([\w-]+), (.+?) -->", lambda found: picture(found[1], found[2], name), body)


def picture(which: str, words: str, name: str) -> str:
    """A screenshot of static/pictures, light or dark as the reader's system is; `words` for who doesn't see it."""
    folder = Path("static", "pictures")
    for scheme in ("light", "dark"):
        if not (DOCS / folder / f"{which}-{scheme}.png").is_file():
            raise ValueError(f"docs/{name}.md wants a picture {which!r}, and there is no {folder}/{which}-{scheme}.png")
    light, dark = (f"{folder.as_posix()}/{which}-{scheme}.png" for scheme in ("light", "dark"))
    return (
        f'<figure class="shot"><picture><source srcset="{dark}" media="(prefers-color-scheme: dark)">'
        f'<img src="{light}" alt="{html.escape(words)}" loading="lazy"></picture></figure>'
    )


def _title(name: str) -> str:
    first = (DOCS / f"{name}.md").read_text(encoding="utf-8").partition("\n")[0]
    return first.removeprefix("# ").replace("`", "").strip()
