"""Figures from the shell: every kind, the recordings that are wanted, the numbers, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from musculus.bots import generate
from musculus.events import Events
from musculus.read import write

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six recordings of two people on a page in windows of two widths."""
    e = generate("bezier", 3, 0, rate=60, sessions=6)
    pages = {"recording": np.arange(6), "page": np.zeros(6, np.int32), "address": np.array(["/shop"] * 6, object),
             "viewport_width": np.array([1300.0] * 4 + [400.0] * 2), "viewport_height": np.full(6, 700.0)}  # fmt: skip
    context = {"person": np.array(["anna", "ben"] * 3, object), "bought": np.array([True, True, False] * 2)}
    path = tmp_path_factory.mktemp("visits") / "visits.parquet"
    write(Events.build(e.columns, e.offsets, e.recordings, context, pages), path)
    return path


def test_a_map_is_drawn_and_its_numbers_are_printed(musculus: Run, visits: Path, tmp_path: Path) -> None:
    done = musculus("draw", "clicks", visits, "-o", tmp_path / "clicks.svg", "--json")
    assert done.code == 0
    assert (done.json["n"], done.json["recordings"]) == (12, 4)
    assert done.json["layout"]["width_class"] == "window 1280-1535 px"
    assert sum(value for _, _, value in done.json["cells"]) == 12
    assert "page views by page and width" in done.err
    assert (tmp_path / "clicks.svg").read_text("utf-8").startswith("<?xml")


def test_a_page_and_a_width_are_chosen(musculus: Run, visits: Path, tmp_path: Path) -> None:
    done = musculus("draw", "moves", visits, "--page", "/shop", "--width", "400", "-o", tmp_path / "m.svg", "--json")
    assert done.json["layout"]["views"] == 2
    assert done.err == ""
    wrong = musculus("draw", "moves", visits, "--page", "/shopp", "-o", tmp_path / "n.svg")
    assert wrong.code == 2
    assert "did you mean '/shop'?" in wrong.err


def test_one_recording_or_person_is_chosen(musculus: Run, visits: Path, tmp_path: Path) -> None:
    out = tmp_path / "one.html"
    assert musculus("draw", "timeline", visits, "--recording", "bezier-3", "-o", out).code == 0
    assert "<title>timeline of bezier-3</title>" in out.read_text("utf-8")
    assert musculus("draw", "strokes", visits, "--person", "ben", "-o", out, "--json").json["recordings"] == 3
    nobody = musculus("draw", "path", visits, "--person", "carl", "-o", out)
    assert (nobody.code, nobody.out) == (2, "")
    assert "there is no person 'carl' among 6 recordings" in nobody.err


def test_two_groups_are_compared(musculus: Run, visits: Path, tmp_path: Path) -> None:
    given = ("draw", "difference", visits, "-o", tmp_path / "d.svg", "--shuffles", "19", "--json", "--width", "1300")
    found = musculus(*given, "--groups", "bought=true,false").json
    assert (found["groups"], found["n"]) == (["bought true", "bought false"], [3, 1])
    assert found["unit"] == "recordings within people"
    assert musculus(*given, "--groups", "person=anna").json["groups"] == ["person anna", "person others"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["clicks", "-o", "c.gif"], "the name says no form of figure; use one of .png, .svg, .html"),
        (["clicks", "-o", "no/c.png"], "there is no folder"),
        (["difference", "-o", "d.png"], "--groups COLUMN=A,B"),
        (["difference", "-o", "d.png", "--groups", "bot=a,b"], "no context column named 'bot'"),
        (["timeline", "-o", "t.png"], "there are 6: choose one"),
        (["timeline", "-o", "t.png", "--background", "x.png"], "timeline is drawn on no page"),
        (["clicks", "-o", "c.png", "--background", "x.png"], "there is no picture x.png"),
        (["keys", "-o", "k.png"], "no key with a press and a release"),
        (["circles", "-o", "k.png"], "invalid choice: 'circles'"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_what_cannot_be_drawn_is_said_and_nothing_is_written(
    more: list[str], message: str, musculus: Run, visits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = musculus("draw", more[0], visits, *more[1:])
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.browser
def test_a_shot_is_the_whole_page_at_the_width_asked_for(musculus: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<style>body{margin:0;height:1500px;background:linear-gradient(#f00 50%,#00f 50%)}</style>")
    done = musculus("shot", page.as_uri(), "-o", tmp_path / "shot.png", "--width", "640", "--json")
    if "needs Chromium" in done.err:
        pytest.skip(done.err)
    assert (done.json["width"], done.json["height"]) == (640, 1500)
    from matplotlib.image import imread

    picture = imread(tmp_path / "shot.png")
    assert picture.shape[:2] == (1500, 640)
    assert picture[10, 10, :3].tolist() == [1, 0, 0]
    assert picture[1490, 630, :3].tolist() == [0, 0, 1]
    absent = musculus("shot", (tmp_path / "absent.html").as_uri(), "-o", tmp_path / "no.png")
    assert (absent.code, absent.out) == (2, "")
    assert "can't be opened" in absent.err
    assert not (tmp_path / "no.png").exists()


def test_a_browser_that_is_none_is_told(musculus: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/not/there/chromium")
    done = musculus("shot", "file:///x", "-o", tmp_path / "x.png")
    assert done.code == 2
    assert "/not/there/chromium can't be started" in done.err
    assert "is a .png" in musculus("shot", "file:///x", "-o", tmp_path / "x.gif").err
