"""`import musculus` is cheap, and every name it offers is there when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import musculus
from musculus.read import read, scan


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh Python has imported after this code."""
    out = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(out.stdout.split())


def test_importing_musculus_imports_no_library() -> None:
    heavy = {"numpy", "polars", "numba", "sklearn", "scipy", "pandas", "msgspec", "argparse"}
    assert not loaded_by("import musculus") & heavy


def test_importing_the_rooms_imports_neither_polars_nor_numba() -> None:
    code = "import musculus.events, musculus.read, musculus.cut, musculus.measures, musculus.features, musculus.cli"
    assert not loaded_by(code) & {"polars", "numba", "sklearn", "scipy", "pandas"}


@pytest.mark.parametrize("name", musculus.__all__)
def test_every_name_offered_is_there(name: str) -> None:
    assert getattr(musculus, name) is not None


def test_functions_and_rooms_have_names_of_their_own() -> None:
    assert musculus.read_events is read
    assert musculus.read.scan is scan  # type: ignore[attr-defined]
    assert {"read_events", "measure"} <= set(dir(musculus))


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'reed'; it has MEASURES, Events"):
        _ = musculus.reed  # type: ignore[attr-defined]
