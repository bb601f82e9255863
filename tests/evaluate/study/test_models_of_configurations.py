"""What models make of configurations, on planted data: leakage, matrix, normalisers, segments, simulated mice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from devices.hands import hands as made_hands
from musculus.devices import record
from musculus.errors import DataError, UnknownName
from musculus.evaluate.study.asked import Question
from musculus.evaluate.study.deals import thinned, unit_parts
from musculus.evaluate.study.leakage import leakage
from musculus.evaluate.study.matrix import matrix
from musculus.evaluate.study.normalised import normalisers
from musculus.evaluate.study.segments import segments
from musculus.evaluate.study.simulated import _of_people, mice, simulate
from musculus.evaluate.study.table import StudyTable, study_table
from musculus.evaluate.study.ways import OUT, Verifier, _normalised, about, ways
from musculus.events import Events
from musculus.models.normalisers import NORMALISERS
from musculus.tasks.verify import trials


def planted(mouse: float, people: int = 12, tasks: int = 3, seed: int = 0, label: str = "") -> StudyTable:
    """People with habits in six speeds, each doing three tasks with three mice that multiply speeds by exp(mouse k)."""
    rng = np.random.default_rng(seed)
    who, dpi, task = (a.ravel() for a in np.meshgrid(np.arange(people), [0, 1, 2], np.arange(tasks), indexing="ij"))
    habit = rng.normal(0, 0.5, (people, 6))[who]
    pull = rng.normal(1, 0.7, 6)
    speeds = np.exp(habit + mouse * dpi[:, None] * pull + rng.normal(0, 0.25, (len(who), 6)))
    frame = pl.DataFrame({
        "person": [f"p{i}" for i in who], "dpi": np.array([800, 1600, 3200])[dpi], "task": [f"t{k}" for k in task],
        "kind": np.where(habit[:, 0] > 0, "a", "b"), **{f"velocity_{j}_mean": speeds[:, j] for j in range(6)},
    })  # fmt: skip
    return study_table(frame, "person", ["dpi"], "task", label)


@pytest.fixture(autouse=True)
def small_forests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is planted is found by a few trees, too."""
    for module in ("leakage", "normalised"):
        monkeypatch.setattr(f"musculus.evaluate.study.{module}.TREES", 15)
    monkeypatch.setattr("musculus.evaluate.study.leakage.PARTS", 4)
    monkeypatch.setattr("musculus.evaluate.study.leakage.DEALS", 1)


def test_a_mouse_that_multiplies_is_guessed_and_after_a_shift_no_more() -> None:
    found = leakage(planted(0.8)).to_dict()
    assert found["raw"]["value"] > 0.7
    assert found["untied_after_shift"]["high"] < found["raw"]["low"]
    assert found["null"]["high"] < 0.5
    assert np.allclose(np.sum(found["confusion"], axis=1), 1, atol=1e-3)
    assert (found["tied"], found["tied_after_shift"]) == (0, None)


