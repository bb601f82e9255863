"""Simulated shops: what was planted carries over to another shop, and every page says that it is simulated."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from musculus.errors import DataError, UsageError
from musculus.evaluate import Report, compare
from musculus.events import Events
from musculus.tasks.purchase import simulated_visits


@pytest.fixture(scope="module")
def visits() -> Events:
    return simulated_visits(150, strength=2.0)


@pytest.fixture(scope="module")
def report(visits: Events) -> Report:
    return compare("purchase", visits, models=["logistic_regression"])


def test_a_purchase_is_foreseen_in_a_shop_that_was_never_seen(report: Report) -> None:
    first = report.models[0]
    assert report.findings.protocol.endswith("each of 3 sites tested by models of the others, people apart")
    assert first["auc"]["low"] > 0.6
    assert first["n"]["positive"] + first["n"]["negative"] == 150
    assert report.leaks == []
    assert first["null"]["f1_p"] < 0.01
    assert len(report.findings.notes) == 1  # that it is simulated, and nothing about chance


def test_segments_have_figures_and_models_of_their_own(report: Report) -> None:
    assert [g["group"] for g in report.models[0]["groups"]] == ["segment new", "segment returning"]
    alone = [m["name"] for m in report.models[1:]]
    assert alone == [f"logistic_regression, segment {s} alone" for s in ("new", "returning")]
    assert sum(m["n"]["positive"] for m in report.models[1:]) == report.models[0]["n"]["positive"]


def test_every_page_and_document_says_that_it_is_simulated(report: Report) -> None:
    assert "SIMULATED DATA" in report.findings.notes[0]
    assert "SIMULATED DATA" in report.to_html()
    assert "SIMULATED DATA" in str(report)
    assert "SIMULATED DATA" in report.to_dict()["notes"][0]


def test_where_nothing_was_planted_nothing_is_shown(visits: Events) -> None:
    nothing = simulated_visits(100, strength=0.0, seed=3)
    found = compare("purchase", nothing, models=["gaussian_nb"], segment="none")
    assert any("not shown to be above chance" in note for note in found.findings.notes)


def test_columns_beside_the_mouse_go_in_and_the_label_does_not(visits: Events) -> None:
    told = visits.context["purchase"].astype(float) + np.random.default_rng(0).normal(0, 0.2, 150)
    beside = pl.DataFrame({"recording": list(visits.recordings), "basket": told})
    found = compare("purchase", visits, models=["gaussian_nb"], join=beside, segment="none", select="holm")
    assert found.models[0]["auc"]["value"] > 0.9
    assert "basket" in found.findings.about
    assert "pages" in found.findings.about
    assert "purchase" not in found.findings.about


def test_without_sites_people_are_kept_apart(visits: Events) -> None:
    found = compare("purchase", visits, models=["gaussian_nb"], site="none", segment="none")
    assert found.findings.protocol.endswith("people apart, 5 folds")


def test_simulated_shops_are_seeded_and_say_what_they_are(visits: Events) -> None:
    again = simulated_visits(150, strength=2.0)
    assert again.t.tolist() == visits.t.tolist()
    assert visits.context["simulated"].all()
    assert len(set(visits.context["person"])) < 150
    with pytest.raises(UsageError):
        simulated_visits(0)
    with pytest.raises(DataError, match="many values; a purchase is made or not"):
        compare("purchase", visits, models=["gaussian_nb"], label="start_of_visit", join=pl.DataFrame(
            {"recording": list(visits.recordings), "start_of_visit": np.arange(150.0)}))  # fmt: skip
