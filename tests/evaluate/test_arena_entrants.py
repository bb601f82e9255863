"""Who comes into the arena: other packages' programs, our own bots, whole recordings, scorers of any kind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluate.arena_made import bots, people
from musculus.bots import generate
from musculus.errors import DataError, UnknownName, UsageError
from musculus.evaluate.arena.band import chance
from musculus.evaluate.arena.controls import frame_intervals
from musculus.evaluate.arena.entrants import as_strokes, ends_of, entered, strokes_from
from musculus.evaluate.arena.external import adapters, external, home
from musculus.evaluate.arena.fight import arena
from musculus.evaluate.arena.own import own
from musculus.evaluate.arena.rendering import signs
from musculus.evaluate.arena.scorers import Known, ModelScorer, OnStrokes, named
from musculus.events import Events
from musculus.tasks.bot import labels

HISTOGRAM = ModelScorer("histogram_nb", "histogram_nb")
LINES = """
import json, sys
asked = json.load(sys.stdin)
line = [[[i * 4.0, a[0] + (b[0] - a[0]) * i / 99, a[1] + (b[1] - a[1]) * i / 99] for i in range(100)]
        for a, b in asked["ends"]]
print(json.dumps({"generator": "ruler", "version": "2.1", "family": "straight", "strokes": line}))
print(json.dumps({"generator": "absent", "missing": "pip install absent"}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two programs, one of which fails."""
    (tmp_path / "ruler.py").write_text(LINES)
    (tmp_path / "torn.py").write_text("print('[]')\nprint('{')\nraise SystemExit('no luck today')")
    return tmp_path


def test_programs_of_a_folder_answer_peoples_ends_with_strokes_and_say_what_is_missing(folder: Path) -> None:
    crowd = people(n=3)
    strokes, words = external(folder, crowd, n=20)
    assert strokes.context["generator"].tolist() == ["ruler@2.1"] * 20
    assert len(set(strokes.context["session"])) == 3
    assert strokes.context["stroke"].tolist()[:9] == [0, 1, 2, 3, 4, 5, 6, 7, 0]
    ends = ends_of(crowd, 20)
    assert strokes.x[strokes.offsets[:-1]] == pytest.approx(ends[:, 0, 0])
    assert words[0] == "absent: pip install absent"
    assert "printed no JSON object" in words[1]
    assert "not JSON" in words[2]
    assert words[3] == "torn.py: exit code 1: no luck today"


def test_what_they_draw_is_shown_to_the_peoples_page_and_fights_with_its_family(folder: Path) -> None:
    crowd = people()
    strokes, _ = external(folder, crowd, n=32)
    shown = entered(strokes, crowd)
    assert signs(shown)["between_pixels"] == signs(shown)["standing"] == 0
    assert np.isin(np.rint(frame_intervals(shown)), [16, 17]).mean() > 0.9  # all but the ends
    found = arena(Events.concat([crowd, bots(), shown]), [HISTOGRAM], unseen=people(n=4, first=50), ks=(1,), folds=2)
    [row] = [r for r in found["rows"] if r["generator"] == "ruler@2.1"]
    assert (row["family"], row["n"]) == ("straight", 32)
    assert row["auc"] > 0.9


def test_a_folder_without_programs_and_one_whose_programs_give_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no adapter"):
        adapters(tmp_path)
    (tmp_path / "a.py").write_text("raise SystemExit('broken')")
    with pytest.raises(DataError, match=r"gave a stroke \(a.py: exit code 1: broken\)"):
        external(tmp_path, people(n=2), n=8)


def test_the_projects_adapters_give_strokes_or_say_what_to_install() -> None:
    from musculus.evaluate.arena.external import ask

    ends = ends_of(people(n=2), 2)
    for program in adapters(home().resolve()):
        for answer in ask(program, ends, 0):
            assert ("strokes" in answer) != ("install" in str(answer.get("missing"))), answer


def test_a_path_that_stands_in_time_has_one_place_a_moment_and_one_without_time_is_refused() -> None:
    strokes = strokes_from("mine", [[[0, 1, 1], [0, 2, 2], [5, 3, 3]]])
    assert (strokes.t.tolist(), strokes.x.tolist()) == ([0, 5], [2, 3])
    with pytest.raises(DataError, match="stroke 0 of mine has fewer than two moments"):
        strokes_from("mine", [[[3, 1, 1], [3, 2, 2]]])


def test_sessions_of_our_bots_fight_as_they_are_generated() -> None:
    made = generate("minimum_jerk", 8, 0, sessions=4)
    cut = as_strokes(Events.concat([people(), made]))
    mine = np.flatnonzero(labels(cut))
    assert set(cut.context["generator"][mine]) == {"minimum_jerk"}
    assert set(cut.context["person"][mine]) == {"minimum_jerk"}
    assert 24 <= len(mine) <= 32
    assert len(set(cut.context["session"][mine])) == 4
    assert signs(Events.concat([cut[int(i)] for i in mine]))["within_a_frame"] < 0.05
    found = arena(Events.concat([people(), made]), [HISTOGRAM], unseen=people(n=4, first=50), ks=(1,), folds=2)
    assert [r["generator"] for r in found["rows"]] == ["minimum_jerk"]


def test_strokes_that_somebody_cut_are_taken_as_they_are() -> None:
    raw = people(n=2, rendered=False)
    assert as_strokes(raw) is raw


def test_our_generators_are_drawn_by_name_and_replays_want_people_who_are_not_in_the_arena() -> None:
    made = own(people(n=2), ["straight", "windmouse"], n=16)
    assert set(made.context["generator"]) == {"ours_straight", "ours_windmouse"}
    assert set(made.context["family"]) == {"straight", "wind"}
    again = own(people(n=2), ["replay_rotated"], n=8, corpus=people(n=2, first=70))
    assert set(again.context["family"]) == {"recorded"}
    with pytest.raises(DataError, match="replay_rotated repeats people"):
        own(people(n=2), ["replay_rotated"])
    with pytest.raises(UnknownName, match="windmouse"):
        own(people(n=2), ["windmose"])


def quickness() -> OnStrokes:
    """A scorer of strokes: who is quick is human."""

    def learn(crowd: Events, machines: Events) -> Any:
        assert not labels(crowd).any()
        return lambda e: -(e.t[e.offsets[1:] - 1] - e.t[e.offsets[:-1]])

    return OnStrokes("quickness", learn)


class Told(ModelScorer):
    """A model that wants to know whom it learns from, and takes the worst of several strokes."""

    def fit_known(self, people: np.ndarray, bots: np.ndarray, known: Known) -> Any:
        assert len(known.people) == len(people)
        assert set(known.families) <= {"straight", "motor"}
        assert set(known.generators) <= {"pyautogui_linear", "minjerk"}
        return self.fit(people, bots)

    def fuse(self, scores: np.ndarray) -> np.ndarray:
        assert scores.shape[1] == 2
        return np.asarray(scores.min(axis=1))


def test_any_scorer_may_fight_of_strokes_of_rows_told_whose_they_are_or_fusing_by_itself() -> None:
    mixed = Events.concat([people(), bots()])
    told = Told("told", "random_forest", options={"n_estimators": 10, "n_jobs": 1})
    found = arena(mixed, [quickness(), told], unseen=people(n=4, first=50), ks=(1, 2), folds=2, left_out=("family",))
    assert {s["scorer"] for s in found["scorers"]} == {"told", "quickness"} == {r["scorer"] for r in found["rows"]}
    assert all(r["auc"] is not None for r in found["rows"])


def test_a_scorer_is_found_by_where_python_imports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mine", type(sys)("mine"))
    sys.modules["mine"].quickness = quickness  # type: ignore[attr-defined]
    assert [s.name for s in named(["winslow", "mine:quickness"])] == ["winslow", "quickness"]
    with pytest.raises(UsageError, match="no scorer at 'mine:other'"):
        named(["mine:other"])


def test_chance_is_wider_where_people_differ() -> None:
    rng = np.random.default_rng(0)
    who = np.repeat(np.arange(30).astype(str), 50)
    same, own_way = rng.normal(size=1500), rng.normal(size=1500) + np.repeat(rng.normal(size=30), 50)
    (a, b), (c, d) = chance(same, who, 6) or (0, 0), chance(own_way, who, 6) or (0, 0)
    assert c < a < 0.5 < b < d
    assert chance(same[:100], who[:100], 2) is None
