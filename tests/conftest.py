"""What all tests share: where the public recordings lie, how hypothesis searches, and quick tests first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.postgres import Postgres, running

ROOT = Path(__file__).resolve().parent.parent

# The first call of a compiled measure takes as long as it takes. In CI the same examples every time.
settings.register_profile("musculus", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("musculus")


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of public recordings; they are not part of the project, so a test may find none."""
    folder = Path(os.environ.get("MUSCULUS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no recordings at {folder}: MUSCULUS_DATA names their folder")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test run's own."""
    with running() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is quick first, the browser last; otherwise as the files have it."""
    items.sort(key=lambda item: [bool(item.get_closest_marker(name)) for name in ("browser", "slow")])
