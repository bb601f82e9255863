"""Servers on a store of each kind."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.postgres import Postgres
from tests.serve.conftest import Server

from musculus.store import STORES


@pytest.fixture(params=list(STORES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store of each kind."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.database()
    return f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def run(url: str) -> Iterator[Callable[..., Server]]:
    """Start servers on that store; whatever still runs at the end is stopped."""
    started: list[Server] = []

    def start(**options: Any) -> Server:
        started.append(Server(url, **options))
        return started[-1]

    yield start
    for one in started:
        one.stop(signal.SIGKILL)
