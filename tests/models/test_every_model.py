from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import musculus.models.families
from musculus.errors import DataError, MissingExtra, UnknownName
from musculus.evaluate import roc_auc
from musculus.models import MODELS, fit_model, make_model, row_scores, save
from musculus.models.families.svm import RbfOneClassSVM, RbfSVC
from musculus.models.table import SEQUENCES
from musculus.score import load

EVERY = pytest.mark.parametrize("name", MODELS)
ARTICLE = {
    "logistic_regression",
    "svm",
    "random_forest",
    "xgboost",
    "catboost",
    "mlp",
}  # the six of the study's authors
ONE_CLASS = {"winslow", "histogram_nb", "isolation_forest", "one_class_svm"}


@parametrize_with_checks([RbfSVC(), RbfSVC(max_rows=20), RbfOneClassSVM()])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


def test_the_table_names_every_file_of_families_and_every_maker_exists():
    folder = Path(musculus.models.families.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "pipeline"}
    assert files == {entry.maker.split(":")[0].removeprefix("families.") for entry in (MODELS | SEQUENCES).values()}
    for entry in (MODELS | SEQUENCES).values():
        module, _, function = entry.maker.partition(":")
        assert callable(getattr(import_module(f"musculus.models.{module}"), function))
        assert entry.about


def test_the_families_of_the_article_are_all_there_and_one_class_ones_beside_them():
    assert set(MODELS) >= ARTICLE | ONE_CLASS
    assert {name for name, entry in MODELS.items() if entry.one_class} >= ONE_CLASS


@EVERY
def test_a_row_scores_the_same_alone_and_in_a_crowd(model, rows):
    some = np.concatenate([rows[:40], np.full((1, 7), np.nan)])
    crowd = row_scores(model, some)
    alone = np.concatenate([row_scores(model, row[None]) for row in some])
    np.testing.assert_allclose(alone, crowd, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(row_scores(model, some[::-1])[::-1], crowd, rtol=1e-9, atol=1e-12)


@EVERY
def test_higher_is_more_the_target_and_better_than_chance(name, model, rows, labels):
    auc = roc_auc(labels, row_scores(model, rows))
    assert auc > (0.55 if MODELS[name].one_class else 0.85)


@EVERY
def test_the_file_scores_as_the_model_does_alone_and_in_a_crowd(name, model, rows, labels, features, tmp_path):
    save(model, tmp_path / "model.musculus", features=features, rows=rows, labels=labels, family=name)
    scorer = load(tmp_path / "model.musculus")
    found, wanted = scorer.score(rows), row_scores(model, rows)
    assert (np.abs(found - wanted) <= 1e-5 * np.maximum(1, np.abs(wanted))).all()
    alone = np.concatenate([scorer.score(row[None]) for row in rows[:50]])
    if name in ("svm", "one_class_svm"):  # many support vectors: products of whole tables, equal to rounding
        np.testing.assert_allclose(alone, found[:50], rtol=1e-9, atol=1e-9)
    else:
        assert np.array_equal(alone, found[:50])
    probability = scorer.probability(rows)
    assert 0 <= probability.min() <= probability.max() <= 1
    assert (np.diff(probability[np.argsort(found)]) >= -1e-12).all()
    holds = {Path(member).suffix for member in scorer.manifest.members}
    assert (".onnx" in holds) == (MODELS[name].served == "onnx")


@EVERY
def test_fitting_twice_gives_the_same_file_byte_for_byte(name, model, fresh, rows, labels, features, tmp_path):
    first, second = tmp_path / "a.musculus", tmp_path / "b.musculus"
    for path, one in ((first, model), (second, fit_model(fresh(name), rows, labels))):
        save(one, path, features=features, rows=rows, labels=labels)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("name", [name for name, entry in MODELS.items() if entry.served == "npz"] + ["random_forest"])
def test_reasons_point_at_the_feature_that_was_made_strange(name, model, rows, labels, features, tmp_path):
    scorer = save(model, tmp_path / "model.musculus", features=features, rows=rows, labels=labels)
    people = rows[labels == 1]
    ordinary = np.nanmedian(people, axis=0)
    weights = scorer.weights(ordinary[None])
    np.testing.assert_allclose(weights, 0.0, atol=3.0)
    strange = ordinary.copy()
    strange[1] = np.nanmax(rows[labels == 0, 1])  # as far on the others' side as they go
    weights = scorer.weights(strange[None])[0]
    assert weights[1] < 0
    assert weights.argmin() == 1
    worst = min(scorer.reasons(strange[None], 0), key=lambda reason: reason.weight)
    assert worst.name == "feature_1"
    assert worst.sentence.endswith("speaks against")


def test_three_classes_score_the_one_in_question(fresh, rows, labels, features, tmp_path):
    third = np.where(np.nan_to_num(rows[:, 3]) > np.nanmedian(rows[:, 3]), 2, labels)
    for name in ("logistic_regression", "gaussian_nb", "mlp", "random_forest", "lightgbm", "svm_linear"):
        model = fit_model(fresh(name), rows, third, target=2)
        scorer = save(model, tmp_path / f"{name}.musculus", features=features, rows=rows, labels=third, target=2)
        assert scorer.outputs(rows).shape == (500, 3)
        for target in (0, 1, 2):
            wanted = row_scores(model, rows, target=target)
            np.testing.assert_allclose(scorer.score(rows, str(target)), wanted, atol=1e-5)
        np.testing.assert_array_equal(scorer.score(rows), scorer.score(rows, "2"))
        with pytest.raises(UnknownName, match="no target of this model named '7'"):
            scorer.score(rows, "7")


def test_many_rows_turn_the_rbf_machine_to_random_fourier_features(rows, labels, features, tmp_path):
    model = fit_model(make_model("svm", max_rows=100), rows, labels)
    assert hasattr(model[-1].inner_, "steps")
    assert roc_auc(labels, row_scores(model, rows)) > 0.85
    scorer = save(model, tmp_path / "model.musculus", features=features, rows=rows, labels=labels)
    assert [step.kind for step in scorer.manifest.steps] == ["impute_scale", "linear", "cosine", "linear"]


def test_an_unknown_model_is_answered_with_the_nearest_one():
    with pytest.raises(UnknownName, match="did you mean 'catboost'"):
        make_model("cat_boost")


def test_a_library_that_is_not_there_is_named_with_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "catboost", None)
    with pytest.raises(
        MissingExtra, match=r"catboost needs catboost; install it with: pip install 'musculus\[learn\]'"
    ):
        make_model("catboost")


def test_one_kind_of_rows_is_enough_for_one_class_models_only(rows):
    fit_model(make_model("winslow"), rows, np.ones(500))
    with pytest.raises(DataError, match="take a one-class family"):
        fit_model(make_model("logistic_regression"), rows, np.ones(500))
    with pytest.raises(DataError, match="no row has the label 1"):
        fit_model(make_model("winslow"), rows, np.zeros(500))
