"""`musculus arena` on files: exit codes, the document, the page."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from evaluate.arena_made import bots, people
from musculus.bots import generate
from musculus.cli import main
from musculus.events import Events
from musculus.read import read


def written(events: Events, path: Path) -> str:
    """A file with the columns of strokes60hz."""
    table = events.to_polars().rename({"t": "t_ms"}).with_columns(split=pl.lit("train"))
    names = ["generator", "split", "person", "session", "stroke", "t_ms", "x", "y"]
    table.select(names).write_parquet(path)
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("arena")
    made = {"people": people(), "bots": bots(), "unseen": people(n=6, strokes=32, first=50, seed=0)}
    made["raw"] = people(rendered=False)
    return {name: written(events, folder / f"{name}.parquet") for name, events in made.items()}


def fight(files: dict[str, str], whose: str, *more: str) -> int:
    words = ["arena", "--people", files[whose], "--bots", files["bots"], "--controls", files["unseen"]]
    return main([*words, "--scorers", "histogram_nb", "--folds", "3", *more])


def test_a_fair_arena_prints_one_document_writes_a_page_and_exits_with_0(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fight(files, "people", "--json", "-o", str(tmp_path / "arena.html")) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"scorer", "generator", "family", "k", "n", "auc", "tpr_at_fpr_0.01"} <= set(found["rows"][0])
    assert {row["k"] for row in found["rows"]} == {1, 2, 4, 8}
    assert len(found["people"]) == 12
    assert "<svg" in (tmp_path / "arena.html").read_text()


def test_people_who_were_not_rendered_like_the_bots_end_it_with_1(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert fight(files, "raw") == 1
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--bots", "b.parquet"], "--bots needs --people"),
        (["--left-out", "person"], "--left-out takes family and generator"),
        (["--scorers", "lightgbn"], "no scorer named 'lightgbn'"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_exits_with_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["arena", *words]) == 2
    assert said in capsys.readouterr().err


def test_bots_of_a_folder_and_of_our_own_join_and_what_was_drawn_is_kept(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "ruler.py").write_text(
        "import json, sys\nends = json.load(sys.stdin)['ends']\n"
        "line = [[[9 * i, a[0] + (b[0] - a[0]) * i / 60, a[1] + (b[1] - a[1]) * i / 60] for i in range(61)] "
        "for a, b in ends]\nprint(json.dumps({'generator': 'ruler', 'strokes': line}))\n"
        "print(json.dumps({'generator': 'gone', 'missing': 'pip install gone'}))\n"
    )
    kept = tmp_path / "drawn.parquet"
    more = ["--external", str(programs), "--own", "windmouse,eased_sine", "--strokes", "16", "--keep", str(kept)]
    assert fight(files, "people", "--json", "--left-out", "family", *more) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"ruler", "ours_windmouse", "ours_eased_sine"} < {row["generator"] for row in found["rows"]}
    assert found["missing"] == ["gone: pip install gone"]
    drawn = read(kept)
    assert set(drawn.context["generator"]) == {"ruler", "ours_windmouse", "ours_eased_sine"}
    assert "stroke" in drawn.context


def test_files_of_any_reader_are_people_and_bots_by_how_they_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole sessions with clicks, as the events table, without a word about who made them."""
    for name, (generator, n, seed) in {"people": ("sigma_lognormal", 12, 1), "robot": ("straight", 4, 2)}.items():
        made = generate(generator, 12, seed, sessions=n)
        table = made.to_polars().drop("generator", "bot", "person", "session")
        table.with_columns(person=pl.col("recording")).write_csv(tmp_path / f"{name}.csv")
    words = ["--people", str(tmp_path / "people.csv"), "--bots", str(tmp_path / "robot.csv")]
    main(["arena", *words, "--scorers", "histogram_nb", "--folds", "2", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {row["generator"] for row in found["rows"]} == {"robot"}
    assert found["n"]["people"] == 9
    assert all(row["auc"] > 0.9 for row in found["rows"] if row["k"] == 1)
