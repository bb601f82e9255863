"""The package as others get it: its version, its files, its lock, and how little an import of it costs."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import subset
from packaging.requirements import Requirement
from packaging.version import Version

import musculus

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements" / "locked.txt").read_text()
PINS = subset.read_pins(LOCK)
EXTRAS = PROJECT["project"]["optional-dependencies"]
HEAVY = {
    "catboost", "duckdb", "jinja2", "lightgbm", "llvmlite", "matplotlib", "msgspec", "narwhals", "numba", "onnxruntime",
    "optuna", "pandas", "polars", "pyarrow", "pyspark", "scipy", "sklearn", "starlette", "torch", "uvicorn", "xgboost",
}  # fmt: skip


def test_the_version_is_a_version_and_the_changelog_knows_it() -> None:
    assert str(Version(musculus.__version__)) == musculus.__version__
    assert f"## [{musculus.__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_package_says_that_it_is_typed() -> None:
    assert Path(musculus.__file__).with_name("py.typed").is_file()


def test_importing_musculus_imports_no_heavy_library() -> None:
    code = "import json, sys; import musculus; print(json.dumps(sorted({m.partition('.')[0] for m in sys.modules})))"
    alone = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=alone, capture_output=True, text=True, check=True)
    assert "musculus" in (loaded := set(json.loads(done.stdout)))
    assert not loaded & HEAVY


def test_a_wheel_carries_every_file_of_the_package() -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(ROOT))
    carried = {Path(each.path) for each in wheel.recurse_included_files()}
    there = {p for p in (ROOT / "src" / "musculus").rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert Path(musculus.__file__) in {path.resolve() for path in carried}
    assert not there - carried, "a line of .gitignore keeps these out of the package"


def lock_files() -> list[Path]:
    listed = ("requirements/*.txt", "requirements*.txt", "uv.lock", "pylock*.toml", "collector/*lock*", "*/*lock.json")
    return sorted({path for pattern in listed for path in ROOT.glob(pattern) if "node_modules" not in path.parts})


@pytest.mark.parametrize("path", lock_files(), ids=lambda path: path.name)
def test_a_lock_names_no_registry_no_address_and_no_machine(path: Path) -> None:
    text = path.read_text()
    addresses = re.findall(r'"resolved"|--(?:extra-)?index-url|--find-links|^.*registry\..*$', text, re.MULTILINE)
    assert not addresses
    assert not re.findall(r"(?:^|[\s\"'=])(?:file:|/(?:home|root|tmp|opt|Users|work)/\S*)", text, re.MULTILINE)
    if path.suffix == ".txt":
        assert "://" not in text
        assert " @ " not in text


def test_every_pin_is_one_exact_version_with_hashes() -> None:
    assert len(PINS) > 50
    for pin in PINS:
        assert re.match(r"[a-z0-9-]+==\S+( ; [^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+\Z", pin.text), pin


def test_the_lock_answers_what_the_project_asks_for() -> None:
    pinned = {pin.name: Requirement(pin.text.splitlines()[0].rstrip(" \\")) for pin in PINS}
    asked = chain(PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"], *EXTRAS.values())
    for requirement in map(Requirement, asked):
        [version] = pinned[subset.canonical(requirement.name)].specifier
        assert requirement.specifier.contains(version.version), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_pins_of_an_extra_are_all_that_its_libraries_ask_for(extra: str) -> None:
    pins = {pin.name: pin for pin in subset.subset([extra])}
    looked_at = 0
    for name, pin in pins.items():
        try:
            installed = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # of an extra that is not installed here
        if not pin.text.startswith(f"{name}=={installed.version} "):
            continue  # somebody's own environment, with other versions
        looked_at += 1
        asked = map(Requirement, installed.requires or [])
        needs = {subset.canonical(each.name) for each in asked if not each.marker or each.marker.evaluate()}
        assert needs <= set(pins), f"{name} also needs {needs - set(pins)}"
    if not looked_at:
        pytest.skip("nothing of this extra is installed here in the version of the lock")


@pytest.mark.parametrize("absent", ["torch", "xgboost", "psycopg", "aeon"])
def test_the_lock_keeps_out(absent: str) -> None:
    assert absent not in {pin.name for pin in PINS}


@pytest.mark.parametrize("absent", ["scikit-learn", "pandas", "scipy", "pytest"])
def test_serving_does_not_install(absent: str) -> None:
    assert absent not in {pin.name for pin in subset.subset(["serve"])}
