"""Server processes on one PostgreSQL, each on a port it keeps, and what they and the database spend."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parents[1] / "src"
SERVE: Final = """
import sys
from musculus.serve.run import serve
serve(port=int(sys.argv[1]), store=sys.stdin.readline().strip())
"""
TICKS: Final = os.sysconf("SC_CLK_TCK")
LOOK: Final = 0.5  # seconds between two looks at what the processes have spent


class Server:
    """A server process that is started again on the port it had."""

    def __init__(self, url: str) -> None:
        self._url, self.port = url, 0
        self.start()

    def start(self) -> None:
        """Start it and wait until it listens."""
        given = {**os.environ, "PYTHONPATH": str(SOURCE)}
        line = [sys.executable, "-c", SERVE, str(self.port)]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(line, stdin=pipe, stdout=pipe, env=given, text=True)  # noqa: S603  # a list
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(self._url + "\n")
        self.process.stdin.flush()
        said = self.process.stdout.readline()
        if not said:
            raise RuntimeError("the server did not start: its last words are above")
        self.port = int(said.split(":")[2].split("/")[0])

    def end(self, how: signal.Signals) -> None:
        """Signal it, wait until it is gone, and let go of its pipes."""
        self.process.send_signal(how)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    async def again(self, how: signal.Signals) -> None:
        """End it and start it, while others go on."""
        await asyncio.to_thread(self.end, how)
        await asyncio.to_thread(self.start)


@contextmanager
def servers(url: str, count: int = 2) -> Iterator[list[Server]]:
    """So many servers on one database, killed at the end."""
    made: list[Server] = []
    try:
        made.extend(Server(url) for _ in range(count))
        yield made
    finally:
        for one in made:
            one.end(signal.SIGKILL)


class Meter:
    """Processor seconds and peak memory of servers and of their children that make verdicts, the killed ones too.

    Looks every half second, so that of a killed process at most the last half second is missing.
    """

    def __init__(self, watched: list[Server]) -> None:
        self._servers = watched
        self._spent: dict[tuple[str, int], float] = {}
        self.peak: dict[str, float] = {"server": 0.0, "verdicts": 0.0}  # MiB of one process
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def seconds(self, role: str) -> float:
        """What all processes of a role, `server` or `verdicts`, have spent so far."""
        self._look()
        return sum(spent for (mine, _), spent in self._spent.items() if mine == role)

    def stop(self) -> None:
        """Look no more."""
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(LOOK):
            self._look()

    def _look(self) -> None:
        for server in self._servers:
            pid = server.process.pid
            self._note("server", pid)
            for child in children(pid):
                self._note("verdicts", child)

    def _note(self, role: str, pid: int) -> None:
        with suppress(OSError, StopIteration):
            self._spent[role, pid] = max(cpu(pid), self._spent.get((role, pid), 0.0))
            self.peak[role] = max(self.peak[role], status(pid, "VmHWM"))


class Database:
    """What a PostgreSQL spends: its processes, those that ended too, and its files."""

    def __init__(self, data: Path) -> None:
        self._postmaster = int((data / "postmaster.pid").read_text().split()[0])

    def seconds(self) -> float:
        """Processor time of all its processes: the server adds up what its ended children spent."""
        return cpu(self._postmaster, ended=True) + sum(_cpu_or_none(pid) for pid in children(self._postmaster))

    def memory(self) -> float:
        """MiB that its processes hold for themselves now, beside the buffers that they share."""
        found = 0.0
        for pid in (self._postmaster, *children(self._postmaster)):
            with suppress(OSError, StopIteration):
                found += status(pid, "RssAnon")
        return found


def cpu(pid: int, *, ended: bool = False) -> float:
    """Seconds of processor time of a process, with `ended` also of its children that are gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11 : 15 if ended else 13])) / TICKS


def status(pid: int, name: str) -> float:
    """A size from a process's status, MiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _cpu_or_none(pid: int) -> float:
    with suppress(OSError):
        return cpu(pid)
    return 0.0
