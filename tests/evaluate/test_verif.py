"""Imposters nobody enrolled, inner folds, and the model of sequences: who may know what, and figures that are known."""

from __future__ import annotations

import numpy as np
import pytest

from musculus.errors import DataError, UnknownName
from musculus.evaluate.verif_inner import Pieces, folded, inner
from musculus.evaluate.verif_open import open_set, without
from musculus.evaluate.verif_scores import row_scores_of
from musculus.evaluate.verification import measured, verify
from musculus.events import Events
from musculus.models import make_model, row_scores, save
from musculus.models.table import MODELS, SEQUENCES, entry_of
from musculus.score import load
from musculus.tasks.verify import Trials, trials
from musculus.tasks.verify_sequences import sequence_trials


def session(rng: np.random.Generator, name: str, person: str, speed: float) -> Events:
    """Twenty-four moves of 22 samples, each of which ends in a click."""
    t = np.concatenate([k * 2000 + np.arange(22) * 30.0 for k in range(24)])
    x = np.concatenate([np.cumsum(rng.gamma(2.0, speed, 22)) for _ in range(24)])
    kind = (["move"] * 20 + ["down", "up"]) * 24
    return Events.of(t, x, rng.normal(0, 3, len(t)).cumsum(), kind, recording=name, person=person)


@pytest.fixture(scope="module")
def events() -> Events:
    """Four people who differ in speed, five recordings each."""
    rng = np.random.default_rng(0)
    return Events.concat([session(rng, f"{p}{k}", f"p{p}", 4.0 * (1 + p)) for p in range(4) for k in range(5)])


@pytest.fixture(scope="module")
def table(events: Events) -> Trials:
    return trials(events)


def test_unknown_people_enrol_nowhere_and_claim_to_be_each_of_the_known(table: Trials) -> None:
    part = without(table, np.array([1, 3]))
    assert set(table.person[part.enrol].tolist()) == {0, 2}
    assert set(part.claim.tolist()) == {0, 2}
    truly = dict(zip(table.session[table.genuine].tolist(), table.claim[table.genuine].tolist(), strict=True))
    owners = np.array([truly[s] for s in part.session.tolist()])
    assert (owners[part.genuine] == part.claim[part.genuine]).all()
    assert set(owners[~part.genuine].tolist()) == {1, 3}
    assert part.genuine.sum() == 2
    assert (~part.genuine).sum() == 2 * 2


@pytest.mark.parametrize("model", ["logistic_regression", "histogram_nb_log"])
def test_a_person_who_never_enrolled_has_no_score_and_takes_no_claim_away(table: Trials, model: str) -> None:
    _, scores, _ = row_scores_of(without(table, np.array([1])), model)
    assert np.isneginf(scores[:, 1]).all()
    assert np.isfinite(np.delete(scores, 1, axis=1)).all()


def test_strangers_are_told_from_those_they_claim_to_be(table: Trials) -> None:
    found = open_set(table, "logistic_regression")
    assert found["name"] == "logistic_regression, imposters nobody enrolled"
    assert found["n"]["positive"] == 2 * 4  # each of four is known in two of three groups
    closed = verify(table, "logistic_regression")["auc"]["value"]
    assert 0.5 < found["auc"]["value"] < closed  # a stranger faster than all known is taken for the fastest of them


