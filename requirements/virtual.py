"""Make a virtual environment where `python3 -m venv` may be cut short.

Debian takes ensurepip out of Python and puts it in a package of its own (`python3-venv`); there, `python3 -m venv`
stops half way. The ways out, those first that change nothing on the machine: an environment without pip, filled by
the pip that is there; `virtualenv`; and, as root, Debian's package.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path


class Trouble(Exception):
    """What went wrong and the next step, then the last words of the program that failed."""

    def __init__(self, what: str, output: str = "") -> None:
        super().__init__(f"{output.rstrip()}\n\n{what}" if output.strip() else what)


def run(command: list[str], what: str) -> None:
    """Run a command quietly; if it fails, say what it was for and what it said."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Trouble(what, done.stdout)


def python_of(venv: Path) -> Path:
    """Say where the environment's interpreter is."""
    return venv / "bin" / "python"


def has_pip(python: str) -> bool:
    """Tell whether this Python has pip."""
    return subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def reaches_elsewhere(python: str) -> bool:
    """Tell whether this Python's pip can install into another environment (`--python`, pip 22.3 and later)."""
    asked = [python, "-m", "pip", "--python", python, "--version"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def make_environment(venv: Path) -> None:
    """Make an empty environment with the Python that runs this, in the place of one that was there."""
    python = sys.executable
    if importlib.util.find_spec("ensurepip"):
        return run([python, "-m", "venv", "--clear", str(venv)], f"{python} -m venv could not make {venv}")
    if reaches_elsewhere(python):
        return run([python, "-m", "venv", "--clear", "--without-pip", str(venv)], f"{python} -m venv failed")
    if virtualenv := shutil.which("virtualenv"):
        return run([virtualenv, "--clear", "-p", python, str(venv)], f"virtualenv could not make {venv}")
    wanted = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Trouble(f"{python} can't make environments: install {wanted} (apt-get install {wanted}), or pip")
    print(f"Installing Debian's {wanted}: this Python can't make environments without it", flush=True)
    run(["apt-get", "update", "-q"], "apt-get update failed")
    run(["apt-get", "install", "-q", "-y", "--no-install-recommends", wanted], f"apt-get could not install {wanted}")
    return run([python, "-m", "venv", "--clear", str(venv)], f"{python} -m venv could not make {venv}")
