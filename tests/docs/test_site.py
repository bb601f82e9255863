"""The site as a reader gets it: everything documented, every link leads somewhere, nothing is asked from elsewhere."""

from __future__ import annotations

import argparse
import doctest
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from making import markdown, tables
from making.commands import help_of, split, subparsers
from making.figures import results
from making.measures import scaled, source
from making.site import DOCS, GENERATED, Page, build, filled, menu, texts

import musculus
from musculus.cli import COMMANDS
from musculus.cli.keys import ADMIN
from musculus.draw.measures import FIGURES
from musculus.events import SCHEMA
from musculus.measures import MEASURES
from musculus.models.table import MODELS
from musculus.read import READERS
from musculus.read.published import PUBLISHED
from musculus.serve.app import Application
from musculus.serve.sites import Settings
from musculus.store import open_store

ROOT = DOCS.parent
TEXTS = texts()


class Anchors(HTMLParser):
    """What a page links to, loads, and can be linked to by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag in ("link", "script", "img", "iframe", "source", "use"):
            self.loads += [v for k, v in attrs if k in ("href", "src", "srcset", "xlink:href") and v]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    build(out)
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Anchors]:
    return {str(f.relative_to(site)): Anchors(f.read_text()) for f in site.rglob("*.html")}


def words(site: Path, page: str) -> str:
    return (site / page).read_text()


def test_every_link_leads_to_a_page_and_to_a_place_on_it(site: Path, pages: dict[str, Anchors]) -> None:
    lost = []
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"https?://", link):
                continue
            target, _, anchor = link.partition("#")
            file = ((site / name).parent / target).resolve() if target else site / name
            there = file.relative_to(site.resolve()).as_posix() if target else name
            if there not in pages or (anchor and anchor not in pages[there].ids):
                lost.append(f"{name}: {link}")
    assert not lost


def test_no_page_loads_anything_from_elsewhere(site: Path, pages: dict[str, Anchors]) -> None:
    for name, page in pages.items():
        for load in page.loads:
            assert load.startswith("#") or ((site / name).parent / load).is_file(), f"{name} loads {load}"
        assert "@import" not in words(site, name)
    assert "url(" not in words(site, "static/site.css")
    for script in ("filter.js", "search.js"):
        assert not re.search(r"fetch|import|http", words(site, f"static/{script}")), script


def test_every_page_has_title_language_one_heading_and_no_id_twice(site: Path, pages: dict[str, Anchors]) -> None:
    for name, page in pages.items():
        tags = [tag for tag, _ in page.tags]
        assert tags.count("title") == tags.count("h1") == tags.count("main") == 1, name
        assert ("html", {"lang": "en"}) in page.tags, name
        assert len(page.ids) == len(set(page.ids)), name
        assert '<meta name="viewport"' in words(site, name), name
        assert "<!-- generated" not in words(site, name), name


def test_the_search_box_looks_through_every_section_of_every_page(site: Path, pages: dict[str, Anchors]) -> None:
    import json

    text = words(site, "static/sections.js")
    found = json.loads(text.removeprefix("window.sections = ").rstrip().removesuffix(";").replace("<\\/", "</"))
    assert {address.partition("#")[0] for address, *_ in found} == set(pages)
    for address, title, heading, said in found:
        page, _, anchor = address.partition("#")
        assert title
        assert not anchor or anchor in pages[page].ids
        assert heading or said
    assert len(text) < 1_500_000


def test_every_page_of_the_folder_is_in_the_menu() -> None:
    listed = [name for names in menu().values() for name in names]
    assert sorted(path.stem for path in TEXTS) == sorted(listed)


def test_every_measure_has_its_page_with_columns_formula_and_picture(site: Path) -> None:
    index = words(site, "measures.html")
    for m in MEASURES.values():
        page = words(site, f"measures/{m.name}.html")
        assert f'href="measures/{m.name}.html"' in index
        assert all(f"<code>{column}</code>" in page for column in m.columns), m.name
        assert markdown.docstring(m.explanation) in page, m.name
        assert "How it is computed" in page
        assert ("<figure>" in page) == (m.name in FIGURES), m.name


def test_the_lines_shown_of_a_measure_are_its_own_without_docstring() -> None:
    shown = source(MEASURES["straightness"])
    assert shown == "def straightness(path: Paths) -> Floats:\n    return ratio(path.displacement, path.length)"
    for m in MEASURES.values():
        assert "return" in source(m), m.name
        assert '"""' not in source(m), m.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_with_each_argument_and_an_example(name: str, site: Path) -> None:
    p = subparsers()[name]
    page = words(site, f"commands/{name}.html")
    assert f'href="commands/{name}.html"' in words(site, "commands.html")
    assert (p.description or "").strip()
    text, example = split(p.epilog or "")
    assert f"musculus {name}" in example, "the docstring of the command ends in `Example:` and a call"
    assert "Example" not in text
    for action in p._actions:
        if not isinstance(action, argparse._HelpAction):
            assert help_of(action).strip(), f"musculus {name}: {action.dest} has no help"
            assert markdown.inline(help_of(action)) in page
            assert all(option in page for option in action.option_strings)


