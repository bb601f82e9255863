"""Backups are of one moment, made beside a writer, and going back undoes no deletion."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.postgres import Postgres
from tests.store.conftest import EXAMPLE, batch, visit

from musculus.cli import main
from musculus.errors import StoreError
from musculus.serve import retention
from musculus.serve.sites import Settings
from musculus.store import open_store
from musculus.store.backup import LIST, backup, restore
from musculus.store.base import Query, Record

CANARY = "ca" * 16


def test_a_backup_holds_what_was_there_and_can_be_served_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([b for k in range(5) for b in visit(k, 6)])
    reader = open_store(f"sqlite:///{tmp_path}/store.db", readonly=True)
    made = backup(reader, tmp_path / "backups", datetime(2026, 11, 22, 3, tzinfo=UTC))
    assert made.name == "musculus-20261122T030000Z.db"
    store.append([EXAMPLE])
    assert restore(made, f"sqlite:///{tmp_path}/again/store.db") == 0
    again = open_store(f"sqlite:///{tmp_path}/again/store.db")
    assert again.counts().batches == 30
    assert again.append([EXAMPLE])
    for one in (store, reader, again):
        one.close()


def test_going_back_deletes_again_what_was_deleted_since(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([batch(recording=CANARY, frame=b"the canary's path"), EXAMPLE])
    old = backup(store, tmp_path / "backups", datetime(2026, 1, 1, tzinfo=UTC))
    store.erase("demo", CANARY)
    backup(store, tmp_path / "backups", datetime(2026, 1, 2, tzinfo=UTC))
    store.close()
    assert CANARY in (tmp_path / "backups" / LIST).read_text()
    assert restore(old, f"sqlite:///{tmp_path}/again.db") == 1
    again = open_store(f"sqlite:///{tmp_path}/again.db")
    assert [row.recording for row in again.recordings(Query())] == [EXAMPLE.recording]
    again.close()
    assert b"the canary's path" not in (tmp_path / "again.db").read_bytes()


def test_a_restore_overwrites_nothing_and_takes_no_foreign_file(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    made = backup(store, tmp_path / "backups")
    store.close()
    with pytest.raises(StoreError, match="is there already"):
        restore(made, f"sqlite:///{tmp_path}/store.db")
    (tmp_path / "other.db").write_bytes(b"no database at all, but long enough to be one " * 50)
    with pytest.raises(StoreError):
        restore(tmp_path / "other.db", f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()
    with pytest.raises(StoreError, match="there is no backup"):
        restore(tmp_path / "nothing.db", f"sqlite:///{tmp_path}/new.db")


def test_a_database_is_left_to_its_own_tools(postgres: Postgres, tmp_path: Path) -> None:
    store = open_store(postgres.database())
    with pytest.raises(StoreError, match="pg_dump"):
        backup(store, tmp_path)
    store.close()


def test_recordings_are_deleted_to_the_day_where_a_site_says_so(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    now = 100 * retention.DAY
    for days, name in ((31, "a"), (29, "b")):
        store.append([batch(recording=name * 32, received=now - days * retention.DAY)])
        store.append([batch(recording=name * 32, site="other", received=now - days * retention.DAY)])
    store.put_record(Record("label", "demo", "x", 1, b"{}", "a" * 32))
    assert retention.sweep(store, now) == 0  # nobody said anything
    Settings(retention_days=30).write(store, "demo")
    assert retention.sweep(store, now) == 1
    assert [r.recording for r in store.recordings(Query(site="demo"))] == ["b" * 32]
    assert len(store.recordings(Query(site="other"))) == 2
    assert store.records("label") == []
    store.close()


def test_the_command_tells_what_is_kept_and_forgets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    store = open_store(url)
    store.append([batch(recording=CANARY), EXAMPLE])
    Settings(retention_days=30).write(store, "demo")
    store.close()
    assert main(["privacy", "--store", url]) == 0
    said = capsys.readouterr().out
    assert "never which key" in said
    assert "30 days" in said
    assert main(["backup", "--store", url, "-o", str(tmp_path / "backups")]) == 0
    capsys.readouterr()
    more = ["--backups", str(tmp_path / "backups"), "--lake", str(tmp_path / "lake"), "--json"]
    assert main(["privacy", "--store", url, "--forget", CANARY, "f" * 32, *more[:2], more[-1]]) == 1
    assert json.loads(capsys.readouterr().out)["deleted"] == {CANARY: 1, "f" * 32: 0}
    [made] = (tmp_path / "backups").glob("*.db")
    assert main(["backup", "--restore", str(made), "--store", f"sqlite:///{tmp_path}/new.db", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deleted_again"] == 1
    assert CANARY.encode() in made.read_bytes()  # in the old copy, until that is deleted
    restored = open_store(f"sqlite:///{tmp_path}/new.db")
    assert [row.recording for row in restored.recordings(Query())] == [EXAMPLE.recording]
    restored.close()
