"""The page of a study: asks for nothing, says of each section what it means and what to do, and warns in red."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evaluate.study.made import cells, table
from musculus.cli.answers import plain
from musculus.errors import UsageError
from musculus.evaluate.study import Study, study


def estimate(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.05, "high": value + 0.05}


MODELLED: dict[str, Any] = {
    "leakage": {
        "model": "random forest", "score": "accuracy", "people": 24, "rows": 192, "chance": 0.25,
        "raw": estimate(0.57), "null": {"mean": 0.25, "high": 0.31, "p": 0.001}, "untied_after_shift": estimate(0.3),
        "tied_after_shift": estimate(0.93), "untied_raw": estimate(0.54), "untied": 20, "tied": 10,
        "configurations": ["800", "1600"], "confusion": [[0.7, 0.3], [None, 0.6]],
    },
    "matrix": {
        "task": "person", "score": "accuracy", "classes": 24, "chance": 0.04, "configurations": ["800", "1600"],
        "cells": [[estimate(0.4), estimate(0.2)], [estimate(0.2), {"value": None}]], "within": estimate(0.4),
        "cross": estimate(0.2), "left_out": estimate(0.25), "more_data": None,
        "null": {"within": {"high": 0.08}, "cross": {"high": 0.08}, "left_out": None}, "drop": 0.2,
    },
    "normalisers": [
        {"name": "none", "about": "raw", "leakage": estimate(0.57), "raises_leakage": False, "within": estimate(0.4),
         "cross": estimate(0.2), "left_out": estimate(0.2), "recovered": None, "needs": "", "note": "", "holm": 30},
        {"name": "cohort_shift", "about": "subtract", "leakage": estimate(0.93), "raises_leakage": True,
         "within": estimate(0.4), "cross": estimate(0.3), "left_out": estimate(0.2), "recovered": 0.5, "needs": "",
         "note": "", "holm": 0},
        {"name": "log_gain", "about": "regression", "leakage": None, "raises_leakage": False,
         "needs": "a column <dpi>"},
    ],
    "segments": {"task": "person", "score": "accuracy", "chance": 0.04,
                 "rows": [{"model": "pooled", "about": "everybody", "n": 192, **estimate(0.3)}]},
    "simulated": {"settings": {"dpi": [400.0, 1600.0]}, "task": "verify", "score": "auc", "rows": [],
                  "summary": [{"way": "raw", "same": estimate(0.9), "other": estimate(0.8), "lost": estimate(0.1)}]},
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Study:
    frame = table(cells(mouse=0.4)).rename({"f0": "<speed> & co"})
    return study(frame, configuration=["dpi"], task="task", quick=True, name="made <up>")


def test_the_page_asks_for_nothing_and_says_names_as_they_are(found: Study) -> None:
    html = found.to_html()
    assert not re.search(r"(src|href)=|url\(|@import|<script", html)
    assert "made &lt;up&gt;" in html
    assert "<speed>" not in html
    assert "&lt;speed&gt; &amp; co" in html


def test_every_section_says_what_it_means_and_what_to_do(found: Study) -> None:
    html = Study(found.document | MODELLED).to_html()
    sections = re.split(r"<h2>", html)[1:]
    for section in sections:
        title = section.partition("<")[0]
        if title in ("Words", "How to cite the data"):
            continue
        means = re.search(r"<p class=means>(.+?)</p>", section)
        assert means, title
        assert means[1].rstrip().endswith("."), title
        assert "What to do." in section, title
    assert len(sections) >= 9


def test_a_normaliser_that_raises_leakage_is_red_and_named_at_the_top(found: Study) -> None:
    html = Study(found.document | MODELLED).to_html()
    red = re.findall(r"<tr class=red>.*?</tr>", html, re.DOTALL)
    assert len(red) == 1
    assert "cohort_shift" in red[0]
    assert "Raises leakage." in red[0]
    assert "Made worse by: cohort_shift" in html
    assert "Not run, needs a column &lt;dpi&gt;." in html


def test_every_measure_has_its_dot_and_the_counts_stand_beside_the_picture(found: Study) -> None:
    html = found.to_html()
    assert html.count("<circle") == found.document["features"] == 30
    for verdict, number in found.document["verdicts"].items():
        assert re.search(rf">{re.escape(verdict)}</span> {number}<", html), verdict
    assert "n = 24 people, 30 measures" in html


def test_a_section_the_data_cannot_give_says_why(found: Study) -> None:
    html = Study(found.document | {"matrix": {"error": "one row for each person & mouse"}}).to_html()
    assert "Not with these data: one row for each person &amp; mouse" in html


def test_the_document_is_json_whatever_is_missing(tmp_path: Path) -> None:
    frame = table(cells(5, 3, 4)).with_columns(f1=pl.when(pl.col("dpi") == 800).then(None).otherwise(pl.col("f1")))
    made = study(frame, configuration=["dpi"], task="task", quick=True)
    assert made.document["measures"][1]["test"] == "wilcoxon"  # of the two mice that have it
    assert made.document["measures"][1]["icc"] is None
    assert plain(made.document) == made.document
    written = json.loads(made.save(tmp_path / "r.json").read_text())
    assert written["significant"] == made.document["significant"]
    assert made.save(tmp_path / "r.html").read_text() == made.to_html()
    with pytest.raises(UsageError, match=r"\.html or \.json"):
        made.save(tmp_path / "r.pdf")
    with pytest.raises(UsageError, match="there is no folder"):
        made.save(tmp_path / "none" / "r.html")


def test_a_normaliser_that_wins_back_no_more_than_chance_is_not_named_for_it(found: Study) -> None:
    none, shift, _ = MODELLED["normalisers"]
    said = {0.2: "wins back most: 50%", -0.1: "beyond chance over people (the best, cohort_shift: 50%)"}
    for low, words in said.items():
        interval = {"low": low, "high": 0.8}
        after = {**shift, "raises_leakage": False, "recovered_interval": interval}
        html = Study(found.document | MODELLED | {"normalisers": [none, after]}).to_html()
        assert words in html
        assert f"<br><small>{interval['low']:.0%} to 80%</small>" in html


def test_figures_with_whole_tasks_apart_stand_below_those_with_them(found: Study) -> None:
    apart = {"apart": {"cross": estimate(0.18), "left_out": None}, "apart_null": {"cross": {"high": 0.07}}}
    html = Study(found.document | MODELLED | {"matrix": MODELLED["matrix"] | apart}).to_html()
    row = re.search(r"<tr><td>another configuration; the task asked about never learned.*?</tr>", html, re.DOTALL)
    assert row is not None
    assert "0.180" in row[0]
    assert "0.070" in row[0]