def test_a_mouse_that_changes_the_spread_is_still_guessed_after_the_middle_alone_was_moved() -> None:
    rng = np.random.default_rng(4)
    n, mice = 24, 2
    who, dpi = (a.ravel() for a in np.meshgrid(np.arange(n * 4) // 4, np.arange(mice), indexing="ij"))
    values = rng.normal(0, 1, (len(who), 8)) * np.where(dpi[:, None] == 1, 3.0, 1.0) + dpi[:, None]
    frame = pl.DataFrame({"person": who.astype(str), "dpi": dpi, **{f"f{j}": values[:, j] for j in range(8)}})
    found = leakage(study_table(frame, configuration=["dpi"])).to_dict()
    assert found["untied_after_middle"]["low"] > 0.7
    assert found["untied_after_shift"]["high"] < found["untied_after_middle"]["low"]


def test_a_mouse_that_does_nothing_is_guessed_by_chance() -> None:
    found = leakage(planted(0.0)).to_dict()
    assert found["raw"]["low"] <= found["null"]["high"]


def test_what_a_mouse_costs_stands_in_the_matrix_and_a_normaliser_wins_it_back() -> None:
    table = planted(0.8)
    found = matrix(table).to_dict()
    assert found["within"]["value"] > found["cross"]["value"] + 0.2
    assert found["drop"] == pytest.approx(found["within"]["value"] - found["cross"]["value"], abs=1e-6)
    assert found["null"]["within"]["high"] < found["within"]["low"]
    assert len(found["cells"]) == 3
    assert all(c["n"] == 36 for row in found["cells"] for c in row)
    none, shift, gain, rate = normalisers(table, only=["cohort_shift", "log_gain", "common_rate"]).to_dict()
    assert none["name"] == "none"
    assert none["within"] == found["within"]
    assert shift["recovered"] > 0.6
    assert shift["holm"] < none["holm"]
    assert shift["leakage"]["value"] < none["leakage"]["value"]
    assert gain["recovered"] > 0.5
    assert rate["needs"].startswith("recordings")


def test_a_normaliser_that_shows_the_mouse_better_is_flagged() -> None:
    table = planted(0.25, people=16)
    found = {e["name"]: e for e in normalisers(table, only=["person_normal", "cohort_shift"]).to_dict()}
    assert found["person_normal"]["raises_leakage"]
    assert found["person_normal"]["within"] is None
    assert not found["cohort_shift"]["raises_leakage"]


def test_every_normaliser_gets_its_row() -> None:
    found = normalisers(planted(0.5, people=6, tasks=2)).to_dict()
    assert [e["name"] for e in found] == ["none", *NORMALISERS]


def test_labels_are_asked_of_people_never_seen() -> None:
    table = planted(0.3, people=20, label="kind")
    found = matrix(table).to_dict()
    assert (found["task"], found["score"], found["classes"]) == ("kind", "f1", 2)
    assert found["within"]["value"] > 0.6
    q = Question.of(table, 0)
    assert all(len({q.part[i] for i in np.flatnonzero(table.person == p)}) == 1 for p in table.people)


def test_a_task_is_on_one_side_for_all_configurations_of_a_person() -> None:
    table = planted(0.5)
    part, parts = unit_parts(table, 0)
    assert parts == 3
    for p in table.people:
        for t in set(table.task):
            assert len(set(part[(table.person == p) & (table.task == t)])) == 1


def test_of_many_rows_as_many_are_drawn_from_every_cell() -> None:
    table = planted(0.5, people=4, tasks=5)
    few = thinned(table, 24, 0)
    cells = list(zip(few.person.tolist(), few.configuration.tolist(), strict=True))
    assert {cells.count(c) for c in set(cells)} == {2}
    assert len(set(cells)) == 12
    assert thinned(table, 60, 0) is table


def test_one_row_a_cell_leaves_the_diagonal_empty_and_the_rest_asked() -> None:
    found = matrix(planted(0.3, tasks=1)).to_dict()
    assert found["within"] is None
    assert found["drop"] is None
    assert found["cells"][0][0] is None
    assert found["cross"]["low"] > found["chance"]
    with pytest.raises(DataError, match="one row with each configuration"):
        segments(planted(0.3, tasks=1))


def test_models_of_parts_stand_beside_the_model_of_all() -> None:
    found = segments(planted(0.8)).to_dict()
    by = {r["model"]: r["value"] for r in found["rows"]}
    assert set(by) >= {"per person", "per configuration", "pooled", "pooled, normalised"}
    assert by["pooled, normalised"] > by["pooled"] - 0.05
    assert min(by.values()) > found["chance"]


def test_three_people_are_too_few_to_leave_one_out() -> None:
    with pytest.raises(DataError, match="at least four people"):
        leakage(planted(0.5, people=3))


@pytest.fixture(scope="module")
def hands() -> Events:
    """Four people, two recordings of 40 reaches each: their own speed and curve, at 1000 Hz."""
    parts = []
    for p in range(4):
        for k in range(2):
            rng = np.random.default_rng(10 * p + k)
            t, x, y, kind, now, at = [], [], [], [], 0.0, np.array([400.0, 400.0])
            for _ in range(40):
                to, length = rng.uniform(100, 700, 2), int(300 + 120 * p + rng.normal(0, 30))
                s = np.linspace(0, 1, length // 4)
                ease = 10 * s**3 - 15 * s**4 + 6 * s**5
                bow = (0.05 + 0.08 * p) * np.sin(np.pi * s)[:, None] * (to - at)[::-1] * [1, -1]
                path = at + ease[:, None] * (to - at) + bow
                t += list(now + s * length)
                x += path[:, 0].tolist()
                y += path[:, 1].tolist()
                kind += ["move"] * len(s)
                t += [now + length + 30, now + length + 100]
                x, y, kind = x + [path[-1, 0]] * 2, y + [path[-1, 1]] * 2, [*kind, "down", "up"]
                now, at = now + length + 300, to
            parts.append(Events.of(t=t, x=x, y=y, kind=kind, person=f"p{p}", recording=f"p{p}-{k}"))
    return Events.concat(parts)


def test_nobody_is_known_who_never_enrolled_with_the_mice_a_verifier_learned_from(hands: Events) -> None:
    t = trials(hands, leave_out=OUT)
    t = replace(t, enrol=t.enrol & (t.person != 0))
    claims = Verifier.of({"it": t}, {"it": t.table.values}, ("it",), 0).claims(t, t.table.values)
    assert claims[t.claim == 0].max() < claims[t.genuine & (t.claim != 0)].min()


def test_what_a_verifier_loses_between_simulated_mice_is_told_with_what_wins_it_back(hands: Events) -> None:
    found = simulate(hands, {"polling": [60, 500]}).to_dict()
    by = {s["way"]: s for s in found["summary"]}
    assert set(by) >= {"raw", "rate-independent", "cohort_shift", "rank_gauss", "common_rate", "augmented"}
    assert "physical_cm" not in by  # the gain is the same with all
    assert by["raw"]["same"]["value"] > 0.8
    same, other = by["raw"]["same"]["value"], by["raw"]["other"]["value"]
    assert by["raw"]["lost"]["value"] == pytest.approx(same - other, abs=1e-5)
    assert by["rate-independent"]["other"]["value"] > 0.7
    assert len(found["rows"]) == 4 * len(by)
    assert all(s["same"]["low"] <= s["same"]["value"] <= s["same"]["high"] for s in by.values())


def test_a_mouse_needs_another_and_a_setting_a_name(hands: Events) -> None:
    with pytest.raises(DataError, match="at least two values"):
        simulate(hands, {"dpi": [800]})
    with pytest.raises(UnknownName, match="'poling'; did you mean 'polling'"):
        simulate(hands, {"poling": [60, 125]})


def test_where_the_hand_repeats_its_movement_distances_in_centimetres_are_the_same_with_any_dpi(hands: Events) -> None:
    made = mice({"dpi": [400, 1600]})
    told = {name: trials(record(hands, mouse, hand=800.0), leave_out=OUT) for name, mouse in made.items()}
    one, other = ({m: _of_people(t, np.arange(4) % 2 == h) for m, t in told.items()} for h in (0, 1))
    names = next(iter(told.values())).table.names
    column = names.index("displacement__median")
    raw = [np.median(t.table.values[:, column]) for t in told.values()]
    assert raw[1] / raw[0] == pytest.approx(4, rel=0.03)
    rows = _normalised(one, other, made, np.arange(len(names)), "physical_cm")
    slow, fast = (np.median(rows[m][:, column]) for m in one)
    assert fast / slow == pytest.approx(1, rel=0.03)


def test_the_ways_that_know_the_gain_are_asked_where_it_changes() -> None:
    changing, same = ways([400.0, 800.0]), ways([800.0, 800.0])
    assert set(changing) - set(same) == {
        "log_gain", "physical_cm", "rate-independent, log_gain", "rate-independent, physical_cm",
    }  # fmt: skip
    assert about("rate-independent, physical_cm").endswith("centimetres of the hand, from the declared DPI")


def test_hands_without_habits_are_nobodys_whatever_is_done_about_the_mouse() -> None:
    """Were verified people dealt to several normalisers, which one they went through would tell who they are."""
    alike = made_hands(16, strokes=12).with_context(person=[c for c in "abcdefgh" for _ in "12"])
    for way in simulate(alike, {"polling": [60, 1000]}).to_dict()["summary"]:
        assert way["same"]["low"] < 0.62, way
        assert way["other"]["low"] < 0.62, way


def test_people_without_habits_are_nobodys_after_any_normaliser() -> None:
    rng = np.random.default_rng(3)
    who, c, task = (a.ravel() for a in np.meshgrid(np.arange(20), np.arange(3), np.arange(4), indexing="ij"))
    values = np.exp(rng.normal(0, 1, (len(who), 30)) + 0.5 * c[:, None])
    values[:, 15:] = np.round(values[:, 15:])
    columns = {f"velocity_{j}_mean": values[:, j] for j in range(30)}
    frame = pl.DataFrame({"person": who.astype(str), "dpi": 400 * (c + 1), "task": task.astype(str), **columns})
    found = normalisers(study_table(frame, configuration=["dpi"], task="task")).to_dict()
    for entry in found:
        for key in ("within", "cross", "left_out"):
            assert entry[key] is None or entry[key]["low"] < 0.07, (entry["name"], key)  # chance is 0.05
