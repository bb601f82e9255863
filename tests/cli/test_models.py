"""From recordings to a model and its verdicts, by commands alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from musculus.events import Events
from musculus.read import write
from musculus.score import load

Run = Callable[..., tuple[int, str, str]]


def strokes(name: str, person: str | None, n: int, *, bot: bool, rng: np.random.Generator) -> Events:
    """A recording of n strokes: people bend their paths and speed up in the middle, the bot goes straight and even."""
    ways = list(_strokes(n, bot, rng))
    t, x, y = (np.concatenate(column) for column in zip(*ways, strict=True))
    return Events.of(t=t, x=x, y=y, recording=name, person=person, generator=name if bot else "human")


def _strokes(n: int, bot: bool, rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    at, begin = rng.uniform(100, 900, 2), 0.0
    for _ in range(n):
        to = rng.uniform(100, 900, 2)
        k = 30 if bot else int(rng.integers(25, 45))
        s = np.linspace(0, 1, k)
        eased = s if bot else 10 * s**3 - 15 * s**4 + 6 * s**5
        bend = np.zeros(k) if bot else rng.normal(0, 40) * np.sin(np.pi * s) + rng.normal(0, 1, k)
        x, y = at[0] + (to[0] - at[0]) * eased + bend, at[1] + (to[1] - at[1]) * eased - bend
        yield begin + np.arange(k) * 16.0, x, y
        at, begin = to, begin + k * 16.0 + 700.0


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve people of two recordings, and three of bots."""
    rng = np.random.default_rng(7)
    people = [strokes(f"p{p}-{i}", f"p{p}", 24, bot=False, rng=rng) for p in range(12) for i in range(2)]
    bots = [strokes(f"bot-{i}", None, 24, bot=True, rng=rng) for i in range(3)]
    path = tmp_path_factory.mktemp("recordings") / "events.parquet"
    write(Events.concat([*people, *bots]), path)
    return path


@pytest.fixture(scope="module")
def model(recordings: Path) -> Path:
    """The detector of those people, made by the command."""
    from musculus.cli import main

    path = recordings.parent / "people.musculus"
    assert main(["train", "bot", str(recordings), "-o", str(path)]) == 0
    return path


