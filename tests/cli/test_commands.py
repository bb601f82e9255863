"""What holds for every command: help with an example, one JSON document, exit codes, a function behind it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

import musculus.cli
from musculus.cli import COMMANDS

Run = Callable[..., tuple[int, str, str]]
EVERY = pytest.mark.parametrize("name", COMMANDS)


def test_every_command_in_the_folder_is_listed() -> None:
    found = {}
    for file in Path(musculus.cli.__path__[0]).glob("*.py"):
        module = import_module(f"musculus.cli.{file.stem}") if file.stem != "__init__" else None
        if hasattr(module, "MIRRORS"):
            found[file.stem] = f"musculus.cli.{file.stem}"
    assert found == COMMANDS


@EVERY
def test_a_command_has_help_with_an_example(name: str, musculus: Run) -> None:
    code, out, _ = musculus(name, "--help")
    assert code == 0
    assert f"usage: musculus {name}" in out
    assert f"Example:\n  musculus {name}" in out


@EVERY
def test_a_command_mirrors_something_of_the_public_api(name: str) -> None:
    command = import_module(COMMANDS[name])
    module, _, attribute = command.MIRRORS.rpartition(".")
    assert getattr(import_module(module), attribute) is not None


def test_help_lists_every_command_and_imports_no_library() -> None:
    code = (
        "import sys, musculus.cli\ntry: musculus.cli.main(['--help'])\nexcept SystemExit: print('loaded', *sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    listed, _, loaded = out.partition("loaded ")
    assert [name for name in COMMANDS if f"  {name}" not in listed] == []
    assert not {"numpy", "polars", "numba", "sklearn"} & set(loaded.split())


@pytest.mark.parametrize(
    "argv",
    [
        ["convert", "EVENTS", "-o", "out.parquet"],
        ["measure", "EVENTS", "-o", "out.csv", "--only", "path_length"],
        ["measures"],
        ["measures", "straightness"],
        ["features", "EVENTS", "-o", "out.csv", "--only", "path_length"],
        ["data", "list"],
        ["data", "check", "EVENTS"],
        ["doctor"],
    ],
    ids=" ".join,
)
def test_with_json_a_command_prints_one_document_and_nothing_else(
    argv: list[str], musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [str(events) if a == "EVENTS" else a for a in argv]
    code, out, _ = musculus(*given, "--json")
    assert code == 0
    assert out.count("\n") == 1
    assert json.loads(out)
    code, words, _ = musculus(*given)
    assert code == 0
    assert not words.startswith(("{", "["))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["measure", "nowhere", "-o", "out.csv"], "musculus: no such file or folder: nowhere\n"),
        (["measure", "EVENTS", "-o", "out.xlsx"], "musculus: out.xlsx: the name says no form of table"),
        (
            ["measure", "EVENTS", "-o", "not/there/out.csv"],
            "musculus: there is no folder not/there to write out.csv to",
        ),
        (["measure", "EVENTS", "-o", "out.csv", "--only", "straigtness"], "did you mean 'straightness'?"),
        (["measure", "EVENTS", "-o", "out.csv", "--cut", "window"], "window"),
        (["convert", "EVENTS", "-o", "out.csv", "--reader", "balabitt"], "no reader named 'balabitt'; did you mean"),
        (["measures", "velocity_q96"], "did you mean 'velocity_q95'?"),
        (["data", "check"], "which folder? musculus data check DIR"),
        (["measure", "EVENTS"], "the following arguments are required: -o/--output"),
        (["measure", "EVENTS", "-o", "out.csv", "--cut", "sentence"], "invalid choice: 'sentence'"),
        (["conquer"], "invalid choice: 'conquer'"),
        ([], "required: COMMAND"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_a_wrong_call_exits_with_2_says_why_and_writes_nothing(
    argv: list[str], message: str, musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = musculus(*(str(events) if a == "EVENTS" else a for a in argv))
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err
    assert [p.name for p in tmp_path.iterdir()] == ["events.csv"]


def test_a_bad_file_among_good_ones_exits_with_2_and_writes_nothing(
    musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musculus.cli.inputs.CHUNK", 1)
    bad = tmp_path / "later.csv"
    bad.write_text("recording,t,kind,x,y\nz,0,move,1,1\nz,soon,move,1,1\n")
    code, out, err = musculus("convert", tmp_path, "-o", tmp_path / "out.parquet")
    assert (code, out) == (2, "")
    assert err == f"musculus: {bad} row 2 (line 3): time is text ('soon'), expected milliseconds\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["events.csv", "later.csv"]


def test_a_fault_of_ours_is_told_with_its_lines_and_is_no_answer(
    musculus: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("musculus.events.oddities.oddities", fail)
    code, out, err = musculus("convert", events, "-o", tmp_path / "out.csv")
    assert (code, out) == (2, "")
    assert "ZeroDivisionError: oh" in err
    assert "please report it" in err


def test_a_file_that_may_not_be_read_is_named(musculus: Run, events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(events))

    monkeypatch.setattr("musculus.read.choice.head", closed)
    code, _, err = musculus("convert", events, "-o", events.parent / "out.csv")
    assert (code, err) == (2, f"musculus: Permission denied: {events}\n")


def test_being_stopped_is_told(musculus: Run, events: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("musculus.read.choice.head", stop)
    assert musculus("convert", events, "-o", events.parent / "out.csv")[::2] == (2, "musculus: stopped\n")


def test_who_reads_only_the_first_line_gets_it_without_complaint() -> None:
    code = f"{sys.executable} -m musculus measures | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("NAME")


def test_what_was_left_out_of_a_folder_is_told(
    musculus: Run, events: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (events.parent / "README").write_text("no recording\n")
    with caplog.at_level(logging.WARNING, "musculus.read"):
        assert musculus("convert", events.parent, "-o", tmp_path / "out.csv")[0] == 0
    assert caplog.messages == [f"left out 1 files that are no recordings: {events.parent / 'README'}"]
