"""Make `.venv` hold what a verb needs, from the lock, with every hash checked: `environment.py serve learn ...`.

Called by the Makefile with the Python that the environment is to have. Does nothing where the environment is already
right, adds what is missing, and starts afresh when the lock or the Python has changed, so that a package which
nothing asks for any more can't linger. Standard library only: this is the first thing that runs.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

import subset
from virtual import Trouble, has_pip, make_environment, python_of, run

PYTHONS = ((3, 11), (3, 14))
MADE = "musculus.json"  # lies in the environment and says what it was made from


def fingerprint() -> str:
    """Hash what the environment is made from: the lock, what the project asks for, and the Python."""
    project = subset.PROJECT.read_text().partition("[tool.")[0]  # a lint rule is no reason to install anything
    made_from = [subset.LOCK.read_text(), project, sys.version, str(subset.ROOT)]
    return hashlib.sha256("\0".join(made_from).encode()).hexdigest()


def made(venv: Path) -> tuple[str, set[str]]:
    """Read what the environment was made from and which extras it holds."""
    try:
        note = json.loads((venv / MADE).read_text())
        return note["fingerprint"], set(note["extras"])
    except FileNotFoundError:
        if python_of(venv).exists():
            raise Trouble(f"{venv} is there, but not of this Makefile's making: remove it or move it away") from None
        return "", set()


def note(venv: Path, now: str, extras: set[str]) -> None:
    """Write down what the environment was made from and which extras it holds."""
    (venv / MADE).write_text(json.dumps({"fingerprint": now, "extras": sorted(extras)}))


def pip(venv: Path) -> list[str]:
    """Find a pip that installs into the environment: its own, or this Python's where it was made without one."""
    own = str(python_of(venv))
    return [own, "-m", "pip"] if has_pip(own) else [sys.executable, "-m", "pip", "--python", own]


def install(venv: Path, extras: set[str]) -> None:
    """Install the pins that the extras need and nothing else, then musculus itself from this checkout."""
    listed = venv / "requirements.txt"
    listed.write_text("".join(pin.text for pin in subset.subset(sorted(extras))))
    calm = ["install", "--no-input", "--disable-pip-version-check", "--no-warn-script-location", "--progress-bar=off"]
    # Nobody's setup.py runs, but pyspark's: it comes as source only (and what builds it is not of the lock)
    wheels = ["--only-binary=:all:", "--no-binary=pyspark"]
    follow([*pip(venv), *calm, *wheels, "--require-hashes", "-r", str(listed)], listed)
    # The backend that builds musculus is among the pins, so nothing is fetched behind the lock's back.
    editable = ["--no-deps", "--no-build-isolation", "--no-index", "--editable", str(subset.ROOT)]
    run([*pip(venv), *calm, "--quiet", *editable], "pip could not install musculus from this checkout")


def follow(command: list[str], listed: Path) -> None:
    """Run pip and say how far it is: one line that counts on a terminal, silence elsewhere until it fails."""
    asked = listed.read_text().splitlines()
    total = sum("==" in line for line in asked)
    seen: set[str] = set()
    lines: list[str] = []
    start = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        for line in process.stdout or ():
            lines.append(line)
            if at := re.search(r"\(from -r .* \(line (\d+)\)\)", line):  # pip has come to this line of the list
                seen.add(name := subset.package(asked[int(at[1]) - 1]))
                progress(f"  {len(seen)} of {total}: {name}")
            elif line.startswith("Installing "):
                progress("  unpacking")
    progress("")
    if process.returncode:
        raise Trouble("pip could not install what requirements/locked.txt lists", "".join(lines[-15:]))
    print(f"  {total} packages, hashes checked, {time.monotonic() - start:.0f} s", flush=True)


def progress(line: str) -> None:
    """Write over the terminal's last line; a log file gets none of this."""
    if sys.stdout.isatty():
        print(f"\r\x1b[K{line}", end="", flush=True)


def provide(venv: Path, extras: set[str]) -> None:
    """Bring the environment to where it holds these extras."""
    if not PYTHONS[0] <= sys.version_info < PYTHONS[1]:
        raise Trouble(f"this is Python {sys.version.split()[0]}; musculus runs on 3.11, 3.12 and 3.13")
    now, (before, held) = fingerprint(), made(venv)
    if before == now and extras <= held and python_of(venv).exists():
        return
    if before != now or not python_of(venv).exists():
        print(f"Making {venv.name} with Python {sys.version.split()[0]}", flush=True)
        make_environment(venv)
        held = set()
        note(venv, now, held)
    print(f"Installing into {venv.name}: {', '.join(sorted(extras))}", flush=True)
    install(venv, extras | held)
    note(venv, now, extras | held)


if __name__ == "__main__":
    try:
        provide(subset.ROOT / ".venv", set(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))
