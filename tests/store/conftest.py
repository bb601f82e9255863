"""Stores to test against, and batches to put into them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.postgres import Postgres

from musculus.store import STORES, open_store
from musculus.store.base import BatchRow, Store

EXAMPLE = BatchRow("demo", "0a" * 16, "1b" * 8, 0, 1_700_000_000_000.5, 1_700_000_001_000, 3, b"three events")


def batch(**changes: object) -> BatchRow:
    """A batch like `EXAMPLE`, but for the fields named."""
    return replace(EXAMPLE, **changes)  # type: ignore[arg-type]


def visit(recording: int, batches: int, *, seed: int = 0) -> list[BatchRow]:
    """The batches of one made-up visit over two page views, a few hundred random bytes each."""
    rng = random.Random(seed * 1000 + recording)
    return [
        batch(
            recording=f"{recording:032x}",
            view=f"{recording * 2 + k % 2:016x}",
            sequence=k // 2,
            origin=1e12 + k % 2,
            received=1_000_000 + recording * 100 + k,
            events=rng.randrange(100),
            frame=rng.randbytes(rng.randrange(1, 900)),
        )
        for k in range(batches)
    ]


@pytest.fixture(params=list(STORES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place for a store of each kind."""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.database()
    return f"sqlite:///{tmp_path}/new folder/musculus.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open, empty store of each kind."""
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def reopen(url: str, store: Store) -> Iterator[Callable[[], Store]]:
    """Close the store and open it anew, as a restarted server does."""
    stores = [store]

    def again() -> Store:
        stores[-1].close()
        stores.append(open_store(url))
        return stores[-1]

    yield again
    stores[-1].close()