def test_a_recording_cut_into_pieces_never_enrols_in_its_own_fold(table: Trials) -> None:
    seen: set[int] = set()
    for part in folded(table, actions=8, piece=12, folds=3):
        learn = set(part.recording[part.enrol].tolist())
        pieces = part.recording[~part.enrol]
        assert learn
        assert pieces.min() >= len(table.recordings)
        assert learn <= set(table.recording[table.enrol].tolist())
        held = set(table.recording[table.enrol].tolist()) - learn
        assert not held & seen
        seen |= held
        after = part.after[~part.enrol]
        assert ((after - 8) // 12 == (after - 1) // 12).all()
        owner = dict(zip(pieces.tolist(), part.person[~part.enrol].tolist(), strict=True))
        truth = np.array([owner[s] for s in part.session.tolist()])
        assert (part.genuine == (truth == part.claim)).all()
    assert seen == set(table.recording[table.enrol].tolist())


def test_labels_of_what_is_left_out_change_no_inner_figure(table: Trials) -> None:
    from dataclasses import replace

    first = inner(table, "gaussian_nb", settings={}, piece=12, folds=3)
    other = replace(table, genuine=~table.genuine, claim=table.claim[::-1], session=table.session[::-1])
    again = inner(other, "gaussian_nb", settings={}, piece=12, folds=3)
    np.testing.assert_array_equal(first.rows, again.rows)
    auc, eer = first.told(first.claims(1e-2))
    assert auc > 0.9
    assert eer < 0.2


def test_pieces_that_everybody_scores_rightly_give_one_and_nothing() -> None:
    rows = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    pieces = Pieces(rows, np.array([0, 0, 1]), np.array([0, 1]))
    np.testing.assert_allclose(pieces.claims(), [[0.8, 0.2], [0.2, 0.8]])
    assert pieces.told(pieces.claims()) == (1.0, 0.0)


def test_inner_folds_say_what_is_missing(events: Events, table: Trials) -> None:
    with pytest.raises(DataError, match="no recording of fold 1 has 1000 actions"):
        next(folded(table, actions=8, piece=1000))
    one = Events.concat([events[i] for i in (0, 1, 5, 6)])
    with pytest.raises(DataError, match="p0 enrols with 1 recording"):
        next(folded(trials(one), actions=8, piece=12))


def test_a_row_of_a_sequence_is_a_stroke_of_the_same_claims(events: Events, table: Trials) -> None:
    found = sequence_trials(events)
    assert found.session.tolist() == table.session.tolist()
    assert found.genuine.tolist() == table.genuine.tolist()
    mine = found.recording == 0
    assert found.after[mine].tolist() == list(range(1, mine.sum() + 1))
    assert found.elapsed[mine][0] == 0
    assert "rows of one stroke, moves thinned" in found.protocol


def test_the_model_of_sequences_tells_people_apart_and_its_file_scores_alike(events: Events, tmp_path) -> None:
    table = sequence_trials(events)
    assert verify(table, "convolutions")["auc"]["value"] > 0.9
    rows, label = table.table.values[table.enrol], (table.person[table.enrol] > 1).astype(int)
    model = make_model("convolutions", C=0.1).fit(rows, label)
    save(model, tmp_path / "m.musculus", features=table.table.names, rows=rows, labels=label)
    scorer = load(tmp_path / "m.musculus")
    np.testing.assert_allclose(scorer.score(rows), row_scores(model, rows), atol=1e-5)
    alone = np.concatenate([scorer.score(row[None]) for row in rows[:10]])
    np.testing.assert_array_equal(alone, scorer.score(rows)[:10])


def test_both_tables_of_models_are_asked_and_share_no_name() -> None:
    assert not set(MODELS) & set(SEQUENCES)
    assert entry_of("convolutions").maker == "families.convolution:convolutions"
    with pytest.raises(UnknownName, match="did you mean 'convolutions'"):
        make_model("convolution")
    with pytest.raises(UnknownName, match="no model for this task named 'convolutions'"):
        MODELS["convolutions"]


def test_a_report_holds_open_set_and_time_to_verdict_and_rows_that_fit_each_model(events: Events) -> None:
    found = measured(events, ["histogram_nb_log", "logistic_regression", "convolutions"])
    names = [m["name"] for m in found.models]
    assert names[:3] == ["histogram_nb_log", "logistic_regression", "convolutions"]
    assert names[3] == "logistic_regression, imposters nobody enrolled"
    assert len(names) == 6
    assert found.models[2]["features"] <= 256
    assert [row["actions"] for row in found.models[0]["time_to_verdict"]] == [16, 32]  # its rows are of 16 actions
    assert [row["actions"] for row in found.models[1]["time_to_verdict"]] == [8, 16, 32]
    assert found.leaks == []
    told = found.models[1]["calibration"]
    assert sum(told["rows"]) == len(trials(events).claim)  # every claim once, by what claims of other sessions gave
    assert told["brier"] < 0.1


def test_what_stands_beside_is_of_the_headlines_model_wherever_it_stands(events: Events) -> None:
    found = measured(events, ["gaussian_nb", "logistic_regression"])
    assert [m["name"].partition(",")[0] for m in found.models[2:]] == ["logistic_regression"] * 3


def test_rows_far_from_their_person_still_differ() -> None:
    """Clipped, all of them would be as odd, and claims of a small enrolment would be ties."""
    from musculus.evaluate.verif_scores import _spreads

    found = _spreads(np.array([0.0, 1.0, 2.0]), np.array([1.0, -50.0, -500.0]))
    assert found[0] == 0
    assert found[2] < found[1] < -3
