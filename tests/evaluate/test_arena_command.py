"""`musculus arena` on files: exit codes, the document, the page."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from evaluate.arena_made import bots, people
from musculus.cli import main
from musculus.events import Events


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
