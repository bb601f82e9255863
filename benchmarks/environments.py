"""Environments for peers that don't belong in ours: made once under build/peers, at the versions pip gives that day."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
HOME: Final = ROOT / "build" / "peers"
sys.path.append(str(ROOT / "requirements"))

from environment import pip  # noqa: E402  # the scripts of `requirements` are no package
from virtual import Trouble, make_environment, python_of  # noqa: E402


class Unavailable(Exception):
    """Why a peer could not be installed or started, in one line."""


def python_for(name: str, needs: tuple[str, ...], home: Path = HOME) -> str:
    """The interpreter that has what a peer needs: this one, or that of an environment made now or before."""
    if not needs:
        return sys.executable
    venv = home / name
    made = venv / "made.json"
    if made.is_file() and json.loads(made.read_text()) == list(needs):
        return str(python_of(venv))
    venv.parent.mkdir(parents=True, exist_ok=True)
    try:
        make_environment(venv)
    except Trouble as e:
        raise Unavailable(last_line(str(e))) from e
    install = [*pip(venv), "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off", *needs]
    done = subprocess.run(install, capture_output=True, text=True, check=False)  # noqa: S603  # a list, no shell
    if done.returncode:
        raise Unavailable(f"pip could not install {' '.join(needs)}: {last_line(done.stderr or done.stdout)}")
    made.write_text(json.dumps(list(needs)))
    return str(python_of(venv))


def last_line(text: str) -> str:
    r"""The line of a program's output that says what went wrong: the last that begins with ERROR, or just the last.

    >>> last_line("Collecting a\nERROR: no such package\n\n[notice] a new pip")
    'ERROR: no such package'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["it said nothing"]
    return ([line for line in lines if line.startswith(("ERROR", "error"))] or lines)[-1][:200]
