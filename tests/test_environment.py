"""How `make` makes its environment: hashes are enforced, and what is somebody else's is left alone."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path

import environment
import pytest
import subset
import virtual

PROJECT = """
[build-system]
requires = []
[project]
dependencies = ["tiny"]
optional-dependencies = { serve = [] }
[dependency-groups]
"""


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest package there can be, a pip to install it with, told to look nowhere else."""
    pythons = [sys.executable, f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"]
    if not any(chosen := [python for python in pythons if virtual.reaches_elsewhere(python)]):
        pytest.skip("this Python has no pip to install with")
    monkeypatch.setattr(sys, "executable", chosen[0])  # on a bare Debian, only the machine's Python has pip
    path = tmp_path / "wheels" / "tiny-1.0-py3-none-any.whl"
    path.parent.mkdir()
    files = {
        "tiny.py": "",
        "tiny-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files["tiny-1.0.dist-info/RECORD"] = "".join(f"{name},,\n" for name in [*files, "tiny-1.0.dist-info/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(path.parent))
    return path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose lock lists that package; returns the lock."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    monkeypatch.setattr(subset, "PROJECT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(subset, "LOCK", tmp_path / "locked.txt")
    return tmp_path / "locked.txt"


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    path = tmp_path / ".venv"
    virtual.run([sys.executable, "-m", "venv", "--without-pip", str(path)], "no environment")
    return path


def lock(path: Path, digest: str) -> None:
    path.write_text(f"tiny==1.0 \\\n    --hash=sha256:{digest}\n    # via nobody\n")


def test_a_package_whose_bytes_are_not_those_of_the_lock_is_refused(venv: Path, wheel: Path, project: Path) -> None:
    lock(project, "0" * 64)
    with pytest.raises(virtual.Trouble, match=r"(?s)DO NOT MATCH THE HASHES.*pip could not install"):
        environment.install(venv, {"serve"})
    assert not list(venv.rglob("tiny*"))


def test_a_package_whose_bytes_are_those_of_the_lock_is_installed(
    venv: Path, wheel: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock(project, hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(environment, "run", lambda command, what: None)  # there is no checkout to install here
    environment.install(venv, {"serve"})
    assert len(list(venv.rglob("tiny.py"))) == 1


def test_an_environment_of_somebody_elses_making_is_left_alone(venv: Path, wheel: Path, project: Path) -> None:
    lock(project, "0" * 64)
    with pytest.raises(virtual.Trouble, match="not of this Makefile's making"):
        environment.provide(venv, {"serve"})
    assert virtual.python_of(venv).exists()


def test_a_finished_environment_is_not_touched_again(venv: Path, project: Path, capsys: pytest.CaptureFixture) -> None:
    lock(project, "0" * 64)
    environment.note(venv, environment.fingerprint(), {"serve", "learn"})
    environment.provide(venv, {"serve"})  # the hash is wrong: an attempt to install would raise
    assert capsys.readouterr().out == ""


def test_a_lint_rule_is_no_reason_to_install_anew_and_a_pin_is(project: Path) -> None:
    lock(project, "0" * 64)
    before = environment.fingerprint()
    subset.PROJECT.write_text(PROJECT + "[tool.ruff]\n")
    assert environment.fingerprint() == before
    lock(project, "1" * 64)
    assert environment.fingerprint() != before


def test_a_pin_that_is_missing_and_an_extra_that_is_unknown_are_named(project: Path) -> None:
    project.write_text("")
    with pytest.raises(SystemExit, match="no pin for tiny: run `make lock`"):
        subset.subset(["serve"])
    with pytest.raises(SystemExit, match=r"no extra named 'sreve'.*known: serve"):
        subset.subset(["sreve"])


def test_the_note_of_an_environment_says_what_it_holds(tmp_path: Path) -> None:
    environment.note(tmp_path, "abc", {"serve", "learn"})
    assert json.loads((tmp_path / environment.MADE).read_text())["extras"] == ["learn", "serve"]
    assert environment.made(tmp_path) == ("abc", {"learn", "serve"})
