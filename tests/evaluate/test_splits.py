import numpy as np
import pytest

from musculus.errors import DataError, UsageError
from musculus.evaluate.splits import Split, between, by_time, holdout, leave_one_out, within

PERSON = np.repeat([f"p{i:02}" for i in range(12)], 10)
SESSION = np.tile(np.repeat(["a", "b", "c", "d", "e"], 2), 12)  # everybody has a session "a"


def test_a_split_with_a_person_on_both_sides_does_not_come_into_being():
    with pytest.raises(DataError, match="person on both sides of the split: p00"):
        Split.of(np.arange(5), np.arange(5, 20), {"person": PERSON})


def test_a_split_with_a_row_on_both_sides_or_an_empty_side_does_not_come_into_being():
    with pytest.raises(DataError, match="2 rows on both sides"):
        Split.of([0, 1, 2], [1, 2, 3], {})
    with pytest.raises(DataError, match="no row to test on"):
        Split.of([0, 1], [], {})
    with pytest.raises(DataError, match="twice on the train side"):
        Split.of([0, 0], [1], {})


def test_rows_without_a_person_cannot_be_kept_apart():
    with pytest.raises(DataError, match="row 3 has no person"):
        list(between("person", [*PERSON[:3], None], folds=2))


@pytest.mark.parametrize("labels", [None, np.repeat(np.arange(12) % 2, 10)])
def test_folds_between_people_test_everybody_once_and_mix_nobody(labels):
    splits = list(between("person", PERSON, folds=4, labels=labels))
    assert sorted(np.concatenate([s.test for s in splits])) == list(range(120))
    for s in splits:
        assert not set(PERSON[s.train]) & set(PERSON[s.test])
        assert len(s.train) + len(s.test) == 120
        if labels is not None:
            assert labels[s.test].mean() == pytest.approx(0.5, abs=0.35)


def test_the_same_seed_cuts_the_same_folds_and_another_one_others():
    one, two, three = ([tuple(s.test) for s in between("person", PERSON, folds=4, seed=seed)] for seed in (1, 1, 2))
    assert one == two != three


def test_more_folds_than_people_are_refused():
    with pytest.raises(UsageError, match="from 2 to 12"):
        next(between("person", PERSON, folds=13))


def test_one_left_out_at_a_time():
    splits = list(leave_one_out("site", np.array(["x", "y", "x", "z"])))
    assert [s.test.tolist() for s in splits] == [[0, 2], [1], [3]]
    assert splits[0].protocol == "site x left out"


def test_a_holdout_takes_its_share_of_people_of_each_kind():
    labels = np.repeat(np.arange(12) < 4, 10)
    s = holdout("person", PERSON, 0.25, labels=labels)
    assert len(set(PERSON[s.test])) == 3
    assert len(set(PERSON[s.test][labels[s.test]])) == 1


def test_the_past_trains_and_the_future_tests():
    time = np.arange(120.0)
    s = by_time(time, 0.25)
    assert time[s.train].max() < time[s.test].min()
    assert len(s.test) == 30


def test_sessions_that_straddle_the_border_are_on_neither_side():
    time, session = np.arange(20.0), np.repeat(np.arange(5), 4)
    s = by_time(time, 0.3, session=session)
    assert set(session[s.train]) == {0, 1, 2}
    assert set(session[s.test]) == {4}


def test_within_persons_over_time_everybody_is_tested_on_their_last_rows():
    time = np.tile(np.arange(10.0), 12)
    s = by_time(time, 0.2, person=PERSON)
    assert set(PERSON[s.test]) == set(PERSON) == set(PERSON[s.train])
    assert time[s.train].max() < time[s.test].min()


def test_within_subject_folds_share_people_but_no_session():
    splits = list(within(PERSON, SESSION, folds=5))
    assert sorted(np.concatenate([s.test for s in splits])) == list(range(120))
    for s in splits:
        assert set(PERSON[s.test]) == set(PERSON[s.train])
        both = {*zip(PERSON[s.train], SESSION[s.train], strict=True)} & {
            *zip(PERSON[s.test], SESSION[s.test], strict=True)
        }
        assert not both
    with pytest.raises(DataError, match="5 sessions, 6 folds"):
        list(within(PERSON, SESSION, folds=6))
