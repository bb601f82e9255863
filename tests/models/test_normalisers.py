"""Normalisers take the mouse out and nothing in, say the same of a row alone and in a crowd, and are scikit-learn's."""

# ruff: noqa: N803, N806 - scikit-learn calls the table X

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import musculus.models.normalisers
from musculus.errors import DataError, UnknownName, UsageError
from musculus.models.normalisers import NORMALISERS, make_normaliser
from musculus.models.normalisers.cohort import CohortShift
from musculus.models.normalisers.dimensions import family, px_power
from musculus.models.normalisers.ties import dice, tied

ROWS = [n for n, e in NORMALISERS.items() if e.on == "rows"]
EVERY = pytest.mark.parametrize("name", ROWS)
OWN = ("session_z", "person_normal")  # measured by the rows of the same session or person that are given


@pytest.fixture(scope="module")
def crossed() -> dict[str, np.ndarray]:
    """24 people with 3 mice, 4 rows each: two speeds that a mouse multiplies, a count, an angle, some undefined."""
    rng = np.random.default_rng(0)
    person, mouse = np.repeat(np.arange(24), 12), np.tile(np.repeat(np.arange(3), 4), 24)
    gain = np.array([800.0, 1600.0, 3200.0])[mouse]
    speed = np.exp(rng.normal(size=24))[person] * gain * np.exp(rng.normal(0, 0.2, len(person)))
    X = np.column_stack([
        speed, speed * (1.5 + 0.2 * rng.normal(size=len(person)) ** 2),
        rng.poisson(3 + mouse), rng.normal(size=len(person)),
    ]).astype(float)  # fmt: skip
    X[rng.random(X.shape) < 0.02] = np.nan
    return {"X": X, "configuration": gain.astype(str), "person": person.astype(str), "gain": gain,
            "session": np.char.add(person.astype(str), gain.astype(str))}  # fmt: skip


NAMES = ("velocity_mean", "velocity_max", "flip_x_count", "angle_mean")


def about(crossed: dict[str, np.ndarray], rows: object = slice(None)) -> dict[str, np.ndarray]:
    return {k: v[rows] for k, v in crossed.items() if k != "X"}


