"""`musculus keys`, at a store and at a running server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serve.conftest import Server, launch  # noqa: F401

from musculus.cli import main


def test_keys_are_made_listed_and_ended_in_a_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = ["--store", f"sqlite:///{tmp_path}/k.db"]
    assert main(["keys", "make", "write", "--site", "shop", "--note", "front page", *store]) == 0
    key = capsys.readouterr().out.split()[0]
    assert key.startswith("mk_write_")
    assert main(["keys", "end", key.split("_")[2], "--hours", "2", *store]) == 0
    assert "ends 2" in capsys.readouterr().out
    assert main(["keys", "list", "--json", *store]) == 0
    said = capsys.readouterr().out
    assert key.split("_", 3)[3] not in said
    [listed] = json.loads(said)["keys"]
    assert (listed["kind"], listed["site"], listed["note"]) == ("write", "shop", "front page")
    for wrong in (["make"], ["end"], ["make", "write"], ["make", "master", "--site", "x"], ["end", "00000000"]):
        assert main(["keys", *wrong, *store]) == 2


def test_keys_are_made_at_a_running_server(
    launch: Callable[..., Server],  # noqa: F811
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = launch()
    at = ["--server", server.origin]
    monkeypatch.delenv("MUSCULUS_ADMIN_KEY", raising=False)
    assert main(["keys", "list", *at]) == 2
    assert "MUSCULUS_ADMIN_KEY" in capsys.readouterr().err
    assert server.process.stdout
    monkeypatch.setenv("MUSCULUS_ADMIN_KEY", server.process.stdout.readline().split()[2])
    assert main(["keys", "make", "secret", "--site", "shop", "--days", "30", *at]) == 0
    key = capsys.readouterr().out.split()[0]
    assert server.ask("GET", "/v1/recordings", headers={"Authorization": f"Bearer {key}"})[0] == 200
    assert main(["keys", "end", key.split("_")[2], *at]) == 0
    assert server.ask("GET", "/v1/recordings", headers={"Authorization": f"Bearer {key}"})[0] == 401
    assert main(["keys", "make", "write", *at]) == 2
    assert "belongs to one site" in capsys.readouterr().err
