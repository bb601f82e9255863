"""The audits of a study: what is wrong with its design, and what with its features, each planted and found."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl

from devices.hands import hands
from evaluate.study.made import cells, table
from musculus.devices import Mouse, record
from musculus.evaluate.study import study
from musculus.evaluate.study.artefacts import artefacts
from musculus.evaluate.study.cleaning import tie_share
from musculus.evaluate.study.design import design
from musculus.evaluate.study.table import StudyTable, study_table
from musculus.features import features


def concerns(frame: pl.DataFrame, *configuration: str, task: str = "task") -> dict[str, str]:
    """Kind of concern -> what was seen."""
    found = design(study_table(frame, configuration=configuration or ("dpi",), task=task))
    out: dict[str, str] = {}
    for c in found["concerns"]:
        out[c["kind"]] = f"{out.get(c['kind'], '')} {c['seen']}".strip()
    return out


def kinds(made: StudyTable) -> dict[str, set[str]]:
    """Kind of flag -> names of features."""
    out: dict[str, set[str]] = defaultdict(set)
    for flag in artefacts(made):
        out[flag.kind].add(flag.name)
    return out


GOOD = table(cells(8, 3, 2)).with_columns(mouse_model=pl.lit("one"))


def test_a_crossed_balanced_design_of_one_mouse_raises_no_concern() -> None:
    assert concerns(GOOD) == {}


def test_a_model_that_goes_with_the_dpi_is_a_confound() -> None:
    frame = GOOD.with_columns(mouse_model=pl.col("dpi").replace_strict({800: "a", 1600: "b", 2400: "c"}))
    assert "dpi decides mouse_model" in concerns(frame)["confounded"]
    assert "mouse_model" in concerns(GOOD.drop("mouse_model"))["not told"]


def test_two_columns_that_change_together_only_are_confounded_and_half_crossed_ones_partly() -> None:
    together = GOOD.with_columns(sens=pl.col("dpi") / 100)
    assert "dpi decides sens" in concerns(together, "dpi", "sens")["confounded"]
    slow = GOOD.filter(pl.col("dpi") == 800).with_columns(sens=pl.lit(9))
    frame = pl.concat([GOOD.with_columns(sens=pl.lit(5)), slow])
    assert "800, 1600, 2400 at sens 5" in concerns(frame, "dpi", "sens")["partly crossed"]


def test_missing_cells_few_people_and_unequal_numbers_are_told() -> None:
    less = GOOD.filter(~((pl.col("person") == "p03") & (pl.col("dpi") == 800)))
    found = design(study_table(less, configuration=["dpi"], task="task"))
    assert found["missing"] == [["p03", "800"]]
    assert not found["crossed"]
    assert "1 cell is empty, of 1 of 8 people" in concerns(less)["missing cells"]
    assert "4 people" in concerns(GOOD.filter(pl.col("person") < "p04"))["few people"]
    again = [GOOD.filter(pl.col("dpi") == 800).with_columns(f0=pl.col("f0") + k) for k in (1, 2)]
    more = pl.concat([GOOD, *again])
    assert "16 rows with 1600, 48 with 800" in concerns(more)["unbalanced"]


def test_people_with_one_mouse_each_are_no_study_of_mice() -> None:
    apart = GOOD.filter(pl.col("dpi") == 800 * (1 + pl.col("person").str.slice(1).cast(pl.Int64) % 3))
    assert concerns(apart)["not crossed"] == "everybody had one configuration only"
    found = study(apart, configuration=["dpi"], task="task", quick=True).to_dict()
    assert found["significant"]["p05"] == 0
    assert any("Nobody had two configurations" in note for note in found["notes"])


def test_one_order_for_everybody_is_a_concern_and_a_dealt_one_is_not() -> None:
    number = pl.col("person").str.slice(1).cast(pl.Int64) * 10
    assert "800 came early" in concerns(GOOD.with_columns(session_id=number + pl.col("dpi") // 800))["order"]
    places = np.array([[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 3, 2], [2, 1, 3], [3, 2, 1]])
    rows = [(p, places[int(p[1:]) % 6][d // 800 - 1]) for p, d in GOOD.select("person", "dpi").rows()]
    dealt = GOOD.with_columns(session_id=pl.Series([int(p[1:]) * 10 + int(k) for p, k in rows]))
    assert "order" not in concerns(dealt.filter(pl.col("person") < "p06"))


def test_a_mouse_used_in_several_sessions_has_the_mean_of_their_places() -> None:
    between = pl.col("dpi").replace_strict({800: 2, 1600: 1, 2400: 3})
    frame = GOOD.with_columns(session_id=pl.col("person").str.slice(1).cast(pl.Int64) * 10 + between)
    found = design(study_table(frame.with_columns(kind=pl.col("dpi") == 800), configuration=["kind"], task="task"))
    assert found["order"]["mean_place"] == {"False": 2.0, "True": 2.0}


def test_tasks_that_met_one_mouse_each_or_not_all_mice_are_told() -> None:
    apart = table(cells(8, 3, 2), rows=1).with_columns(task=pl.col("dpi").cast(pl.String), mouse_model=pl.lit("one"))
    assert "one configuration only" in concerns(apart)["task"]
    less = GOOD.filter(~((pl.col("person") == "p03") & (pl.col("dpi") == 800) & (pl.col("task") == "t1")))
    assert concerns(less)["incomplete tasks"].startswith("1 of 16")


def planted() -> StudyTable:
    """Features each with one artefact, and one with none."""
    rng = np.random.default_rng(0)
    frame = table(cells(20, 3, 1), rows=4)
    n = len(frame)
    spread, speed, time = rng.gamma(5, 1, n), rng.gamma(9, 0.1, n), rng.uniform(4000, 9000, n)
    turn = rng.uniform(-2, 2, n)
    turn[: n // 4] += np.pi * np.sign(turn[: n // 4])
    made = {
        "jerk_std": spread, "jerk_mean_weighted": spread * rng.normal(0, 1e-18, n),
        "heading_max": turn, "heading_mean": rng.normal(0, 0.3, n), "angle_max": rng.uniform(-3, 3, n),
        "velocity_mean_weighted": speed * time / (time + 400), "distance_sum": speed * time, "duration_sum": time,
        "deviation_mean": rng.gamma(5, 20, n), "clicks": rng.integers(3, 9, n).astype(float),
        "still": np.where(np.arange(n) < 3, 1.0, 0.0), "twice": spread,
    }  # fmt: skip
    return study_table(frame.with_columns(**made), configuration=["dpi"], task="task")


def test_each_artefact_that_was_planted_is_flagged_and_nothing_else() -> None:
    assert kinds(planted()) == {
        "telescoping": {"jerk_mean_weighted"}, "unwrapped": {"heading_max", "heading_mean"},
        "first_interval": {"velocity_mean_weighted", "jerk_mean_weighted"}, "whole_row": {"deviation_mean"},
        "tied": {"clicks"}, "constant": {"still"}, "duplicated": {"twice"},
    }  # fmt: skip


def test_a_weighted_mean_speed_that_is_distance_over_time_is_right() -> None:
    made = planted()
    at = {n: i for i, n in enumerate(made.names)}
    values = made.values.copy()
    values[:, at["velocity_mean_weighted"]] = values[:, at["distance_sum"]] / values[:, at["duration_sum"]]
    right = StudyTable(**{**made.__dict__, "values": values})
    assert "first_interval" not in kinds(right)


def test_the_projects_own_features_have_none_of_these_artefacts() -> None:
    events = record(hands(4), Mouse(polling_hz=125)).with_context(person=list("aabb"), dpi=[1, 2, 1, 2])
    own = features(events, only=["velocity", "acceleration", "curvature", "curvature_angle", "angular_velocity"])
    made = study_table(own.to_polars(), configuration=["dpi"], measured=own.names, about=own.about)
    assert not {"telescoping", "unwrapped", "first_interval"} & set(kinds(made))
    from_a_file = study_table(own.to_polars(), configuration=["dpi"])
    assert not {"telescoping", "unwrapped", "first_interval"} & set(kinds(from_a_file))


def test_values_that_rows_share_are_ties_and_missing_ones_are_not() -> None:
    values = np.array([[1.0, np.nan], [1.0, np.nan], [2.0, 5.0], [3.0, 6.0]])
    assert tie_share(values).tolist() == [0.5, 0.0]