def frame(X: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(X, schema=list(NAMES))


@parametrize_with_checks([make_normaliser(n) for n in ROWS])
def test_scikit_learn_finds_nothing_to_complain_about(estimator, check):
    check(estimator)


def test_the_table_names_every_file_and_says_what_each_does():
    folder = Path(musculus.models.normalisers.__file__).parent
    shared = {"__init__", "base", "ties", "dimensions", "bending", "scores", "quartiles"}
    assert {p.stem for p in folder.glob("*.py")} - shared == {e.maker.split(":")[0] for e in NORMALISERS.values()}
    for entry in NORMALISERS.values():
        module, _, maker = entry.maker.partition(":")
        assert getattr(import_module(f"musculus.models.normalisers.{module}"), maker).__doc__
        assert entry.about.endswith(".")
    with pytest.raises(UnknownName, match="did you mean 'cohort_shift'"):
        make_normaliser("cohort_shft")


@EVERY
def test_a_row_comes_out_the_same_alone_and_in_a_crowd(name, crossed):
    made = make_normaliser(name).fit(frame(crossed["X"]), **about(crossed))
    crowd = made.transform(frame(crossed["X"]), **about(crossed))
    for i in range(0, len(crowd), 41):
        alone = made.transform(frame(crossed["X"][i : i + 1]), **about(crossed, slice(i, i + 1)))
        np.testing.assert_allclose(alone[0], crowd[i], rtol=1e-9, equal_nan=True)


@EVERY
def test_nothing_is_learned_from_the_rows_to_be_transformed(name, crossed):
    seen = crossed["person"].astype(int) < 16
    made = make_normaliser(name).fit(frame(crossed["X"][seen]), **about(crossed, seen))
    others = np.flatnonzero(~seen)
    some = others[: len(others) // 2]
    whole = made.transform(frame(crossed["X"][others]), **about(crossed, others))[: len(some)]
    part = made.transform(frame(crossed["X"][some]), **about(crossed, some))
    np.testing.assert_allclose(part, whole, rtol=1e-9, equal_nan=True)


@EVERY
def test_names_of_columns_go_through_and_set_output_works(name, crossed):
    made = make_normaliser(name).set_output(transform="polars").fit(frame(crossed["X"]), **about(crossed))
    assert made.transform(frame(crossed["X"]), **about(crossed)).columns == list(NAMES)


@EVERY
def test_a_mouse_that_was_never_seen_is_no_error(name, crossed):
    made = make_normaliser(name).fit(frame(crossed["X"]), **about(crossed))
    found = made.transform(frame(np.array([[900.0, 1500.0, 3.0, 0.1]])), configuration=["9999"], gain=[9999.0],
                           person=["new"], session=["new"])  # fmt: skip
    assert np.isfinite(found).all()


@pytest.mark.parametrize("name", ["cohort_shift", "cohort_z", "cohort_quantile", "rank_gauss", "log_gain",
                                  "physical_cm", "dimensionless", "coral", "within_person"])  # fmt: skip
def test_what_a_mouse_multiplies_is_no_longer_read_by_a_forest(name, crossed):
    def leak(X):
        rows = np.nan_to_num(X[:, :2], nan=-9.0)
        kfold = sklearn.model_selection.GroupKFold(4)
        forest = RandomForestClassifier(25, min_samples_leaf=3, random_state=0)
        return cross_val_score(forest, rows, crossed["configuration"], groups=crossed["person"], cv=kfold).mean()

    X = crossed["X"].copy()
    if name == "coral":  # it is linear: what multiplies is first made a sum
        X[:, :2] = np.log(X[:, :2])
    found = make_normaliser(name).fit_transform(frame(X), **about(crossed))
    assert leak(X) > leak(np.asarray(found)) + 0.05
    assert leak(np.asarray(found)) < 0.46  # a third is chance


def test_shifting_tied_values_stamps_the_mouse_on_them_and_leaving_or_spreading_them_doesnt():
    rng = np.random.default_rng(1)
    mouse = np.repeat(np.arange(4), 150)
    rows = np.maximum(rng.normal(0.5 + 0.05 * mouse[:, None], 1.0, (600, 4)), 0.0)  # 0 in a third of the rows

    def leak(X):
        folds = sklearn.model_selection.KFold(4, shuffle=True, random_state=0)
        return cross_val_score(RandomForestClassifier(25, random_state=0), X, mouse, cv=folds).mean()

    raw = leak(rows)
    assert leak(CohortShift(ties="shift").fit_transform(rows, configuration=mouse)) > 0.75
    np.testing.assert_array_equal(CohortShift(ties="leave").fit_transform(rows, configuration=mouse), rows)
    assert leak(CohortShift().fit_transform(rows, configuration=mouse)) < raw + 0.05
    assert leak(make_normaliser("cohort_quantile").fit_transform(rows, configuration=mouse)) < raw + 0.05
    counts = rng.poisson(6 + 0.4 * mouse[:, None], (600, 4)).astype(float)
    spread = CohortShift(ties="spread").fit_transform(counts, configuration=mouse)
    assert leak(spread) < leak(counts) + 0.05


def test_ties_are_broken_by_the_row_itself():
    rows = np.random.default_rng(0).poisson(2, size=(4000, 3)) + np.random.default_rng(1).random((4000, 1)) * 1e-9
    drawn = dice(rows)
    assert 0 < drawn.min() < drawn.max() < 1
    np.testing.assert_allclose(np.quantile(drawn, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.02)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(3)).max() < 0.05
    np.testing.assert_array_equal(dice(rows[::-1])[::-1], drawn)
    crowd = np.concatenate([np.linspace(1, 50, 50), -np.linspace(1, 50, 50) * 1e-9])
    columns = np.column_stack([np.linspace(1, 2, 100), np.arange(100) // 2, crowd])
    assert tied(columns).tolist() == [False, True, True]


def test_quantiles_of_every_mouse_become_the_same_also_where_values_are_tied(crossed):
    found = make_normaliser("cohort_quantile").fit_transform(crossed["X"], **about(crossed))
    parts = [found[crossed["configuration"] == c] for c in np.unique(crossed["configuration"])]
    for j in (0, 2):
        a, b = (np.nanquantile(p[:, j], np.linspace(0.1, 0.9, 9)) for p in parts[::2])
        np.testing.assert_allclose(a, b, rtol=0.12, atol=0.7)


def test_a_persons_own_normal_makes_the_mouse_easier_to_read(crossed):
    speeds = np.log(np.where(np.isnan(crossed["X"][:, :1]), 1000.0, crossed["X"][:, :1]))
    own = make_normaliser("person_normal").fit_transform(speeds, person=crossed["person"])
    folds = sklearn.model_selection.GroupKFold(4)

    def leak(X):
        forest = RandomForestClassifier(25, min_samples_leaf=3, random_state=0)
        return cross_val_score(forest, X, crossed["configuration"], groups=crossed["person"], cv=folds).mean()

    assert leak(own) > leak(speeds) + 0.1


def test_metadata_goes_through_a_pipeline(crossed):
    with sklearn.config_context(enable_metadata_routing=True):
        shift = make_normaliser("cohort_shift").set_fit_request(configuration=True)
        pipe = make_pipeline(shift.set_transform_request(configuration=True), StandardScaler())
        found = pipe.fit_transform(crossed["X"], configuration=crossed["configuration"])
    medians = [np.nanmedian(found[crossed["configuration"] == c, 0]) for c in np.unique(crossed["configuration"])]
    np.testing.assert_allclose(medians, medians[0], atol=0.2)


def test_pixels_are_told_from_units_and_from_names():
    assert [px_power(n) for n in ("velocity_x_max", "pace_mean", "curvature_q95", "duration_sum", "deviation_std")] == [
        1, -1, -1, 0, 1,
    ]  # fmt: skip
    assert px_power("jerk_s_mean", "px/s³") == 1
    assert px_power("anything", "1") == 0
    assert family("velocity_angular_q5") == "velocity_angular"


def test_wrong_words_and_lengths_are_told(crossed):
    X = crossed["X"]
    with pytest.raises(UsageError, match="rank, leave, spread, shift"):
        CohortShift(ties="drop").fit(X)
    with pytest.raises(DataError, match="configuration: 3 values for 288 rows"):
        CohortShift().fit(X, configuration=["a", "b", "c"])
    with pytest.raises(DataError, match="gain"):
        make_normaliser("log_gain").fit(X, gain=np.zeros(len(X)))
    with pytest.raises(UsageError, match="cm or degrees"):
        make_normaliser("physical_cm", unit="miles").fit(X)
    with pytest.raises(UsageError, match="share"):
        make_normaliser("coral", shrink=2.0).fit(X)
    with pytest.raises(UsageError, match="above 0"):
        make_normaliser("common_rate", hz=0).fit(X)
