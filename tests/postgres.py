"""A PostgreSQL of the tests' own: a fresh cluster on a socket in a temporary folder, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest

QUICK = "-c shared_buffers=16MB -c fsync=off"  # for tests; what is measured runs with the server's own settings


class Postgres:
    """A running server; `database()` makes an empty database and gives its URL."""

    def __init__(self, binaries: Path, socket: Path) -> None:
        self._binaries, self._socket = binaries, socket
        self.data = socket / "data"
        self._numbers = count()

    @property
    def folder(self) -> Path:
        """Where all its files are: tables, write-ahead log, the server's own log."""
        return self._socket

    def database(self) -> str:
        name = f"events{next(self._numbers)}"
        self.run("createdb", "-h", self._socket, "-U", "musculus", name)
        return f"postgresql://musculus@/{name}?host={quote(str(self._socket), safe='')}"

    def sql(self, url: str, statement: str) -> str:
        """What psql prints of one statement, without ornament."""
        return self.run("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url)

    def run(self, program: str, *arguments: str | Path) -> str:
        command = [self._binaries / program, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server here, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    inside_path = shutil.which("postgres")
    return found[-1].parent if found else Path(inside_path).parent if inside_path else None


@contextmanager
def running(settings: str = QUICK) -> Iterator[Postgres]:
    """Start a server of its own; it refuses to run as root, so root hands it to the user `postgres`."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="musculus-postgres-"))
    prefix: list[str] = []
    if os.getuid() == 0:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        prefix = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run([*prefix, programs / program, *arguments], check=True, capture_output=True, cwd=folder)

    try:
        run("initdb", "-D", f"{folder}/data", "-U", "musculus", "-A", "trust", "-N", "--locale=C.UTF-8", "-k")
        options = f"-k {folder} -c listen_addresses= -c max_connections=60 {settings}"
        run("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-o", options, "-w", "start")
        yield Postgres(programs, folder)
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
