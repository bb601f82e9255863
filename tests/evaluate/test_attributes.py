"""Labels of people: what was planted is found, noise is said to be noise, and a leaky split is caught."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from musculus.errors import DataError, UnknownName, UsageError
from musculus.evaluate import compare, roc_auc
from musculus.evaluate.labelled import fit_selected
from musculus.evaluate.study.configured import configurations, estimated
from musculus.evaluate.training_labelled import train_labelled
from musculus.evaluate.tuning import tuned
from musculus.events import Events
from musculus.models.regression import REGRESSORS
from musculus.score import Scorer, load
from musculus.tasks import judge_of
from musculus.tasks.attribute import labelled


def table(strength: float, people: int = 40, rows: int = 6, seed: int = 0) -> pl.DataFrame:
    """People of two kinds, several rows each that share the person's own habits."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), rows)
    kind = rng.permutation(np.arange(people) % 2)[who]
    habit = rng.normal(size=(people, 8))[who]
    x = habit + rng.normal(0, 0.4, size=(len(who), 8))
    x[:, 0] += strength * kind
    age = 30 + 8 * habit[:, 1] + rng.normal(0, 1, len(who))
    return pl.DataFrame({
        "person": [f"p{i}" for i in who], "sex": np.where(kind == 1, "woman", "man"), "age": age.round(1),
        "dpi": rng.choice([1000, 2400], len(who)), "size": np.digitize(x[:, 2], [-0.5, 0.5]).astype(str),
        **{f"f{j}": x[:, j] for j in range(8)},
    })  # fmt: skip


def test_a_planted_difference_is_found_with_its_interval_and_its_null() -> None:
    found = compare("attribute", table(5.0), models=["logistic_regression"], label="sex", by="dpi")
    (one,) = found.models
    assert one["auc"]["low"] > 0.8
    assert one["f1"]["value"] > one["null"]["f1_95"]
    assert one["null"]["f1_p"] < 0.01
    assert (found.findings.notes, found.leaks) == ([], [])
    assert one["selected"][0]["name"] == "f0"
    assert [g["group"] for g in one["groups"]] == ["dpi 1000", "dpi 2400"]
    assert all(g["interval"][0] <= g["auc"] <= g["interval"][1] and 0 <= g["eer"] < 0.5 for g in one["groups"])
    of_number = compare("attribute", table(5.0), models=["ridge"], label="age", by="dpi").models[0]
    assert [g["n"] for g in of_number["groups"]] == [g["n"] for g in one["groups"]]
    assert "above chance" not in found.to_html()


def test_noise_is_said_not_to_be_shown_above_chance() -> None:
    quiet = [
        compare("attribute", table(0.0, seed=s), models=["logistic_regression"], label="sex").findings.notes
        for s in range(3)
    ]
    assert sum(bool(notes) for notes in quiet) >= 2
    assert "sex: not shown to be above chance" in next(notes[0] for notes in quiet if notes)


def test_rows_dealt_whoever_they_are_of_look_better_and_are_caught() -> None:
    data = table(0.0)
    honest = compare("attribute", data, models=["svm"], label="sex")
    leaky = compare("attribute", data, models=["svm"], label="sex", split="rows")
    assert leaky.models[0]["auc"]["value"] > honest.models[0]["auc"]["value"] + 0.2
    assert "person_on_both_sides" in [leak["kind"] for leak in leaky.leaks]
    assert "person on both sides" in leaky.to_html()


def test_a_number_is_predicted_with_its_error_beside_the_guess() -> None:
    data = labelled(table(0.0, people=60), "age")
    assert data.classes == ()
    found = compare("attribute", table(0.0, people=60), models=["logistic_regression", "svm"], label="age")
    (one,) = found.models  # svm predicts no number here
    assert one["error"]["value"] < 0.6 * one["guess"]
    assert one["correlation"]["low"] > 0.7
    assert "mean absolute error" in found.to_html()


def test_more_than_two_classes_are_pooled_each_against_the_rest() -> None:
    found = compare("attribute", table(0.0), models=["logistic_regression"], label="size")
    assert found.models[0]["auc"]["value"] > 0.8
    assert found.models[0]["n"] == {"positive": 240, "negative": 480}


@pytest.mark.parametrize("select", ["holm", "lasso"])
def test_selection_goes_into_each_fold_and_is_told(select: str) -> None:
    (one,) = compare("attribute", table(3.0), models=["logistic_regression"], label="sex", select=select).models
    assert one["name"] == f"logistic_regression + {select}"
    assert one["features"] <= 4
    assert (one["selected"][0]["name"], one["selected"][0]["folds"]) == ("f0", 5)


def test_selection_outside_the_fold_would_find_signal_in_noise_and_inside_it_does_not() -> None:
    rng = np.random.default_rng(0)
    noise = pl.DataFrame({
        "person": [f"p{i}" for i in range(60)], "sex": ["man", "woman"] * 30,
        **{f"f{j}": rng.normal(size=60) for j in range(200)},
    })  # fmt: skip
    (one,) = compare("attribute", noise, models=["gaussian_nb"], label="sex", select="anova").models
    assert one["auc"]["low"] < 0.5


def test_tuning_sees_training_rows_only_and_beats_a_bad_default() -> None:
    data = labelled(table(1.0), "sex")
    first = tuned("logistic_regression", data.values, data.label, data.person, 6)
    assert first == tuned("logistic_regression", data.values, data.label, data.person, 6)
    assert 1e-4 <= first["C"] <= 10
    assert tuned("isolation_forest", data.values, data.label, data.person, 6) == {}
    one = data.person == data.person[0]
    assert tuned("svm", data.values[one], data.label[one], data.person[one], 2) == {}


