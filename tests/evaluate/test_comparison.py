"""From recordings to a report in two calls; the page says what the document says, and asks for nothing."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from musculus.errors import UnknownName, UsageError
from musculus.evaluate import Report, compare, evaluate
from musculus.evaluate.page import page
from musculus.evaluate.verif_open import WORDS
from musculus.events import Events
from musculus.read import write


def visit(rng: np.random.Generator, name: str, speed: float, **context: object) -> Events:
    """Twenty moves that end in a click."""
    n = 32
    t = np.concatenate([k * 2000 + np.arange(n) * 16.0 for k in range(20)])
    x = np.concatenate([np.cumsum(rng.gamma(2.0, speed, n)) for _ in range(20)])
    kind = (["move"] * (n - 2) + ["down", "up"]) * 20
    return Events.of(t, x, rng.normal(0, 3, len(t)).cumsum(), kind, recording=name, **context)


@pytest.fixture(scope="module")
def people() -> Events:
    rng = np.random.default_rng(0)
    return Events.concat([
        visit(rng, f"{p}-{i}", 2.0 + p, person=f"p{p}") for p in range(4) for i in range(6)
    ])  # fmt: skip


@pytest.fixture(scope="module")
def report(people: Events) -> Report:
    return compare("verify", people, models=["gaussian_nb", "histogram_nb_mass"])


def test_the_document_has_the_form_of_the_contract(report: Report) -> None:
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert (told["task"], told["data"]) == ("verify", "data in memory")
    names = [m["name"] for m in told["models"]]
    assert names[:2] == ["gaussian_nb", "histogram_nb_mass"]
    assert names[2:] == [
        f"gaussian_nb, {WORDS}",
        "gaussian_nb, without measures of neighbouring samples, too",
        "gaussian_nb, with size, cadence and position",
    ]
    for m in told["models"]:
        assert {"features", "auc", "eer", "f1", "tpr_at_fpr", "null", "seconds", "left_out"} <= m.keys()
        assert {"value", "low", "high"} <= m["auc"].keys()
    assert told["models"][3]["features"] < told["models"][0]["features"] < told["models"][4]["features"]
    assert told["models"][0]["auc"]["value"] > 0.9
    assert "session_on_both_sides" not in [leak["kind"] for leak in told["leaks"]]
    assert {"on_both_sides", "same_row", "near_row"} <= set(told["checked"])


def test_groups_may_be_kept_and_then_nothing_stands_beside(people: Events) -> None:
    every = ("size", "cadence", "position")
    found = compare("verify", people, models=["gaussian_nb"], keep=every, beside=False)
    assert [m["left_out"] for m in found.models] == [[]]
    assert found.findings.protocol.endswith("left out: nothing")


def test_a_comparison_made_twice_says_the_same(people: Events, report: Report) -> None:
    again = compare("verify", people, models=["gaussian_nb", "histogram_nb_mass"])
    for one, other in zip(report.models, again.models, strict=True):
        assert {k: v for k, v in one.items() if k != "seconds"} == {k: v for k, v in other.items() if k != "seconds"}


def test_evaluate_measures_one_model_of_a_file_and_save_writes_both_forms(people: Events, tmp_path: Path) -> None:
    write(people, tmp_path / "people.parquet")
    found = evaluate("verify", tmp_path / "people.parquet", model="gaussian_nb", beside=False)
    assert [m["name"] for m in found.models] == ["gaussian_nb"]
    assert json.loads(found.save(tmp_path / "r.json").read_text()) == found.to_dict()
    assert found.save(tmp_path / "r.html").read_text() == found.to_html()
    assert "gaussian_nb" in str(found)
    for wrong in (tmp_path / "r.pdf", tmp_path / "nowhere" / "r.html"):
        with pytest.raises(UsageError):
            found.save(wrong)


def test_bots_are_found_and_the_audit_ran() -> None:
    rng = np.random.default_rng(1)
    people = [visit(rng, f"p{p}-{i}", 3.0 + p % 2, person=f"p{p}", generator="human") for p in range(8) for i in (0, 1)]
    bots = [visit(rng, f"bot-{i}", 40.0, person=None, generator=f"bot{i}") for i in range(3)]
    found = compare("bot", Events.concat([*people, *bots]), models=["winslow", "logistic_regression"])
    assert [m["auc"]["value"] > 0.9 for m in found.models] == [True, True]
    assert "on_both_sides" in found.findings.checked
    page = found.to_html()
    for words in ("By generator", "bot1", "at 1 % of people", "Most often taken for", "Do probabilities come true?"):
        assert words in page
    both = ["logistic_regression", "histogram_nb"]
    some = compare("bot", Events.concat([*people, *bots]), models=both, select="anova")
    assert [m["name"] for m in some.models] == ["logistic_regression + anova", "histogram_nb + anova"]


class Reader(HTMLParser):
    """Tags opened and not closed, and everything that names an address."""

    VOID = frozenset({"meta", "path", "circle", "polyline", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "action", "data", "srcset")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_for_nothing(report: Report) -> None:
    text = report.to_html()
    reader = Reader()
    reader.feed(text)
    assert (reader.open, reader.addresses) == ([], [])
    assert not reader.tags & {"script", "link", "img", "iframe", "object", "embed"}
    assert not re.search(r"url\(|@import|https?://", text)
    for words in ("DET", "By group", "How soon is it known?", "Could the test know too much?", "Models"):
        assert words in text
    for m in report.models:
        assert f"{m['auc']['value']:.3f}" in text


def test_whatever_stands_in_the_data_is_only_text_on_the_page(report: Report) -> None:
    told = report.to_dict() | {"data": "<script>alert(1)</script>", "notes": ["a < b & c"], "cite": "<b>"}
    told["leaks"] = [{"kind": "x", "seen": "<i>", "step": '"'}]
    told["models"] = [{**m, "name": "<u>"} for m in told["models"]]
    reader = Reader()
    reader.feed(page(told))
    assert not reader.tags & {"script", "u"}
    assert "&lt;script&gt;" in page(told)


def test_undefined_figures_are_question_marks(report: Report) -> None:
    nothing = {"value": None, "low": None, "high": None}
    told = report.to_dict()
    empty = {"auc": nothing, "eer": nothing, "curve": {"fpr": [], "tpr": []}, "null": {"auc_95": None}, "groups": []}
    told["models"] = [{**told["models"][0], **empty}]
    assert "<td class=n>?</td>" in page(told)


def test_wrong_names_are_told_before_anything_is_read() -> None:
    with pytest.raises(UnknownName, match="no task named 'verfy'; did you mean 'verify'"):
        compare("verfy", "nowhere")
    with pytest.raises(UnknownName, match="no model named 'svn'"):
        compare("verify", "nowhere", models=["svn"])
    with pytest.raises(UsageError, match="no model to measure"):
        compare("verify", "nowhere", models=[])
    with pytest.raises(UnknownName, match="task"):
        evaluate("x", "nowhere")


def test_the_page_begins_with_the_best_model_and_draws_no_more_lines_than_there_are_colours(report: Report) -> None:
    told = report.to_dict()
    many = [{**told["models"][0], "name": f"model {k}", "auc": {"value": v, "low": v, "high": v}}
            for k, v in enumerate((0.7, None, 0.9, 0.8, 0.6, 0.61, 0.62, 0.63))]  # fmt: skip
    drawn = page({**told, "models": many})
    rows = drawn[: drawn.index("<h2>Curves")]
    assert rows.index("model 2") < rows.index("model 3") < rows.index("model 0") < rows.index("model 1")
    curves = drawn[drawn.index("<h2>Curves") : drawn.index("<h2>By group")]
    assert curves.count('class="curve"') == 2 * 6
    assert "The 6 best of 8 are drawn" in curves
