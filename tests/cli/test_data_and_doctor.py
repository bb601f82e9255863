"""What is there to work with, and is the machine ready."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from musculus.compiled import KERNELS
from musculus.read.published import PUBLISHED
from musculus.read.registry import READERS

Run = Callable[..., tuple[int, str, str]]
ROW = "record timestamp,client timestamp,button,state,x,y\n0,0,NoButton,Move,1,1\n"


def test_every_public_set_is_told_with_source_licence_citation_and_how_to_read_it(musculus: Run) -> None:
    told = {s["name"]: s for s in json.loads(musculus("data", "list", "--json")[1])}
    assert set(told) == set(PUBLISHED)
    for one in told.values():
        assert all(one[k] for k in ("title", "source", "licence", "cite", "holds", "labels", "read"))
        assert one["reader"] in READERS


def test_a_folder_that_lacks_labelled_sessions_is_not_whole(musculus: Run, tmp_path: Path) -> None:
    session = tmp_path / "test_files/user7/session_1"
    session.parent.mkdir(parents=True)
    session.write_text(ROW)
    (tmp_path / "public_labels.csv").write_text("filename,is_illegal\nsession_1,1\nsession_2,0\n")
    code, out, _ = musculus("data", "check", tmp_path, "--json")
    assert code == 1
    told = json.loads(out)
    assert told["complete"] is False
    assert told["found"][0]["problems"] == ["1 labelled sessions are missing, the first is session_2"]
    (tmp_path / "public_labels.csv").write_text("filename,is_illegal\nsession_1,1\n")
    assert musculus("data", "check", tmp_path)[0] == 0


def test_a_folder_with_a_file_that_cannot_be_read_is_not_whole(musculus: Run, events: Path) -> None:
    (events.parent / "z.csv").write_text("recording,t,kind,x,y\nq,0,hop,1,1\n")
    code, out, _ = musculus("data", "check", events.parent)
    assert code == 1
    assert "! " in out
    assert "row 1 (line 2): kind 'hop' is unknown" in out


def test_a_folder_without_recordings_is_a_wrong_call(musculus: Run, tmp_path: Path) -> None:
    assert musculus("data", "check", tmp_path)[0] == 2
    assert musculus("data", "check", tmp_path / "gone")[0] == 2


def test_the_published_sets_at_hand_are_whole(musculus: Run, data: Path) -> None:
    code, out, _ = musculus("data", "check", data / "configuration-study", "--json")
    assert code == 0
    assert json.loads(out)["found"][0]["recordings"] == 958 + 480 + 160
    assert musculus("data", "check", data / "pointclick")[0] == 0


def test_doctor_tells_versions_and_fills_the_engines_cache(musculus: Run) -> None:
    code, out, err = musculus("doctor", "--warm", "--json")
    assert code == 0
    told = json.loads(out)
    assert {"numpy", "polars", "numba"} <= told["installed"].keys()
    assert told["engine"]["kernels"] == len(KERNELS) > 0
    assert all(k.fresh is not None for k in KERNELS)
    assert "made once" in err


def test_a_missing_package_makes_the_machine_not_ready(musculus: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "musculus.cli.doctor._requirements", lambda: ["numpy>=2", "nonesuch>=1", 'oddlib; extra == "serve"']
    )
    code, out, _ = musculus("doctor", "--json")
    told = json.loads(out)
    assert code == 1
    assert (told["missing"], told["ready"]) == (["nonesuch"], False)
    assert told["extras"] == {"serve": False}
    assert "lacks oddlib: pip install 'musculus[serve]'" in musculus("doctor")[1]


def test_an_engine_that_cannot_compile_makes_the_machine_not_ready(
    musculus: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("no compiler")

    monkeypatch.setattr("musculus.measures.engine.warm.warm", broken)
    code, out, _ = musculus("doctor", "--warm")
    assert code == 1
    assert "can't compile: RuntimeError: no compiler" in out
    assert "not ready" in out
