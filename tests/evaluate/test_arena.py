"""The arena: figures from made strokes, controls that stay in their band, and planted leaks that make it fail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluate.arena_made import bots, people
from musculus.errors import DataError
from musculus.evaluate.arena.band import THEMSELVES
from musculus.evaluate.arena.families import FAMILY, MEMBERS, family
from musculus.evaluate.arena.fight import arena, held_out
from musculus.evaluate.arena.figures import dispersion
from musculus.evaluate.arena.page import arena_page
from musculus.evaluate.arena.rounds import rounds
from musculus.evaluate.arena.scorers import ModelScorer, named, shape_columns
from musculus.evaluate.arena.strokes import REPLAYED, UNSEEN, groups, joined, strokes_of, together
from musculus.events import Events
from musculus.read import read

FOREST = ModelScorer("forest", "random_forest", options={"n_estimators": 40, "n_jobs": 1})
HISTOGRAM = ModelScorer("histogram_nb", "histogram_nb")


@pytest.fixture(scope="module")
def fair() -> Events:
    return Events.concat([people(), bots()])


@pytest.fixture(scope="module")
def report(fair: Events) -> dict[str, Any]:
    return arena(fair, [FOREST, HISTOGRAM], unseen=people(n=6, strokes=40, first=50, seed=0), ks=(1, 2), folds=3)


def test_ruled_lines_are_found_and_both_controls_stay_in_their_band(report: dict[str, Any]) -> None:
    assert report["passed"]
    assert report["leaks"] == []
    assert {c["control"] for c in report["controls"]} == {UNSEEN, REPLAYED, THEMSELVES}
    assert all(r["auc"] > 0.95 for r in report["rows"] if r["scorer"] == "forest")


def test_there_is_a_row_for_each_scorer_generator_number_of_strokes_and_what_was_left_out(
    report: dict[str, Any],
) -> None:
    found = {(r["scorer"], r["generator"], r["family"], r["k"], r["left_out"]) for r in report["rows"]}
    made = {("pyautogui_linear", "straight"), ("minjerk", "motor")}
    forest = {("forest", g, f, k, by) for g, f in made for k in (1, 2) for by in ("family", "generator")}
    assert found == forest | {("histogram_nb", g, f, k, "all") for g, f in made for k in (1, 2)}
    assert {r["n"] for r in report["rows"] if r["k"] == 1} == {32}
    assert {r["n"] for r in report["rows"] if r["k"] == 2} == {16}


@pytest.mark.parametrize("unseen", [None, people(n=4, first=50)], ids=["of the arena", "others"])
def test_people_whose_strokes_were_not_put_through_the_renderer_make_the_run_fail(unseen: Events | None) -> None:
    raw = Events.concat([people(rendered=False), bots()])
    found = arena(raw, [HISTOGRAM], unseen=unseen, ks=(1,), left_out=("family",), folds=3)
    assert not found["passed"]
    assert "rendering" in {leak["kind"] for leak in found["leaks"]}
    seen = [leak["seen"].partition(":")[0] for leak in found["leaks"] if leak["kind"] == "rendering"]
    assert seen == ["samples between whole pixels", "intervals shorter than a frame"]


@pytest.mark.parametrize("where", ["controls", "arena"])
def test_people_of_another_set_in_the_controls_or_in_the_arena_make_the_run_fail(fair: Events, where: str) -> None:
    other = Events.concat([_slower(one, 1.8) for one in people(n=8, strokes=32, first=50, seed=3)])
    if where == "controls":
        found = arena(fair, [HISTOGRAM], unseen=other, ks=(1,), left_out=("family",), folds=3)
    else:
        found = arena(Events.concat([other, bots()]), [HISTOGRAM], unseen=people(), ks=(1,), folds=3)
    assert not found["passed"]
    assert "corpus" in {leak["kind"] for leak in found["leaks"]}


def _slower(one: Events, times: float) -> Events:
    about = {k: v[0] for k, v in one.context.items()}
    return Events.of(one.t * times, one.x, one.y, "move", recording=one.recordings[0], **about)


def test_people_who_are_in_the_arena_are_no_control(fair: Events) -> None:
    with pytest.raises(DataError, match="controls are unseen people"):
        arena(fair, [HISTOGRAM], unseen=people(n=2), ks=(1,))


def test_a_quarter_of_a_few_people_is_held_out_for_the_controls(fair: Events) -> None:
    kept, gone = held_out(fair)
    there, away = set(kept.context["person"]), set(gone.context["person"])
    assert len(away) == 3
    assert not there & away


@dataclass
class Spy:
    """A scorer that remembers what it was given: each row of features is the number of its recording."""

    name: str = "spy"
    strokes: int = 1
    one_class: bool = False

    def __post_init__(self) -> None:
        self.fits: list[tuple[set[int], set[int], set[int]]] = []

    def rows(self, events: Events) -> np.ndarray:
        return np.arange(len(events), dtype=np.float64)[:, None]

    def fit(self, people: np.ndarray, bots: np.ndarray) -> Any:
        learnt = set(people[:, 0].astype(int).tolist()), set(bots[:, 0].astype(int).tolist())

        def judge(rows: np.ndarray) -> np.ndarray:
            self.fits.append((*learnt, set(rows[:, 0].astype(int).tolist())))
            return rows[:, 0]

        return judge


def test_no_fit_judges_a_person_or_a_family_that_it_learnt_from(fair: Events) -> None:
    strokes, spy = together([strokes_of(fair)]), Spy()
    values = spy.rows(strokes.events)
    rounds(spy, strokes, values, (values[strokes.human], strokes.owner[strokes.human]), "family", folds=3)
    assert len(spy.fits) == 6
    for people_learnt, bots_learnt, judged in spy.fits:
        learnt = people_learnt | bots_learnt
        assert {strokes.owner[i] for i in people_learnt}.isdisjoint(strokes.owner[i] for i in judged)
        assert {strokes.family[i] for i in bots_learnt}.isdisjoint(strokes.family[i] for i in judged)
        assert not learnt & judged
    for unit in range(2):
        judged = [i for *_, rows in spy.fits[3 * unit : 3 * unit + 3] for i in rows]
        assert len(judged) == len(set(judged)), "a row is scored once a round"


def test_strokes_are_fused_only_within_a_sitting(fair: Events) -> None:
    strokes = strokes_of(fair)
    for group in groups(strokes, 4):
        assert len({strokes.sitting[i] for i in group}) == 1
    eight = joined(strokes, 8)
    assert len(eight) == len(strokes) // 8
    assert np.diff(eight.events.offsets).sum() == strokes.events.n_events


def test_accusations_of_one_person_are_told_from_accusations_of_anybody() -> None:
    assert dispersion([9, 0, 0, 0, 0, 0, 0, 0], [50] * 8)["p"] < 0.01
    assert dispersion([1, 2, 1, 1, 0, 2, 1, 1], [50] * 8)["p"] > 0.3
    assert dispersion([0, 0], [50, 50])["p"] is None


def test_the_report_is_one_page_that_asks_for_nothing_and_shows_the_hardest_strokes(report: dict[str, Any]) -> None:
    page = arena_page(report)
    assert not re.search(r"https?:|src=|url\(|@import|<link|<script", page)
    assert page.count("<svg") == sum(len(s["hardest"]) for s in report["scorers"]) > 0
    assert "minjerk" in page


def test_every_generator_has_one_family_and_an_unknown_one_its_own() -> None:
    assert len(FAMILY) == sum(map(len, MEMBERS.values())) == 38
    assert family("my own bot") == "my own bot"


def test_the_baselines_read_no_intervals_and_no_place() -> None:
    assert not [c for c in shape_columns() if c.startswith(("dt_", "clock", "event_rate", "direction_mean", "box_"))]
    with pytest.raises(KeyError, match="no scorer named 'lightgbn'"):
        named(["lightgbn"])


@pytest.mark.slow
def test_of_the_real_arena_the_generators_are_listed_and_the_histogram_passes_its_controls(data: Path) -> None:
    events = read(data / "arena" / "strokes60hz.parquet")
    there = set(events.context["person"].tolist())
    everybody = read(data / "pointclick" / "events.parquet")
    unseen = Events.concat([one for one in everybody if one.context["person"][0] not in there])
    found = arena(events, [HISTOGRAM], unseen=unseen, ks=(1,), left_out=("family",))
    assert found["passed"]
    assert {r["generator"] for r in found["rows"]} == set(FAMILY)
    assert all(c["n"] >= 200 for c in found["controls"])
    assert np.mean([r["tpr_at_fpr_0.01"] for r in found["rows"]]) > 0.5
