"""What another process may do to a file that a server has open: read it, and nothing to its log."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.store.conftest import visit

from musculus.errors import StoreError
from musculus.store import open_store

READ = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(*db.execute("SELECT count(*) FROM batch").fetchone())
db.close()
"""


def test_a_second_store_in_one_process_is_refused_and_takes_no_lock_of_the_first_away(tmp_path: Path) -> None:
    """Closing any handle of a file ends all locks that a process has on it; who reads next would take the log away."""
    path = tmp_path / "store.db"
    batches = visit(0, 2)
    store = open_store(f"sqlite:///{path}")
    store.append(batches[:1])
    with pytest.raises(StoreError, match="in use"):
        open_store(f"sqlite:///{path}")
    for count in (1, 2):
        said = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
        assert said.stdout.strip() == str(count)
        store.append(batches[1:])
    assert path.with_name("store.db-wal").exists()
    store.close()
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM batch").fetchone() == (2,)
