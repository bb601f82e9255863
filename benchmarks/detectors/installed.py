"""Peers in environments of their own under build/peers, at pinned versions with known bytes; never our dependency."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from environments import HOME, Unavailable, last_line, pip
from virtual import Trouble, make_environment, python_of  # `environments` has shown the way to it

HERE: Final = Path(__file__).resolve().parent
NPM: Final = ("motion-attestation", "1.1.0")
NPM_SHA512: Final = "aap4LZBnzwXILxK33Ry3J87cQotBbgkfKD6eE26ex+f763kJtcC9qGgDnqc/nrkY5uShhLF/hEH5dcFh/qjgGQ=="


def synapse_shield(home: Path = HOME) -> list[str]:
    """The Python that has synapse-shield, made now or before. Unavailable with the reason where that can't be."""
    venv, wanted = home / "synapse-shield", (HERE / "synapse.txt").read_text()
    made = venv / "made.txt"
    if made.is_file() and made.read_text() == wanted:
        return [str(python_of(venv))]
    home.mkdir(parents=True, exist_ok=True)
    try:
        make_environment(venv)
    except Trouble as e:
        raise Unavailable(last_line(str(e))) from e
    calm = ["install", "--no-input", "--disable-pip-version-check", "--progress-bar=off", "--only-binary=:all:"]
    install = [*pip(venv), *calm, "--require-hashes", "-r", str(HERE / "synapse.txt")]
    done = subprocess.run(install, capture_output=True, text=True, check=False)  # noqa: S603  # a list, no shell
    if done.returncode:
        raise Unavailable(f"pip could not install it: {last_line(done.stderr or done.stdout)}")
    made.write_text(wanted)
    return [str(python_of(venv))]


def motion_attestation(home: Path = HOME) -> list[str]:
    """Node and the package's file, fetched by npm now or before; Unavailable where there is no Node, or other bytes."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise Unavailable("it needs Node.js 18 or later with npm, and there is none")
    name, version = NPM
    folder = home / f"{name}-{version}"
    entry = folder / "package" / "src" / "index.js"
    if not entry.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        fetch = [npm, "pack", f"{name}@{version}", "--pack-destination", str(folder), "--loglevel=error"]
        done = subprocess.run(fetch, capture_output=True, text=True, check=False)  # noqa: S603  # a list, no shell
        if done.returncode:
            raise Unavailable(f"npm could not fetch it: {last_line(done.stderr or done.stdout)}")
        packed = folder / f"{name}-{version}.tgz"
        found = base64.b64encode(hashlib.sha512(packed.read_bytes()).digest()).decode()
        if found != NPM_SHA512:
            raise Unavailable(f"npm gave other bytes than were looked at before (sha512 {found[:12]}...)")
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
    return [node, str(HERE / "motion_attestation_says.mjs"), str(entry)]
