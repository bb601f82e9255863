"""`train` for every task and family: the file says what the model says, and predicts what it was asked to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import musculus
from musculus.errors import BundleError, DataError, UnknownName, UsageError
from musculus.evaluate import train
from musculus.events import Events
from musculus.models import MODELS
from musculus.read import write
from musculus.score import load
from musculus.tasks.prediction import predict
from musculus.tasks.purchase import simulated_visits

Run = Callable[..., tuple[int, str, str]]


def visit(rng: np.random.Generator, name: str, speed: float, **context: object) -> Events:
    """Twenty moves that end in a click."""
    n = 32
    t = np.concatenate([k * 2000 + np.arange(n) * 16.0 for k in range(20)])
    x = np.concatenate([np.cumsum(rng.gamma(2.0, speed, n)) for _ in range(20)])
    kind = (["move"] * (n - 2) + ["down", "up"]) * 20
    return Events.of(t, x, rng.normal(0, 3, len(t)).cumsum(), kind, recording=name, **context)


@pytest.fixture
def musculus_command(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command, here."""
    from musculus.cli import main

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = main([str(a) for a in argv])
        return (code, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def study() -> pl.DataFrame:
    """Thirty people, three rows each; two features know the sex, and every sixth cell is undefined."""
    rng = np.random.default_rng(0)
    kind = np.repeat(rng.permutation(np.arange(30) % 2), 3)
    x = rng.normal(size=(90, 6))
    x[:, :2] += 2.0 * kind[:, None]
    x[rng.random(x.shape) < 0.15] = np.nan
    return pl.DataFrame({
        "recording": [f"r{i}" for i in range(90)], "person": [f"p{i // 3}" for i in range(90)],
        "sex": np.where(kind == 1, "woman", "man"), **{f"f{j}": x[:, j] for j in range(6)},
    })  # fmt: skip


@pytest.fixture(scope="module")
def visits() -> Events:
    """Five people of eight visits each, who differ in pace."""
    rng = np.random.default_rng(3)
    return Events.concat([visit(rng, f"{p}-{i}", 2.0 + 1.5 * p, person=f"p{p}") for p in range(5) for i in range(8)])


@pytest.mark.parametrize("model", MODELS)
def test_every_family_is_saved_and_read_back_by_train(model: str, study: pl.DataFrame, tmp_path: Path) -> None:
    made = train("attribute", study, tmp_path / "m.musculus", model=model, label="sex")
    table = predict(tmp_path / "m.musculus", study)
    again = load(tmp_path / "m.musculus")
    assert again.sha256 == made.sha256
    rows = study.select(again.features).to_numpy()
    np.testing.assert_allclose(table["score"].to_numpy(), made.score(rows))
    right = np.mean(table["verdict"].to_numpy() == study["sex"].to_numpy())
    assert right > 0.7 or MODELS[model].one_class
    assert np.isfinite(made.score(np.full((1, 6), np.nan))).all()
    assert {"auc", "f1", "f1_by_chance"} == set(again.manifest.metrics)
    assert again.manifest.more["curves"][0]["n"] == [45, 45]
    for words in ("## Trained on", "- people: 30", "- rows_sha256: ", "## Measured", "Licence: not stated."):
        assert words in again.manifest.card


def test_a_model_of_people_judges_claims(visits: Events, tmp_path: Path) -> None:
    model = train("verify", visits, tmp_path / "p.musculus", model="logistic_regression", licence="CC0-1.0")
    assert model.manifest.classes == [f"p{i}" for i in range(5)]
    assert model.manifest.metrics["auc"] > 0.9
    assert "Licence: CC0-1.0." in model.manifest.card
    (claims,) = model.manifest.more["curves"]
    assert sum(claims["n"]) == model.manifest.metrics["claims"]
    assert claims["of_groups"] == [10, 10]  # every session is claimed by all five, one of them its own
    assert claims["line"][0] <= 0.01
    assert not claims["refit"]
    assert "| false claims taken for true | true claims known | 95 % |" in model.manifest.card
    own = predict(model, visits)
    assert (own["verdict"] == "the person claimed").mean() > 0.8
    other = predict(model, visits, person="p0")[8:]
    assert (other["verdict"] == "another").mean() > 0.8
    assert other["score"].max() < own["score"].median()
    assert "fits better than p0" in other["reasons"][0]
    assert (own["end"] > own["start"]).all()
    alone = predict(model, visits[3])
    assert alone["score"][0] == pytest.approx(own["score"][3], abs=1e-9)


def test_a_claim_to_be_nobody_and_a_visit_without_a_move_are_unsure(visits: Events, tmp_path: Path) -> None:
    model = train("verify", visits, tmp_path / "p.musculus", model="gaussian_nb")
    still = Events.of(t=[0.0], x=[1.0], y=[1.0], recording="still", person="p1")
    stranger = Events.of(visits[0].t, visits[0].x, visits[0].y, recording="s", person="stranger")
    table = predict(model, Events.concat([still, stranger]))
    assert table["verdict"].to_list() == ["unsure", "unsure"]
    assert table["score"].to_list() == [None, None]
    assert table["reasons"].to_list() == ["no action of the pointer to judge", "stranger has not enrolled"]
    nameless = Events.of(visits[0].t, visits[0].x, visits[0].y)
    with pytest.raises(UsageError, match="say whom the recordings claim to be; enrolled are p0, p1"):
        predict(model, nameless)
    with pytest.raises(UnknownName, match="no person enrolled named 'p9'"):
        predict(model, nameless, person="p9")
    with pytest.raises(UsageError, match="a claim is judged by recording"):
        predict(model, nameless, person="p1", cut="window")


def test_a_family_that_cannot_serve_a_task_says_why(visits: Events, study: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="rbf kernel and two classes only; take svm_linear"):
        train("verify", visits, tmp_path / "m", model="svm")
    with pytest.raises(UsageError, match="one_class_svm learns one person at a time"):
        train("verify", visits, tmp_path / "m", model="one_class_svm")
    with pytest.raises(UsageError, match="verify learns from recordings"):
        train("verify", study, tmp_path / "m")
    with pytest.raises(UsageError, match="sex has classes, and ridge predicts numbers"):
        train("attribute", study, tmp_path / "m", model="ridge", label="sex")
    with pytest.raises(UsageError, match="training for bot takes no 'label'; it takes without, decides"):
        train("bot", visits, tmp_path / "m", label="sex")
    with pytest.raises(DataError, match="there are 2 people"):
        train("attribute", study.head(6), tmp_path / "m", label="sex", model="gaussian_nb")
    assert not list(tmp_path.iterdir())


def test_a_purchase_model_reads_the_columns_beside_the_mouse(tmp_path: Path) -> None:
    shop = simulated_visits(60, strength=2.0)
    model = train("purchase", shop, tmp_path / "shop.musculus", model="gaussian_nb")
    assert "pages" in model.features
    assert model.manifest.metrics["auc"] > 0.6
    table = predict(model, shop)
    assert set(table["verdict"]) == {"True", "False"}
    without = Events.concat([Events.of(e.t, e.x, e.y, recording=e.recordings[0]) for e in list(shop)[:2]])
    with pytest.raises(UnknownName, match="pages"):
        predict(model, without)
    beside = pl.DataFrame({"recording": list(without.recordings), "pages": [3.0, 4.0]})
    assert len(predict(model, without, join=beside)) == 2


def test_commands_train_from_another_site_and_predict(musculus_command: Run, tmp_path: Path) -> None:
    for name, seed, sites in (("old", 5, 1), ("new", 0, 2)):
        write(simulated_visits(80, strength=1.0, seed=seed, sites=sites), tmp_path / f"{name}.parquet")
    old, new = tmp_path / "old.musculus", tmp_path / "new.musculus"
    assert musculus_command("train", "purchase", tmp_path / "old.parquet", "--model", "gaussian_nb", "-o", old)[0] == 0
    linear = ("--model", "logistic_regression")
    code, out, err = musculus_command(
        "train", "purchase", tmp_path / "new.parquet", *linear, "--from", old, "-o", new, "--json"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert [row["people"] for row in told["gain"]][:2] == [5, 10]
    assert {"source", "cold", "warm", "gain"} <= told["gain"][0].keys()
    assert "| people known | cold | warm | gain |" in told["card"]
    assert load(new).manifest.more["started_from"] == load(old).sha256
    code, _, _ = musculus_command("predict", new, tmp_path / "new.parquet", "-o", tmp_path / "s.csv")
    assert code == 0
    assert len(pl.read_csv(tmp_path / "s.csv")) == 80
    code, _, err = musculus_command("train", "bot", tmp_path / "new.parquet", "--from", old, "-o", new)
    assert (code, "training for bot takes no 'start'" in err) == (2, True)


def test_the_front_door_has_the_five_lines(study: pl.DataFrame, tmp_path: Path) -> None:
    report = musculus.evaluate("attribute", study, model="gaussian_nb", label="sex")
    both = musculus.compare("attribute", study, models=["gaussian_nb"], label="sex")
    assert report.models[0]["auc"] == both.models[0]["auc"]
    assert report.save(tmp_path / "report.html").read_text().startswith("<!doctype html>")
    model = musculus.train("attribute", study, tmp_path / "m.musculus", label="sex", model="gaussian_nb")
    assert musculus.predict(model, study).columns[:2] == ["recording", "start"]
