"""The script that ships is what the TypeScript gives, small enough, and its own tests pass."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECTOR = ROOT / "collector"
STATIC = ROOT / "src" / "musculus" / "serve" / "static"
SCRIPT = STATIC / "musculus.js"


def run(*command: str) -> str:
    """A command in the collector's folder, where Node and the build's two packages are."""
    if not shutil.which("node"):
        pytest.skip("no Node here: the built collector lies in the package")
    if not (COLLECTOR / "node_modules" / "esbuild").is_dir():
        pytest.skip("the collector's build is not installed: make collector")
    done = subprocess.run(command, cwd=COLLECTOR, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_committed_script_is_what_the_source_gives(tmp_path: Path) -> None:
    said = run("node", "build.mjs", "--out", str(tmp_path))
    names = ["musculus.js", "musculus.mjs", "musculus.d.ts", "musculus.js.sri", "consent.js"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (STATIC / name).read_bytes(), f"{name} is stale: make collector"
    sizes = [int(size) for size in re.findall(r"(\d+)", said)]
    assert sizes[1] <= 3_200  # what the first version did in 3 KB: records, packs, sends
    assert sizes[0] <= 5 * 1024


def test_the_typescript_is_sound() -> None:
    run("node", "node_modules/typescript/bin/tsc")


def test_the_collectors_own_tests_pass() -> None:
    run("node", "build.mjs", "--tests")
    said = run("node", "--test", "tests/built/")
    assert int(re.search(r"# pass (\d+)", said)[1]) >= 17  # type: ignore[index]
    assert "# fail 0" in said


def test_the_script_is_small_and_its_hash_is_told() -> None:
    script = SCRIPT.read_bytes()
    assert len(gzip.compress(script, 9)) <= 5 * 1024
    hashed = base64.b64encode(hashlib.sha384(script).digest()).decode()
    assert (STATIC / "musculus.js.sri").read_text() == f"sha384-{hashed}\n"


def test_the_script_that_asks_is_small_too() -> None:
    assert len(gzip.compress((STATIC / "consent.js").read_bytes(), 9)) <= 2 * 1024


def test_the_lock_pins_by_hash_and_names_no_host() -> None:
    lock = (COLLECTOR / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "://" not in lock
    assert lock.count('"integrity"') >= 2
