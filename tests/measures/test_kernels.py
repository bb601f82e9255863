"""The engine's machine code: few kernels, kept between runs, and no harm where they can't be kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import musculus
from musculus.compiled import KERNELS
from musculus.measures.engine.warm import warm

SHORT = """
import json, musculus
from musculus.compiled import KERNELS
from musculus.events import Events
from musculus.measures import measure
found = measure(Events.of(t=[0, 10, 20], x=[0, 3, 6], y=[0, 4, 8]), "recording", only=["path_length"])
used = {k.name: (k.fresh, k.cached) for k in KERNELS if k.fresh is not None}
print(json.dumps([musculus.__file__, found["path_length"][0], used]))
"""


@pytest.fixture
def installed() -> Iterator[Path]:
    """The package alone in a folder of its own that everybody may enter."""
    home = Path(os.path.realpath(os.environ.get("TMPDIR", "/tmp"))) / f"musculus-installed-{os.getpid()}"
    shutil.copytree(
        Path(musculus.__file__).parent, home / "site" / "musculus", ignore=shutil.ignore_patterns("__pycache__")
    )
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    yield home / "site"
    for path in (home, *home.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(home)


def run(site: Path, **more: str) -> tuple[float, dict[str, tuple[bool, bool]]]:
    """Measure in a fresh process: path length, and what became of the kernels."""
    keep = {k: v for k, v in os.environ.items() if k not in ("HOME", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME")}
    done = subprocess.run(
        [sys.executable, "-c", SHORT],
        env={**keep, "PYTHONPATH": str(site), **more},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    home, length, used = json.loads(done.stdout)
    assert home.startswith(str(site))
    return length, used


def test_the_engine_has_at_most_fifteen_kernels_and_each_loads() -> None:
    told: list[tuple[int, int, str]] = []
    kernels = warm(lambda done, total, name: told.append((done, total, name)))
    assert kernels == KERNELS
    engine = [k for k in kernels if k.function.__module__.startswith(("musculus.measures.", "musculus.cut"))]
    assert 10 <= len(engine) <= 15  # others that are loaded by now belong to the detector
    assert len({k.name for k in kernels}) == len(kernels)
    assert all(k.fresh is not None and k.__doc__ for k in kernels)
    assert told == [*((i, len(kernels), k.name) for i, k in enumerate(kernels)), (len(kernels), len(kernels), "")]


def test_a_read_only_install_without_a_home_measures_all_the_same(installed: Path) -> None:
    for folder in {p.parent for p in installed.rglob("*.py")}:
        (folder / "__pycache__").touch()  # for root nothing is read-only; but no folder can stand where a file does
    for path in (installed, *installed.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    homeless = {"HOME": "/dev/null"} if getattr(os, "geteuid", int)() == 0 else {}  # without HOME root still has one
    length, used = run(installed, **homeless)
    assert length == 10
    assert used
    assert {tuple(v) for v in used.values()} == {(True, False)}  # made for this process, kept nowhere
    assert not list(installed.rglob("*.nbi"))


def test_kernels_are_kept_for_the_next_process_and_made_anew_after_an_upgrade(installed: Path) -> None:
    first, second = run(installed), run(installed)
    assert first[0] == second[0] == 10
    assert {tuple(v) for v in first[1].values()} == {(True, True)}
    assert {tuple(v) for v in second[1].values()} == {(False, True)}
    views = installed / "musculus" / "measures" / "engine" / "views.py"
    views.write_text(views.read_text().replace("np_ += 1", "np_ += 1  # another version"))
    upgraded = run(installed)
    assert upgraded[0] == 10
    assert upgraded[1]["fill_views"] == [True, True]
    assert upgraded[1]["reduce_cuts"] == [False, True]


def test_a_cache_directory_can_be_named(installed: Path, tmp_path: Path) -> None:
    length, _ = run(installed, NUMBA_CACHE_DIR=str(tmp_path / "kept"))
    assert length == 10
    assert list((tmp_path / "kept").rglob("*.nbi"))


def test_a_damaged_cache_is_passed_over(tmp_path: Path) -> None:
    """A file cut short by a full disk or a killed process must not stop every start after it."""
    here = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    code = "from musculus.cut import cut\nfrom musculus.events import Events\n"
    code += "print(len(cut(Events.of([0, 1], [0, 5], [0, 0]), 'stroke')))"
    command = [sys.executable, "-c", code]
    assert subprocess.run(command, env=here, capture_output=True, text=True, check=True).stdout == "1\n"
    damaged = [*tmp_path.rglob("*.nbi"), *tmp_path.rglob("*.nbc")]
    assert damaged
    for file in damaged:
        file.write_bytes(file.read_bytes()[:20])
    assert subprocess.run(command, env=here, capture_output=True, text=True, check=True).stdout == "1\n"
