"""Claims and who enrols, and figures where the answer is known: people who differ, and people who don't."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.errors import DataError
from musculus.evaluate.verification import verify
from musculus.events import Events
from musculus.features import features
from musculus.tasks.cadence import left_out, thinned
from musculus.tasks.verify import against_others, fuse, trials


def session(rng: np.random.Generator, name: str, person: str, speed: float, **more: object) -> Events:
    """Twelve moves that end in a click, each 40 samples long."""
    n = 42
    t = np.concatenate([k * 2000 + np.arange(n) * 16.0 for k in range(12)])
    x = np.concatenate([np.cumsum(rng.gamma(2.0, speed, n)) for _ in range(12)])
    kind = (["move"] * (n - 2) + ["down", "up"]) * 12
    return Events.of(t, x, rng.normal(0, 3, len(t)).cumsum(), kind, recording=name, person=person, **more)


def people(difference: float, seed: int = 0) -> Events:
    rng = np.random.default_rng(seed)
    return Events.concat([
        session(rng, f"{p}{i}", f"person{p}", 4.0 * (1 + difference * p)) for p in range(3) for i in range(10)
    ])  # fmt: skip


def test_where_the_data_do_not_say_the_first_recordings_enrol_and_each_later_one_claims_to_be_everyone() -> None:
    t = trials(people(0.5))
    assert len(t.claim) == 3 * 3 * 3
    assert t.genuine.sum() == 9
    assert set(t.recording[t.enrol].tolist()) == {r for r in range(30) if r % 10 < 7}


def test_labelled_sessions_claim_the_account_they_were_recorded_under_and_unlabelled_ones_claim_nothing() -> None:
    rng = np.random.default_rng(0)
    context = [("train", None), ("test", True), ("test", False), ("test", None)]
    e = Events.concat([
        session(rng, f"{p}{i}", p, 4.0, split=s, illegal=bad) for p in "ab" for i, (s, bad) in enumerate(context)
    ])  # fmt: skip
    t = trials(e)
    assert [t.recordings[s] for s in t.session] == ["a1", "a2", "b1", "b2"]
    assert t.genuine.tolist() == [False, True, False, True]
    assert [t.people[c] for c in t.claim] == ["a", "a", "b", "b"]


def test_what_says_where_somebody_was_recorded_is_left_out_unless_asked_for() -> None:
    names = trials(people(0.5)).table.names
    assert not any(left_out(n, ["size", "cadence", "position"]) for n in names)
    assert {"path_length__mean", "velocity_s_max__median", "hold_time_mean__mean"} <= set(names)
    everything = set(trials(people(0.5), leave_out=()).table.names)
    assert {"event_rate__mean", "velocity_max__std", "event_count__median", "start_x__mean"} <= everything
    without_clock = set(trials(people(0.5), leave_out=("cadence",)).table.names)
    assert everything - without_clock == {n for n in everything if left_out(n, ["cadence"])} != set()
    strict = trials(people(0.5), leave_out=("sampled",)).table.names
    assert not {"velocity_max__std", "jerk_mean__mean"} & set(strict)
    assert "velocity_s_max__median" in strict


def test_a_row_sums_up_eight_actions_and_a_shorter_recording_is_one_row() -> None:
    e = people(0.5)
    one = features(thinned(e[0]), "action", only=["path_length"])
    t = trials(e)
    mine = t.recording == 0
    assert t.table["path_length__mean"][mine][0] == pytest.approx(one.values[:8, 0].mean(), rel=1e-12)
    assert t.after[mine].tolist() == list(range(8, len(one) + 1, 2))
    assert t.elapsed[mine][0] == one.ids["end"][7] - one.ids["start"][0]
    wide = trials(e, actions=1000)
    assert np.bincount(wide.recording).tolist() == [1] * 30
    assert t.interval.tolist() == [16.0] * 30


def test_a_claim_scores_the_mean_over_its_actions() -> None:
    t = trials(people(0.5))
    scores = np.tile(np.arange(3.0), (len(t.person), 1))
    assert fuse(t, scores).tolist() == t.claim.tolist()


@pytest.mark.parametrize("model", ["logistic_regression", "svm_linear", "random_forest", "histogram_nb_mass"])
def test_people_who_move_differently_are_told_apart(model: str) -> None:
    found = verify(trials(people(1.0)), model)
    assert found["auc"]["value"] > 0.9
    assert found["eer"]["value"] < 0.25
    assert found["auc"]["low"] <= found["auc"]["value"] <= found["auc"]["high"]
    assert ("alone" in found) == (model == "histogram_nb_mass")


def test_the_first_actions_alone_give_a_verdict_too() -> None:
    t = trials(people(0.5))
    scores = np.stack([t.after.astype(float)] * 3, axis=1)
    assert fuse(t, scores, upto=8).tolist() == [8.0] * len(t.claim)
    assert fuse(t, scores, upto=3).tolist() == [8.0] * len(t.claim)  # a session's first row counts always
    later = verify(t, "gaussian_nb")["time_to_verdict"]
    assert [row["actions"] for row in later] == [8, 16]
    assert later[0]["seconds"] == pytest.approx(6.656)


def test_a_claim_counts_by_how_far_it_is_ahead_of_the_likeliest_other() -> None:
    scores = np.array([[0.5, 0.3, 0.2], [0.4, 0.4, 0.2]])
    np.testing.assert_allclose(against_others(scores), [[0.2, -0.2, -0.3], [0.0, 0.0, -0.2]], atol=1e-12)


def test_people_who_move_alike_are_not() -> None:
    aucs = [verify(trials(people(0.0, seed)), "logistic_regression")["auc"]["value"] for seed in range(4)]
    assert 0.3 < np.mean(aucs) < 0.7


def test_people_are_needed_and_more_than_one() -> None:
    rng = np.random.default_rng(0)
    one = Events.concat([session(rng, f"r{i}", "p", 4.0) for i in range(3)])
    with pytest.raises(DataError, match="at least two people"):
        trials(one)
    with pytest.raises(DataError, match="verification needs the column 'who'"):
        trials(one, person="who")


def test_recordings_are_thinned_to_one_cadence_and_only_their_moves() -> None:
    t = np.arange(0, 3000, 16.0)
    kind = np.where(np.arange(len(t)) % 40 == 39, "down", "move").tolist()
    e = Events.concat([Events.of(t, t, t, kind, recording="fast"), Events.of(t * 8, t, t, kind, recording="slow")])
    found = thinned(e)
    assert (np.diff(found[0].t[found[0].kind == 0]) >= 95).all()
    assert (found[0].kind == 1).sum() == (e[0].kind == 1).sum()
    assert found[1].t.tolist() == e[1].t.tolist()
    assert thinned(found).t.tolist() == found.t.tolist()
    assert thinned(e[0]).t.tolist() == found[0].t.tolist()
