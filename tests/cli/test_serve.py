"""The server as a command: it says where it is, and stops when told to."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_serve_prints_its_addresses_and_ends_well_when_it_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "musculus", "serve", "--port", "0", "--store", f"sqlite:///{tmp_path / 'a.db'}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(3)]
        server.send_signal(signal.SIGINT)
        code = server.wait(timeout=60)
    assert [line.split("  ")[0] for line in said] == ["demo page", "session list", "script tag"]
    assert 'data-site="demo"' in said[2]
    assert code == 0
    assert (tmp_path / "a.db").exists()


def test_a_store_that_is_none_is_a_wrong_call(musculus: Run) -> None:
    code, out, err = musculus("serve", "--port", "0", "--store", "paper://drawer")
    assert (code, out) == (2, "")
    assert "paper" in err
