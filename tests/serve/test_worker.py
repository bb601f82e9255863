"""The parent's side of the child process that computes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from musculus.errors import StoreError
from musculus.serve import worker
from musculus.serve.worker import Worker
from musculus.store import open_store


def test_a_child_whose_answer_is_too_long_is_ended_and_another_one_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody reads from it any more, so it would hold its memory and wait for as long as the server runs."""
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    monkeypatch.setattr(worker, "LONGEST_ANSWER", 64)

    async def story() -> None:
        one = Worker(url)
        first = await one.start()
        with pytest.raises(StoreError, match="ask again"):
            await one.ask("no such question" * 20)
        assert await asyncio.wait_for(first.wait(), 30) < 0
        assert await one.ask("let_go") == b"null"
        with pytest.raises(StoreError, match="ask again"):
            await one.ask("no such question" * 20)
        await one.stop()

    asyncio.run(story())
