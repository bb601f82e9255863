"""Backups are of one moment, made beside a writer, and going back undoes no deletion."""

from __future__ import annotations

import contextlib
import importlib
import json
import operator
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.postgres import Postgres
from tests.serve.test_seen import FIRST, look
from tests.serve.test_seen import visit as strokes
from tests.store.conftest import EXAMPLE, batch, visit

from musculus.cli import main
from musculus.cli.privacy import kinds
from musculus.errors import StoreError
from musculus.serve import alarm, retention
from musculus.serve.networks import KIND as NETWORK
from musculus.serve.seen import Seen
from musculus.serve.sites import Settings
from musculus.store import open_store, sqlite_open
from musculus.store.backup import backup, restore
from musculus.store.base import Query, Record
from musculus.store.deletions import LIST, Deletion, again, known, listed, note

CANARY = "ca" * 16
SOURCE = len(Path(sqlite_open.__file__).parents[2].parts)  # of a module's path, what comes before its name


def test_a_backup_holds_what_was_there_and_can_be_served_again(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([b for k in range(5) for b in visit(k, 6)])
    reader = open_store(f"sqlite:///{tmp_path}/store.db", readonly=True)
    made = backup(reader, tmp_path / "backups", datetime(2026, 11, 22, 3, tzinfo=UTC))
    assert made.name == "musculus-20261122T030000Z.db"
    store.append([EXAMPLE])
    (tmp_path / "again" / "store.db-seen").mkdir(parents=True)  # of a store that was moved away
    (tmp_path / "again" / "store.db-seen" / "demo.seen").write_bytes(b"strokes")
    assert restore(made, f"sqlite:///{tmp_path}/again/store.db") == 0
    assert not (tmp_path / "again" / "store.db-seen").exists()
    again = open_store(f"sqlite:///{tmp_path}/again/store.db")
    assert again.counts().batches == 30
    assert again.append([EXAMPLE])
    for one in (store, reader, again):
        one.close()


def test_no_backup_overwrites_one_of_the_same_second(tmp_path: Path) -> None:
    store, moment = open_store(f"sqlite:///{tmp_path}/store.db"), datetime(2026, 1, 1, tzinfo=UTC)
    made = [backup(store, tmp_path / "backups", moment) for _ in range(3)]
    store.close()
    assert [copy.name.partition("Z")[2] for copy in made] == [".db", "-2.db", "-3.db"]
    assert all(copy.is_file() for copy in made)


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


def test_going_back_brings_no_forgotten_person_back_and_no_name_is_in_the_list(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    store.append([EXAMPLE, batch(recording=CANARY)])
    for recording in (EXAMPLE.recording, CANARY):
        alarm.keep(store, "demo", "the canary", recording, 10, b'{"actions": 50}')
        store.put_record(Record(NETWORK, "demo", f"{recording}-1", 10, b"203.0.113.0/24", recording))
    alarm.keep(store, "demo", "somebody", EXAMPLE.recording, 1 << 60, b'{"actions": 50}')  # enrolled after all this
    old = backup(store, tmp_path / "backups", datetime(2026, 1, 1, tzinfo=UTC))
    assert sorted(alarm.drop(store, "demo", "the canary")) == sorted([EXAMPLE.recording, CANARY])
    assert {entry.person for entry in alarm.entries(store, "demo")} == {"somebody"}
    backup(store, tmp_path / "backups", datetime(2026, 1, 2, tzinfo=UTC))
    store.close()
    assert "canary" not in (tmp_path / "backups" / LIST).read_text()
    assert restore(old, f"sqlite:///{tmp_path}/again.db") == 2
    store = open_store(f"sqlite:///{tmp_path}/again.db")
    assert {entry.person for entry in alarm.entries(store, "demo")} == {"somebody"}
    assert store.records(NETWORK) == []
    assert len(store.recordings(Query())) == 2  # the visits themselves stay
    assert {gone.kinds for gone in known(store)} == {("moves", "network", "person")}  # later backups know it too
    store.close()
    assert b"the canary" not in (tmp_path / "again.db").read_bytes()


def test_a_list_written_before_there_were_kinds_is_read(tmp_path: Path) -> None:
    (tmp_path / LIST).write_text(json.dumps([{"site": "demo", "recording": CANARY, "at": 5}]))
    assert listed(tmp_path) == [Deletion("demo", CANARY, 5)]
    (tmp_path / LIST).write_text("nonsense")
    with pytest.raises(StoreError, match="might undo deletions"):
        listed(tmp_path)


def test_a_database_that_went_back_deletes_again_by_the_list(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.database()
    store = open_store(url)
    store.append([EXAMPLE, batch(recording=CANARY)])
    alarm.keep(store, "demo", "the canary", EXAMPLE.recording, 10, b'{"actions": 50}')
    dump = postgres.run("pg_dump", "--data-only", "--inserts", "--schema=musculus", url)
    store.erase("demo", CANARY)
    alarm.drop(store, "demo", "the canary")
    assert note(tmp_path, store) == 2
    assert note(tmp_path, store) == 2
    store.close()
    with pytest.raises(StoreError, match="becomes an SQLite file"):
        restore(tmp_path / "x.db", url)
    for table in ("record", "batch", "recording", "version"):
        postgres.sql(url, f"DELETE FROM musculus.{table}")
    (tmp_path / "dump.sql").write_text("\n".join(line for line in dump.splitlines() if not line.startswith("\\")))
    postgres.run("psql", "-X", "-q", "-f", str(tmp_path / "dump.sql"), url)
    store = open_store(url)
    assert len(store.recordings(Query())) == 2
    assert again(store, listed(tmp_path)) == 2
    assert [row.recording for row in store.recordings(Query())] == [EXAMPLE.recording]
    assert alarm.entries(store, "demo") == []
    store.close()


def test_deleting_again_needs_a_list_and_a_store_that_are_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    assert main(["backup", "--delete-again", str(tmp_path / "none"), "--store", url]) == 2
    assert "holds no erased.json" in capsys.readouterr().err
    (tmp_path / LIST).write_bytes(b"[]")
    assert main(["backup", "--delete-again", str(tmp_path), "--store", url]) == 2
    assert "there is no store" in capsys.readouterr().err
    assert not (tmp_path / "store.db").exists()
    open_store(url).close()
    assert main(["backup", "--delete-again", str(tmp_path), "--store", url]) == 0


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
    assert made.stat().st_mode & 0o077 == 0  # for its owner's eyes, as the store
    assert (tmp_path / "store.db").stat().st_mode & 0o077 == 0
    assert main(["backup", "--restore", str(made), "--store", f"sqlite:///{tmp_path}/new.db", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["deleted_again"] == 1
    assert CANARY.encode() in made.read_bytes()  # in the old copy, until that is deleted
    restored = open_store(f"sqlite:///{tmp_path}/new.db")
    assert [row.recording for row in restored.recordings(Query())] == [EXAMPLE.recording]
    restored.close()


def test_the_command_forgets_a_person_with_or_without_the_visits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    for more, left in (([], 1), (["--recordings"], 0)):
        store = open_store(url)
        store.append([batch(recording=CANARY)])
        alarm.keep(store, "demo", "ann", CANARY, 10, b'{"actions": 50}')
        store.close()
        assert main(["privacy", "--store", url, "--person", "ann", *more, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["enrolled"] == [CANARY]
        store = open_store(url)
        assert (alarm.entries(store, "demo"), len(store.recordings(Query()))) == ([], left)
        store.close()
    assert main(["privacy", "--store", url, "--person", "ann"]) == 1
    assert main(["privacy", "--store", url, "--recordings"]) == 2


KIND = re.compile(r'Record\(\s*"?([\w.]+)"?,')


def test_every_table_and_every_kind_of_document_is_named_by_privacy(tmp_path: Path) -> None:
    """The kinds are read from the sources: whoever writes a new one has to say why it is kept."""
    named = set(kinds())
    tables = set(re.findall(r"CREATE TABLE (\w+)", sqlite_open.TABLES)) - {"record"}
    assert tables <= named
    written = {}
    for path in (Path(sqlite_open.__file__).parents[1]).rglob("*.py"):
        for found in KIND.findall(path.read_text()):
            if found.isupper() or found.endswith(".KIND"):
                module = importlib.import_module(".".join(path.with_suffix("").parts[SOURCE:]))
                written[found, path.name] = operator.attrgetter(found)(module)
            elif found.islower() and found not in ("kind", "record.kind"):
                written[found, path.name] = found
    assert len(set(written.values())) >= 12
    assert set(written.values()) <= named, written


def test_the_command_reaches_the_index_of_strokes_beside_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("musculus.serve.seen.EVERY", 0.0)  # written at once
    url, folder = f"sqlite:///{tmp_path}/store.db", tmp_path / "store.db-seen"
    with contextlib.closing(open_store(url)) as store:
        store.append([batch(recording=CANARY), batch(recording=FIRST)])
        seen = Seen(store, folder)
        for k, name in enumerate((CANARY, FIRST)):
            look(seen, "demo", strokes(k, name))
    assert CANARY.encode() in (folder / "demo.seen").read_bytes()
    assert main(["privacy", "--store", url, "--forget", CANARY]) == 0
    assert CANARY.encode() not in (folder / "demo.seen").read_bytes()
    assert FIRST.encode() in (folder / "demo.seen").read_bytes()
    assert "1 of 1 recordings" in capsys.readouterr().out
