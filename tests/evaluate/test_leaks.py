import csv
import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from musculus.errors import DataError
from musculus.evaluate import Split, audit, bootstrap, refuse
from musculus.evaluate.fitted_leaks import audit_model, audit_threshold
from musculus.evaluate.leak_checks import CHECKS
from musculus.evaluate.splits import between, holdout
from musculus.models import ImputeScale, make_model

PEOPLE, ROWS = 30, 8


class Study:
    """Thirty people, eight windows each, six features with tails and gaps, two labels; nothing leaks."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.person = np.repeat(rng.permutation([f"p{i:02}" for i in range(PEOPLE)]), ROWS)
        self.labels = np.repeat(rng.permutation(np.arange(PEOPLE) % 2), ROWS)
        self.table = np.exp(rng.normal(size=(PEOPLE * ROWS, 6)) + 0.3 * self.labels[:, None])
        self.table[rng.random(self.table.shape) < 0.05] = np.nan
        self.table[:, 5] = rng.integers(0, 30, len(self.table))  # a count, as features often are
        self.time = rng.random(len(self.table))
        start = np.tile(np.arange(ROWS) * 1000.0, PEOPLE)
        self.windows = (self.person, start, start + 1000.0)
        self.names = np.char.add("recording_", np.repeat(rng.permutation(PEOPLE), ROWS).astype(str))
        self.split = holdout("person", self.person, labels=self.labels, seed=seed)

    def audit(self, **changed):
        given = {"groups": {"person": self.person}, "windows": self.windows, "names": self.names, "time": self.time}
        table, labels, split = (changed.pop(n, getattr(self, n)) for n in ("table", "labels", "split"))
        return audit(table, split, labels, columns=[f"f{i}" for i in range(table.shape[1])], **{**given, **changed})


@pytest.fixture
def study() -> Study:
    return Study()


@pytest.mark.parametrize("seed", range(30))
def test_a_clean_study_raises_no_alarm(seed):
    found = Study(seed).audit()
    assert found.leaks == []
    assert set(found.checked) == set(CHECKS) - {"future_in_training"}


def kinds(found) -> set[str]:
    return {leak.kind for leak in found.leaks}


def test_a_row_split_of_people_is_caught(study):
    rows = np.random.default_rng(1).permutation(len(study.table))
    found = study.audit(split=Split.of(rows[:180], rows[180:], {}))
    assert kinds(found) == {"person_on_both_sides"}
    with pytest.raises(
        DataError, match=r"1 leak: person_on_both_sides: \d+ of them, the first is p\d\d; .*split by person"
    ):
        refuse(found.leaks)


def test_a_person_may_meet_where_the_protocol_is_within_subjects(study):
    rows = np.random.default_rng(1).permutation(len(study.table))
    found = study.audit(split=Split.of(rows[:180], rows[180:], {}), may_meet=["person"])
    assert kinds(found) == set()


def test_a_person_under_two_spellings_is_caught(study):
    person = study.person.astype(object).copy()
    trained = person[study.split.train[0]]
    person[study.split.test[:3]] = f" {trained.upper().replace('0', '00', 1)}"
    assert "person_spelled_twice" in kinds(study.audit(groups={"person": person}))


def test_a_copied_row_is_caught(study):
    table = study.table.copy()
    table[study.split.test[5]] = table[study.split.train[17]]
    assert kinds(study.audit(table=table)) == {"same_row"}


@pytest.mark.parametrize("noise", [1e-12, 1e-6, 1e-3])
def test_a_copied_row_with_noise_is_caught(study, noise):
    table = study.table.copy()
    rng = np.random.default_rng(2)
    for test, train in zip(study.split.test[:5], study.split.train[:5], strict=True):
        table[test] = table[train] * (1 + noise * rng.normal(size=6))
    assert kinds(study.audit(table=table)) == {"near_row"}


def test_coarse_rows_that_many_share_are_no_copies(study):
    table = study.table.copy()
    table[:, :] = np.random.default_rng(3).integers(0, 3, table.shape)
    assert not {"same_row", "near_row"} & kinds(study.audit(table=table))


def test_one_window_twice_is_caught(study):
    person, start, end = (part.copy() for part in study.windows)
    person[1], start[1], end[1] = person[0], start[0], end[0]
    assert kinds(study.audit(windows=(person, start, end))) == {"same_window"}


def test_windows_that_overlap_across_the_border_are_caught(study):
    start = np.tile(np.arange(ROWS) * 500.0, PEOPLE)
    one = np.flatnonzero(study.person == study.person[0])
    split = Split.of(one[:4], one[4:], {})
    overlapping = study.audit(windows=(study.person, start, start + 1000.0), split=split, groups={}, labels=None)
    assert kinds(overlapping) == {"overlapping_window"}
    assert "1 test windows" in overlapping.leaks[0].seen
    assert (
        kinds(study.audit(windows=(study.person, start, start + 500.0), split=split, groups={}, labels=None)) == set()
    )


def test_the_label_as_a_feature_is_caught(study):
    table = np.column_stack([study.table, np.where(study.labels == 1, 3.5, -2.0)])
    found = study.audit(table=table)
    assert kinds(found) == {"label_in_feature"}
    assert found.leaks[0].seen == "f6 has one value for each label"


def test_a_feature_that_is_never_wrong_is_caught(study):
    table = study.table.copy()
    table[:, 2] = np.random.default_rng(4).random(len(table)) + 2 * study.labels
    assert kinds(study.audit(table=table)) == {"too_good_feature"}


def test_missing_values_that_tell_the_label_are_caught(study):
    table = study.table.copy()
    table[:, 3] = np.where(study.labels == 1, np.nan, np.abs(np.nan_to_num(table[:, 3])))
    assert kinds(study.audit(table=table)) == {"missing_tells_label"}


def test_an_account_number_among_the_features_is_caught(study):
    number = {name: value for value, name in enumerate(np.random.default_rng(5).permutation(np.unique(study.person)))}
    table = np.column_stack([study.table, [number[name] for name in study.person]])
    assert kinds(study.audit(table=table)) == {"identity_in_feature"}


def test_a_row_number_among_the_features_is_caught(study):
    table = np.column_stack([study.table, 100.0 + np.cumsum(0.5 + study.time)])
    assert kinds(study.audit(table=table)) == {"order_in_feature"}


@pytest.mark.parametrize(
    ("pattern", "people"),
    [("sorted", 20), ("sorted", 2000), ("alternating", 20), ("alternating", 2000), ("blocks", 150), ("blocks", 2000)],
)
def test_an_order_of_people_that_tells_the_label_is_caught(pattern, people):
    place = np.arange(people)
    labels = {"sorted": place >= people // 2, "alternating": place % 2, "blocks": place // 5 % 2}[pattern].astype(int)
    rows = np.random.default_rng(6).normal(size=(people, 4))
    found = audit(rows, holdout("person", place, seed=1), labels, groups={"person": place})
    assert kinds(found) == {"order_predicts_label"}
    mixed = np.random.default_rng(7).permutation(people)
    found = audit(rows, holdout("person", place, seed=1), labels[mixed], groups={"person": place})
    assert kinds(found) == set()


def test_names_of_files_that_tell_the_label_are_caught(study):
    number = np.unique(study.person, return_inverse=True)[1]
    prefixed = np.where(
        study.labels == 1, np.char.add("human_", number.astype(str)), np.char.add("bot_", number.astype(str))
    )
    assert kinds(study.audit(names=prefixed)) == {"name_predicts_label"}
    _, first = np.unique(study.person, return_index=True)
    rank = np.argsort(np.argsort(study.labels[first], kind="stable"))  # numbered label by label
    numbered = np.char.add("session ", rank[number].astype(str))
    assert kinds(study.audit(names=numbered)) == {"name_predicts_label"}


@pytest.mark.parametrize("how", ["deviation", "quartiles", "extremes", "ranks"])
def test_a_table_scaled_before_it_was_split_is_caught(study, how):
    filled = np.exp(np.random.default_rng(8).normal(size=study.table.shape))
    low, middle, high = np.quantile(filled, [0.25, 0.5, 0.75], axis=0)
    scaled = {
        "deviation": (filled - filled.mean(axis=0)) / filled.std(axis=0),
        "quartiles": (filled - middle) / (high - low),
        "extremes": (filled - filled.min(axis=0)) / np.ptp(filled, axis=0),
        "ranks": filled.argsort(axis=0).argsort(axis=0) / (len(filled) - 1),
    }[how]
    assert kinds(study.audit(table=scaled)) == {"scaled_before_split"}
    train = study.split.train
    honest = (filled - filled[train].mean(axis=0)) / filled[train].std(axis=0)
    assert kinds(study.audit(table=honest)) == set()


@pytest.mark.parametrize("how", [np.nanmean, np.nanmedian])
def test_a_table_filled_before_it_was_split_is_caught(study, how):
    train = study.split.train
    gone = np.isnan(study.table)
    leaky = np.where(gone, how(study.table, axis=0), study.table)
    honest = np.where(gone, how(study.table[train], axis=0), study.table)
    assert "filled_before_split" in kinds(study.audit(table=leaky))
    assert "filled_before_split" not in kinds(study.audit(table=honest))


def test_a_future_that_trains_is_caught_where_the_protocol_says_past_first(study):
    assert kinds(study.audit(past_first=True)) == {"future_in_training"}
    time = np.zeros(len(study.table))
    time[study.split.test] = 1.0
    assert kinds(study.audit(past_first=True, time=time)) == set()


@pytest.mark.parametrize(
    "step", [StandardScaler(), ImputeScale(), SelectKBest(k=2)], ids=["scaler", "filling", "selection"]
)
def test_a_transform_fitted_on_test_rows_is_caught(study, step):
    rng = np.random.default_rng(9)
    noise = rng.normal(size=(len(study.table), 40))
    model = make_pipeline(step, LogisticRegression(max_iter=500))
    train = study.split.train
    assert audit_model(model.fit(noise[train], study.labels[train]), noise, study.labels, study.split) == []
    found = audit_model(model.fit(noise, study.labels), noise, study.labels, study.split)
    assert [leak.kind for leak in found] == ["transform_fitted_on_test"]
    assert "training and test rows together" in found[0].seen


def test_our_own_pipelines_fitted_on_training_rows_pass(study):
    train = study.split.train
    for name in ("logistic_regression", "random_forest"):
        model = make_model(name).fit(study.table[train], study.labels[train])
        assert audit_model(model, study.table, study.labels, study.split) == []


def test_a_threshold_chosen_on_the_test_is_caught():
    rng = np.random.default_rng(10)
    train, test = rng.normal(size=500), rng.normal(size=200)
    ordered = np.sort(test)
    assert audit_threshold(ordered[17], train, test)[0].kind == "threshold_from_test"
    assert audit_threshold((ordered[17] + ordered[18]) / 2, train, test)
    assert not audit_threshold(np.sort(train)[30], train, test)
    assert not audit_threshold(0.25, train, test)


def test_what_is_allowed_is_not_raised(study):
    table = study.table.copy()
    table[:, 2] = np.random.default_rng(4).random(len(table)) + 2 * study.labels
    refuse(study.audit(table=table).leaks, allowed=["too_good_feature"])


def test_large_tables_are_audited_in_seconds():
    rng = np.random.default_rng(11)
    person = rng.integers(0, 200, 30_000)
    rows = rng.normal(size=(30_000, 40))
    labels = rng.integers(0, 2, 200)[person]
    found = audit(rows, next(between("person", person)), labels, groups={"person": person})
    assert kinds(found) == set()


DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).parents[3] / "shared" / "data")) / "configuration-study"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the configuration study isn't at {DATA}")
def test_the_row_split_that_flatters_sex_on_the_configuration_study_is_caught():
    with (DATA / "points_aggregated_data.csv").open() as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    columns = [name for name in rows[0] if name not in ("respondent_id", "session_id", "task_id", "age", "sex")]
    table = np.array([[float(row[name] or "nan") for name in columns] for row in rows])
    table[np.isinf(table)] = np.nan
    person, sex = (np.array([row[name] for row in rows]) for name in ("respondent_id", "sex"))
    mixed = np.random.default_rng(0).permutation(len(rows))
    table, person, sex = table[mixed], person[mixed], sex[mixed]

    flattering = audit(
        table, Split.of(range(len(rows) // 2), range(len(rows) // 2, len(rows)), {}), sex, groups={"person": person}
    )
    assert "person_on_both_sides" in kinds(flattering)
    honest = audit(table, next(between("person", person)), sex, columns=columns, groups={"person": person})
    assert kinds(honest) == set(), honest.leaks


def test_a_figure_and_its_interval_come_from_the_rows_of_the_split(study):
    scores = np.nan_to_num(study.table[:, 0])
    test = study.split.test
    found = bootstrap("auc", study.labels[test], scores[test], study.person[test], times=200)
    assert 0.4 < found.value <= 1.0


def test_customers_15_and_105_are_two_people_and_p07_is_p7() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 3))
    split = Split.of([0, 1], [2, 3], {})
    told = audit(rows, split, groups={"person": ["customer_0015", "a", "customer_0105", "b"]}).leaks
    assert "person_spelled_twice" not in [leak.kind for leak in told]
    told = audit(rows, split, groups={"person": ["p07", "a", "P7", "b"]}).leaks
    assert "person_spelled_twice" in [leak.kind for leak in told]