def test_every_setting_of_a_site_is_on_the_server_page_with_its_name() -> None:
    page = (DOCS / "server.md").read_text() + (DOCS / "privacy.md").read_text()
    fields = [field.name for field in msgspec.structs.fields(Settings)]
    assert len(fields) >= 4
    assert [name for name in fields if f'"{name}":' not in page] == []


def test_every_attribute_of_the_script_tag_and_every_word_of_the_collector_is_documented() -> None:
    tag = (ROOT / "collector" / "tag.ts").read_text()
    attributes = sorted(set(re.findall(r"dataset\.(\w+)", tag)))
    assert attributes == ["consent", "endpoint", "key", "site"]
    story = (DOCS / "story-site.md").read_text()
    assert [name for name in attributes if f"| `data-{name}` |" not in story] == []
    everything = "\n".join(path.read_text() for path in TEXTS)
    verbs = re.findall(r"^  (\w+)\(", (ROOT / "collector" / "musculus.d.ts").read_text(), re.MULTILINE)
    assert {"consent", "forget", "mark", "token"} <= set(verbs)
    assert [verb for verb in verbs if f"musculus.{verb}" not in everything] == []


def test_every_variable_of_the_environment_that_is_read_is_documented() -> None:
    read = {name for path in (ROOT / "src").rglob("*.py") for name in re.findall(
        r"""environ(?:\.get\(|\[)["'](\w+)["']""", path.read_text()
    )} | {ADMIN}  # fmt: skip
    everything = "\n".join(path.read_text() for path in TEXTS)
    assert {"CHROMIUM", "MUSCULUS_DATA"} <= read
    assert sorted(name for name in read if name not in everything) == []


