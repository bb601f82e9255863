import json
import zipfile

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from musculus.errors import BundleError, DataError, UsageError
from musculus.models import HistogramNB, ImputeScale, bundle, fit_model, make_model, row_scores, save
from musculus.models.calibration import logistic_calibration, share_calibration
from musculus.score import load
from musculus.score.manifest import Feature


@pytest.fixture
def people(rows, labels):
    return rows[labels == 1]


@pytest.fixture
def detector(people):
    return HistogramNB().fit(people)


def test_the_file_says_what_it_is_and_any_zip_program_opens_it(detector, people, tmp_path):
    path = tmp_path / "model.musculus"
    features = [Feature("mean_speed", "px/s"), *(f"feature_{j}" for j in range(1, 7))]
    save(
        detector, path, features=features, rows=people, thresholds=(-40.0, -30.0), family="winslow", task="bot",
        engine="7", metrics={"auc": 0.93}, data={"source": "pointclick", "people": 32}, licence="Apache-2.0",
    )  # fmt: skip
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        manifest = json.loads(file.read("manifest.json"))
        edges = np.lib.format.read_array(file.open("00_histogram_edges.npy"), allow_pickle=False)
    assert np.array_equal(edges, detector.edges_)
    assert manifest["features"][0]["unit"] == "px/s"
    np.testing.assert_allclose(manifest["features"][0]["quantiles"][3], np.nanmedian(people[:, 0]))
    assert manifest["data"]["people"] == 32
    assert len(manifest["data"]["rows_sha256"]) == 64
    assert 'Below -40 the verdict is "bot", from -30 "human", between them "unsure".' in manifest["card"]
    assert "- auc: 0.93" in manifest["card"]
    assert load(path, engine="7").manifest.task == "bot"
    with pytest.raises(BundleError, match="made for engine 7, here is 8"):
        load(path, engine="8")


def test_saving_leaves_nothing_behind_but_the_file(detector, people, tmp_path):
    path = tmp_path / "model.musculus"
    path.write_bytes(b"an older model")
    save(detector, path, features=list("abcdefg"), rows=people)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.musculus"]
    with pytest.raises(UsageError, match="can't be written"):
        save(detector, tmp_path / "no" / "such" / "folder", features=list("abcdefg"), rows=people)


def test_a_model_whose_file_would_score_differently_is_not_saved(detector, people, tmp_path, monkeypatch):
    def bent(model):
        (part,) = bundle_parts(model)
        return [part._replace(values={**part.values, "log_share": part.values["log_share"] + 1e-3})]

    bundle_parts = bundle.parts_of
    monkeypatch.setattr(bundle, "parts_of", bent)
    with pytest.raises(BundleError, match=r"not saved: row .* of the replay scores .*, the model says"):
        save(detector, tmp_path / "model.musculus", features=list("abcdefg"), rows=people)
    assert not list(tmp_path.iterdir())


def test_a_forest_without_filling_before_it_is_not_saved(rows, labels, tmp_path):
    forest = RandomForestClassifier(20, random_state=0).fit(rows, labels)  # splits on NaN by itself; its ONNX doesn't
    with pytest.raises(BundleError, match="not saved"):
        save(forest, tmp_path / "model.musculus", features=list("abcdefg"), rows=rows, labels=labels)


def test_a_model_that_cannot_read_nan_is_not_saved(rows, labels, tmp_path):
    model = LogisticRegression().fit(np.nan_to_num(rows) / 1e4, labels)
    with pytest.raises(BundleError, match="put ImputeScale before it"):
        save(model, tmp_path / "model.musculus", features=list("abcdefg"), rows=rows, labels=labels)


def test_a_family_that_cannot_be_served_says_so(rows, labels, tmp_path):
    for last in (GradientBoostingClassifier(n_estimators=5), SVC(kernel="poly")):
        model = make_pipeline(ImputeScale(), last).fit(rows, labels)
        with pytest.raises(BundleError, match="served"):
            save(model, tmp_path / "model.musculus", features=list("abcdefg"), rows=rows, labels=labels)


def test_a_selection_inside_the_model_is_served_with_it(rows, labels, tmp_path):
    model = make_pipeline(ImputeScale(), SelectKBest(k=2), LogisticRegression()).fit(rows, labels)
    scorer = save(model, tmp_path / "model.musculus", features=list("abcdefg"), rows=rows, labels=labels)
    np.testing.assert_allclose(scorer.score(rows), row_scores(model, rows))
    told = scorer.weights(rows[:5])
    assert (np.count_nonzero(told, axis=1) <= 2).all()


def test_labels_must_hold_the_target_as_the_second_of_two(rows, labels, tmp_path):
    model = fit_model(make_model("logistic_regression"), rows, labels)
    where = tmp_path / "model.musculus"
    with pytest.raises(UsageError, match="of two classes the second is the target"):
        save(model, where, features=list("abcdefg"), rows=rows, labels=labels, target=0)
    with pytest.raises(UsageError, match="no row has the label 5"):
        save(model, where, features=list("abcdefg"), rows=rows, labels=labels, target=5)
    with pytest.raises(UsageError, match="for 2 features"):
        save(model, where, features=["a", "b"], rows=rows)
    with pytest.raises(UsageError, match="the lower one comes first"):
        save(model, where, features=list("abcdefg"), rows=rows, labels=labels, thresholds=(1.0, 0.0))


def test_a_share_of_people_means_what_it_says(detector, people, tmp_path):
    scorer = save(detector, tmp_path / "model.musculus", features=list("abcdefg"), rows=people)
    shares = scorer.probability(people)
    assert np.median(shares) == pytest.approx(0.5, abs=0.02)
    assert (shares <= 0.1).mean() == pytest.approx(0.1, abs=0.02)
    assert scorer.manifest.calibration.meaning == "share of the target's training rows that score lower"


def test_a_logistic_calibration_comes_true_on_new_rows():
    rng = np.random.default_rng(0)
    labels = rng.random(20_000) < 0.3
    scores = 1000 + 50 * (labels + rng.normal(size=20_000))
    fitted = logistic_calibration(scores[:10_000], labels[:10_000])
    said = 1 / (1 + np.exp(-(fitted.slope * scores[10_000:] + fitted.offset)))
    for low in (0.1, 0.3, 0.6):
        mine = (said > low) & (said < low + 0.1)
        assert labels[10_000:][mine].mean() == pytest.approx(said[mine].mean(), abs=0.03)
    with pytest.raises(DataError, match="wrong way round"):
        logistic_calibration(-scores, labels)
    with pytest.raises(DataError, match="rows of the target and others"):
        logistic_calibration(scores, np.ones(20_000))
    assert len(share_calibration(scores).knots) == 101
