"""The log, the hourly export beside the server, and what the server says when it starts."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.serve.conftest import SOURCE, frame

from musculus.serve.logs import SAME, Json, NoFlood, without_people
from musculus.store import open_store
from musculus.store.base import BatchRow
from musculus.wire import decode

A = "a7" * 16


def record(message: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("musculus.ingest", logging.ERROR, "", 0, message, values, None)


@pytest.mark.parametrize(
    "private",
    [A, "203.0.113.9", "2001:db8::1:2:3", "::1", "mk_secret_1a2b_x-y", "me:pw"],
)
def test_nothing_about_a_person_is_in_a_line(private: str) -> None:
    text = f"postgresql://{private}@db/x failed" if private == "me:pw" else f"no answer to {private} at 12:30:05"
    line = Json().format(record("%s", text))
    assert private not in line
    assert set(json.loads(line)) == {"at", "level", "logger", "message"}


def test_a_time_and_plain_words_stay_as_they_are() -> None:
    assert without_people("at 12:30:05 a group of 7 batches") == "at 12:30:05 a group of 7 batches"


def test_a_traceback_is_one_line_of_json_without_people() -> None:
    try:
        raise ValueError(f"frame of {A}")
    except ValueError:
        line = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    said = Json().format(line)
    assert "\n" not in said
    assert "Traceback" in json.loads(said)["error"]
    assert A not in said


def test_a_flood_is_a_few_lines_and_a_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    one = NoFlood()
    written = [one.filter(record("no verdict on %s: %s", k, "x")) for k in range(100)]
    assert sum(written) == SAME
    assert one.filter(record("another kind"))
    now[0] = 61.0
    late = record("no verdict on %s: %s", 7, "x")
    assert one.filter(late)
    assert late.getMessage() == f"no verdict on 7: x ({100 - SAME} more like this before)"


def test_the_server_says_one_json_document_and_exports_beside_it(tmp_path: Path) -> None:
    url, lake = f"sqlite:///{tmp_path}/store.db", tmp_path / "lake"
    store = open_store(url)
    body = frame(A)
    b = decode(body)
    old = int(time.time() * 1000) - 5 * 3_600_000
    store.append([BatchRow("demo", A, b.view, 0, float(b.time_origin), old, b.n, body)])
    store.close()
    line = ["-m", "musculus", "serve", "--json", "--log", "json", "--port", "0", "--store", url, "--export", str(lake)]
    own = {**os.environ, "PYTHONPATH": str(SOURCE)}
    pipe = subprocess.PIPE
    server = subprocess.Popen([sys.executable, *line], stdout=pipe, stderr=pipe, text=True, env=own)
    try:
        assert server.stdout
        said = json.loads(server.stdout.readline())
        assert said["pages"].startswith("http://127.0.0.1:")
        assert said["admin_key"].startswith("mk_admin_")
        end = time.monotonic() + 60
        while not list(lake.rglob("*.parquet")):
            assert server.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        server.send_signal(signal.SIGTERM)
        rest, errors = server.communicate(timeout=30)
    assert (rest, server.returncode) == ("", -signal.SIGTERM)
    assert all(json.loads(entry)["level"] for entry in errors.splitlines())