def calls() -> list[str]:
    """Every call of musculus in the shell blocks of the docs, of the README and of the commands' own examples."""
    texts = [path.read_text() for path in (*TEXTS, ROOT / "README.md")]
    blocks = [block for text in texts for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    blocks += [split(p.epilog or "")[1] for p in subparsers().values()]
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return sorted({line for line in lines if line.startswith("musculus ")})


@pytest.mark.parametrize("call", calls())
def test_a_call_that_the_docs_show_is_one_that_the_commands_take(call: str) -> None:
    from musculus.cli import parser

    args = parser().parse_args(shlex.split(call)[1:])
    assert callable(args.run)


@pytest.mark.parametrize("path", [p for p in TEXTS if ">>>" in p.read_text()], ids=lambda path: path.stem)
def test_the_examples_of_a_page_give_what_they_say(path: Path) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    blocks = "\n".join(re.findall(r"```pycon\n(.*?)```", path.read_text(), re.DOTALL))
    test = doctest.DocTestParser().get_doctest(blocks, {}, path.name, str(path), 0)
    runner = doctest.DocTestRunner(optionflags=options)
    runner.run(test)
    assert runner.failures == 0
    assert runner.tries > 0


def test_readers_models_data_sets_and_public_names_are_all_there(site: Path) -> None:
    for page, names in (("readers", READERS), ("python", musculus.__all__)):
        assert all(f'id="{name}"' in words(site, f"{page}.html") for name in names), page
    assert all(f"<code>{name}</code>" in words(site, "models.html") for name in MODELS)
    assert all(f'id="{name}"' in words(site, "data.html") for name in PUBLISHED)


def test_the_page_on_events_names_every_column(site: Path) -> None:
    page = words(site, "events.html")
    assert [name for name in SCHEMA if f"<code>{name}</code>" not in page] == []


def test_the_json_on_the_wire_page_is_a_batch() -> None:
    from musculus.wire import decode, decode_json, encode

    [document] = re.findall(r"```json\n(.*?)```", (DOCS / "wire.md").read_text(), re.DOTALL)
    batch = decode_json(document.encode())
    assert batch.n > 1
    assert decode(encode(batch)) == batch


def test_the_routes_on_the_server_page_are_those_of_the_server(tmp_path: Path) -> None:
    words = {"recording": "ID", "hook": "ID", "key": "NUMBER", "person": "PERSON"}
    store = open_store(f"sqlite:///{tmp_path}/empty.db")
    routes = {route.path for route in Application(store, "", "demo", loopback=True)._rest.routes}
    store.close()
    page = (DOCS / "server.md").read_text()
    for route in routes - {"/static/{name:str}"}:
        shown = re.sub(r"\{(\w+):str\}", lambda found: words[found[1]], route)
        shown = "/v1/panels/NAME" if shown.startswith("/v1/panels/") else shown
        assert re.search(rf"[` ]{re.escape(shown)}`", page), route


def test_a_comment_that_nothing_is_generated_for_is_an_error() -> None:
    assert filled("<!-- generated: kinds -->", "events") == GENERATED["kinds"]()
    with pytest.raises(ValueError, match=r"docs/events.md wants 'kindz'"):
        filled("<!-- generated: kindz -->", "events")


def test_a_page_without_measured_figures_says_so(tmp_path: Path) -> None:
    assert "Nothing has been measured" in results(tmp_path / "RESULTS.md")
    (tmp_path / "RESULTS.md").write_text("# Results\n\nOf here.\n\n## Speed\n\n| a | b |\n|:--|--:|\n| x | 1 |\n")
    assert '<h2 id="speed">Speed</h2>' in results(tmp_path / "RESULTS.md")


def test_text_from_docstrings_can_bring_no_markup() -> None:
    assert "<script>" not in markdown.docstring("A <script>alert(1)</script> in a docstring, 1 < 2.")
    assert "<b>" not in markdown.inline("<b>x</b>")


def test_powers_in_words() -> None:
    assert [scaled(p) for p in (0, 1, -1, 2, -3)] == ["the same", "times k", "over k", "times k²", "over k³"]
    assert "threshold" in scaled(None)


def test_links_between_texts_become_links_between_pages() -> None:
    text = markdown.page("# T\n\n[a](wire.md) [b](wire.md#the-frame) [c](https://doi.org/x.md)\n\n## The frame")
    assert 'href="wire.html"' in text.body
    assert 'href="wire.html#the-frame"' in text.body
    assert 'href="https://doi.org/x.md"' in text.body
    assert text.headings == (("the-frame", "The frame"),)


def test_a_page_without_a_title_is_named() -> None:
    with pytest.raises(ValueError, match=r"docs/x.md begins with 'Well', expected its title: # ..."):
        markdown.page("Well", "docs/x.md")


def test_a_page_below_finds_its_way_to_the_top() -> None:
    assert Page("measures/a.html", "a", "", (), "measures").root == "../"
    assert Page("index.html", "a", "", (), "index").root == ""


def test_a_long_signature_has_a_line_for_each_argument() -> None:
    shown = tables.signature("measure", musculus.measure)
    assert shown.startswith("musculus.measure(\n    events: Events,\n    cuts: str | Cuts = 'stroke',\n    *,\n")