def test_train_writes_a_model_and_prints_its_card(musculus: Run, recordings: Path, tmp_path: Path, model: Path) -> None:
    path = tmp_path / "again.musculus"
    code, out, _ = musculus("train", "bot", recordings, "-o", path, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["sha256"] == load(path).sha256
    assert told["data"]["people"] == 12
    assert "winslow_speed" in told["features"]
    assert told["card"].startswith("# ")
    assert path.read_bytes() == model.read_bytes()  # the same data give the same bytes


def test_predict_gives_each_recording_a_score_a_verdict_and_reasons(
    musculus: Run, recordings: Path, tmp_path: Path, model: Path
) -> None:
    code, out, _ = musculus("predict", model, recordings, "-o", tmp_path / "scores.parquet", "--json")
    assert code == 0
    table = pl.read_parquet(tmp_path / "scores.parquet")
    assert table.columns == ["recording", "start", "end", "score", "probability", "verdict", "reasons"]
    assert table["recording"].to_list()[-3:] == ["bot-0", "bot-1", "bot-2"]
    people, bots = table[:24], table[24:]
    assert people["score"].mean() > bots["score"].max()
    assert bots["verdict"].is_in(["bot", "unsure"]).all()
    assert people["verdict"].is_in(["human", "unsure"]).mean() > 0.8
    assert all(table["reasons"])
    assert sum(json.loads(out)["verdicts"].values()) == 27


def test_predict_on_windows_gives_rows_that_lie_in_their_recordings(
    musculus: Run, recordings: Path, tmp_path: Path, model: Path
) -> None:
    assert musculus("predict", model, recordings, "--cut", "window", "-o", tmp_path / "scores.csv")[0] == 0
    table = pl.read_csv(tmp_path / "scores.csv")
    assert len(table) > 27
    assert (table["end"] > table["start"]).all()


def test_events_that_cannot_be_settle_a_verdict_and_too_few_strokes_leave_it_open(
    musculus: Run, tmp_path: Path, model: Path
) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(
        "recording,t,kind,x,y,source,trusted,detail\n"
        "script,0,move,5,5,pointer,true,0\nscript,900,click,0,0,mouse,false,0\n"
        "short,0,move,5,5,pointer,true,0\nshort,90,move,9,5,pointer,true,0\n"
    )
    assert musculus("predict", model, path, "-o", tmp_path / "scores.jsonl")[0] == 0
    table = pl.read_ndjson(tmp_path / "scores.jsonl")
    assert table["verdict"].to_list() == ["bot", "unsure"]
    assert "made by a script" in table["reasons"][0]
    assert table["reasons"][1] == "too few strokes of the pointer to judge how it moves"
    assert table["score"].to_list() == [None, None]
    assert musculus("predict", "bot", path, "-o", tmp_path / "scores.jsonl")[0] == 0
    said = pl.read_ndjson(tmp_path / "scores.jsonl")["reasons"][1]
    assert said == "no stroke can be judged: by a mouse, 200 px long, recorded finely"  # as live


def test_what_is_no_model_is_refused(musculus: Run, recordings: Path, tmp_path: Path) -> None:
    (tmp_path / "m.musculus").write_text("hello")
    code, _, err = musculus("predict", tmp_path / "m.musculus", recordings, "-o", tmp_path / "scores.csv")
    assert (code, err.startswith(f"musculus: {tmp_path / 'm.musculus'}")) == (2, True)
    assert not (tmp_path / "scores.csv").exists()


def test_evaluate_detection_finds_the_bots_of_people_it_has_not_seen(
    musculus: Run, recordings: Path, tmp_path: Path
) -> None:
    code, out, _ = musculus("evaluate", "bot", recordings, "-o", tmp_path / "report.json", "--json")
    assert code == 0
    told = json.loads(out)
    assert told == json.loads((tmp_path / "report.json").read_text())
    assert (told["task"], told["data"]) == ("bot", str(recordings))
    (one,) = told["models"]
    assert one["name"] == "winslow"
    assert one["auc"]["low"] <= one["auc"]["value"] <= one["auc"]["high"]
    assert one["auc"]["value"] > 0.9
    assert {"eer", "f1", "tpr_at_fpr", "null", "seconds"} <= one.keys()


def test_evaluate_verification_says_by_which_protocol(musculus: Run, recordings: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    people = tmp_path / "people.parquet"
    pl.read_parquet(recordings).filter(pl.col("person").is_in(["p0", "p1", "p2"])).write_parquet(people)
    code, out, _ = musculus("evaluate", "verify", people, "--model", "gaussian_nb", "--with", "size", "-o", report)
    assert code in (0, 1)  # 1: the audit saw a leak in so little data
    assert "gaussian_nb" in out
    assert "left out: cadence, position" in out
    page = report.read_text()
    assert "gaussian_nb" in page
    assert "left out: cadence, position" in page
    assert "http" not in page.replace("http://www.w3.org", "")  # it asks for nothing else


def test_compare_puts_models_side_by_side(musculus: Run, recordings: Path) -> None:
    code, out, _ = musculus("compare", "bot", recordings, "--models", "winslow,histogram_nb_log", "--json")
    assert code == 0
    assert [m["name"] for m in json.loads(out)["models"]] == ["winslow", "histogram_nb_log"]


def test_a_data_set_may_be_named(musculus: Run, recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSCULUS_DATA", str(recordings.parent))
    assert musculus("evaluate", "bot", "events.parquet", "--json")[0] == 0


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["evaluate", "bot", "DATA", "--model", "winslo"], "no model named 'winslo'; did you mean 'winslow'?"),
        (["compare", "bot", "DATA", "--models", "winslow,forest"], "no model named 'forest'"),
        (["evaluate", "verify", "DATA", "--person", "who"], "verification needs the column 'who'; the context has"),
        (["evaluate", "verify", "DATA", "--with", "colour"], "--with knows size, cadence, position, not 'colour'"),
        (["evaluate", "bot", "DATA", "-o", "report.pdf"], "report.pdf: a report is .html or .json"),
        (["evaluate", "bot", "nowhere"], "no such file or folder: nowhere"),
        (["evaluate", "bot", "DATA", "--label", "sex"], "bot takes no 'label'; it takes strokes, select, seed"),
        (["evaluate", "verify", "DATA", "--select", "lasso"], "verify takes no 'select'"),
        (["evaluate", "bot", "DATA", "--select", "laso"], "no way to select features named 'laso'; did you mean"),
        (["train", "attribute", "DATA", "-o", "m.musculus"], "say what is to be predicted: label names a column"),
        (["train", "verify", "DATA", "-o", "m.musculus", "--model", "winslow"], "learns one person at a time"),
        (["predict", "bot", "DATA", "-o", "s.csv", "--person", "ann"], "this model is for bot; a person is claimed"),
        (["evaluate", "chess", "DATA"], "invalid choice: 'chess'"),
        (
            ["train", "bot", "DATA", "-o", "m.musculus", "--without", "nobody"],
            "there is no person 'nobody' to leave out",
        ),
        (["train", "bot", "DATA", "-o", "m.musculus", "--model", "winslo"], "no model named 'winslo'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_a_wrong_call_is_told_with_2(argv: list[str], message: str, musculus: Run, recordings: Path) -> None:
    code, out, err = musculus(*(recordings if a == "DATA" else a for a in argv))
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


def test_a_library_that_is_not_installed_is_named_with_its_extra(
    musculus: Run, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn.base")

    monkeypatch.setattr("musculus.read.choice.head", absent)
    code, _, err = musculus("evaluate", "bot", recordings)
    assert (code, err) == (
        2,
        "musculus: this needs sklearn.base, which is not installed: pip install 'musculus[learn]'\n",
    )