def test_events_give_their_own_features_and_join_brings_columns() -> None:
    rng = np.random.default_rng(0)
    visits = [
        Events.of(np.arange(40) * 16.0, rng.normal(0, 5, 40).cumsum(), rng.normal(0, 5, 40).cumsum(),
                  recording=str(i), person=f"p{i % 10}", bought=bool(i % 2))
        for i in range(20)
    ]  # fmt: skip
    beside = pl.DataFrame({"recording": [str(i) for i in range(20)], "pages": list(range(20)), "site": ["a", "b"] * 10})
    data = labelled(Events.concat(visits), "bought", join=beside)
    assert "pages" in data.names
    assert "site" in data.ids
    assert {"path_length__mean"} <= set(data.names)
    assert not {"event_rate", "bought", "strokes"} & set(data.names)
    whole = Events.concat(visits)
    again = labelled(estimated(whole, configurations(whole)), "bought", join=beside)
    assert again.names == data.names  # what events show of the mouse is beside them, and no feature
    at = {r: i for i, r in enumerate(data.ids["recording"].tolist())}
    assert [int(data.label[at[str(i)]]) for i in range(20)] == [i % 2 for i in range(20)]
    with pytest.raises(DataError, match="stands twice"):
        labelled(Events.concat(visits), "bought", join=pl.concat([beside, beside]))


def test_who_when_and_with_what_are_no_features_and_rows_are_dealt() -> None:
    data = labelled(table(0.0), "sex")
    assert data.names == tuple(f"f{j}" for j in range(8))
    assert data.person.tolist() != sorted(data.person.tolist())
    assert labelled(table(0.0), "sex", positive="man").classes == ("woman", "man")
    with pytest.raises(UsageError, match="label names a column"):
        labelled(table(0.0))
    with pytest.raises(UnknownName, match="did you mean 'sex'"):
        labelled(table(0.0), "sexx")
    with pytest.raises(UnknownName, match="'x'"):
        labelled(table(0.0), "sex", positive="x")
    with pytest.raises(DataError, match="nothing to tell"):
        labelled(table(0.0).filter(pl.col("sex") == "man"), "sex")
    with pytest.raises(UnknownName, match="split"):
        compare("attribute", table(0.0), models=["gaussian_nb"], label="sex", split="people")
    with pytest.raises(UnknownName, match="column"):
        compare("attribute", table(0.0), models=["gaussian_nb"], label="sex", by="mouse")


def test_sex_in_the_study_of_configurations_is_near_chance(data: Path) -> None:
    file = data / "configuration-study" / "prototype_aggregated_data.csv"
    if not file.exists():
        pytest.skip(f"no {file}")
    found = compare("attribute", file, models=["logistic_regression"])
    assert found.findings.protocol.startswith("sex by ")
    assert 0.4 < found.models[0]["f1"]["value"] < 0.66
    assert "Kuric" in found.cite


@pytest.mark.parametrize(("label", "select"), [("sex", ""), ("sex", "holm"), ("size", "")])
def test_a_model_of_labels_goes_into_a_file_and_scores_as_it_did(label: str, select: str, tmp_path: Path) -> None:
    data = labelled(table(5.0), label)
    written = train_labelled(data, tmp_path / "m.musculus", select=select)
    assert train_labelled(data, tmp_path / "again.musculus", select=select).sha256 == written.sha256
    scorer = load(tmp_path / "m.musculus")
    scores = scorer.score(data.values[:, scorer.align(data.names)])
    assert roc_auc(data.label == len(data.classes) - 1, scores) > 0.85
    assert scorer.manifest.metrics["auc"] > 0.75
    assert scorer.manifest.more["classes"] == list(data.classes)


@pytest.mark.parametrize("model", REGRESSORS)
def test_a_model_of_a_number_goes_into_a_file_and_says_the_number(model: str, tmp_path: Path) -> None:
    holed = pl.when(pl.col("f4") > 0.5).then(None).otherwise("f4").alias("f4")
    data = labelled(table(0.0, people=60).with_columns(holed), "age")
    assert np.isnan(data.values).any()
    written = train_labelled(data, tmp_path / "age.musculus", model=model)
    scorer = load(tmp_path / "age.musculus")
    fitted, _ = fit_selected(model, data.values, data.label, "", {})
    wanted = fitted.predict(data.values)
    assert (np.abs(scorer.score(data.values) - wanted) <= 1e-5 * np.abs(wanted)).all()
    told = scorer.manifest.metrics
    assert told["error"] < told["error_of_guessing_the_median"]
    assert "predicts age" in written.manifest.card
    assert judge_of("attribute")(table(0.0), scorer)[0].verdict == f"{scorer.score(_first(scorer))[0]:.4g}"


def _first(scorer: Scorer) -> np.ndarray:
    return table(0.0).select(scorer.features).head(1).to_numpy()


def test_models_that_cannot_learn_a_label_are_named_and_left_out() -> None:
    found = compare("attribute", table(0.0, people=60), models=["logistic_regression", "svm"], label="age")
    assert found.findings.notes[0] == "Left out, as they predict no number: svm."
    with pytest.raises(UsageError, match="svm can't learn age, as they predict no number; take one of ridge"):
        compare("attribute", table(0.0), models=["svm"], label="age")
    with pytest.raises(UsageError, match="attribute takes no 'labl'; it takes label, person"):
        compare("attribute", table(0.0), models=["svm"], labl="age")
