"""Peers side by side: each in a process of its own, asked in turns, so that a noisy minute hits all of them alike."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from environments import HOME, Unavailable, python_for
from peers import Peer
from same_work import TOLERANCE, Floats, Rows, disagreement

WORKER: Final = Path(__file__).with_name("worker.py")
SOURCE: Final = Path(__file__).resolve().parents[1] / "src"
# One thread for everybody: the figures are events a second of one core.
THREADS: Final = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ONE_THREAD: Final = dict.fromkeys(THREADS, "1")
ENDING: Final = 20.0  # s that a process has to end in after its last answer


@dataclass
class Outcome:
    """What came of one peer: events and cuts it was given, columns it gave, seconds of each round; or why not."""

    peer: Peer
    events: int = 0
    cuts: int = 0
    columns: int = 0
    seconds: list[float] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    compared: dict[str, float] = field(default_factory=dict)
    failed: str = ""

    @property
    def rate(self) -> float:
        """Events a second of processor time, the median over rounds."""
        return self.events / statistics.median(self.seconds)

    @property
    def worst(self) -> float:
        """The largest difference from musculus over the columns that both have."""
        return max(self.compared.values(), default=float("nan"))


class Worker:
    """A peer's process, ready to work."""

    def __init__(self, peer: Peer, rows: Path, home: Path) -> None:
        python = python_for(peer.name.lower(), peer.needs, home)
        environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "ignore"}
        self.errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115  # closed by close()
        self.process = subprocess.Popen(  # noqa: S603  # a list, no shell
            [python, str(WORKER), peer.module, str(rows)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.errors, text=True, env=environment,
        )  # fmt: skip
        self._read()

    def ask(self, *words: str) -> dict[str, Any]:
        """Say a line and wait for the answer; Unavailable with the reason where there is none."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.errors.seek(0)
            said = self.errors.read().strip().splitlines() or ["it said nothing"]
            self.close()
            raise Unavailable(f"its process ended: {said[-1][:200]}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            self.close()
            raise Unavailable(reply["error"])
        return reply

    def close(self) -> None:
        """Let the process end."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe and not pipe.closed:
                pipe.close()
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.errors.close()


class Contest:
    """Peers over the same rows: all compared with the first of them, then timed in turns."""

    def __init__(self, peers: Sequence[Peer], rows: Rows, home: Path = HOME) -> None:
        self.peers, self.rows, self.home = peers, rows, home
        self.outcomes = [Outcome(peer) for peer in peers]
        self.workers: dict[str, Worker] = {}

    def __enter__(self) -> Contest:
        self.folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for worker in self.workers.values():
            worker.close()
        self.folder.cleanup()

    def compare(self, progress: Callable[[str], None]) -> None:
        """Start everybody, and compare what they give with what the first of the peers gives; a run is also a warm-up.

        A peer whose values differ by more than the tolerance is out: its speed at other work says nothing.
        """
        ours: tuple[list[str], Floats] | None = None
        for outcome in self.outcomes:
            progress(f"{outcome.peer.name}: values")
            try:
                names, values = self._first_run(outcome)
            except Unavailable as e:
                outcome.failed = str(e)
                if ours is None:
                    raise
                continue
            ours = ours or (names, values)
            outcome.compared = disagreement(names, values, *ours)
            if outcome.worst > TOLERANCE:
                column = max(outcome.compared, key=outcome.compared.__getitem__)
                outcome.failed = f"{column} differs from musculus by {outcome.worst:.1e}"
                self.workers.pop(outcome.peer.name).close()

    def _first_run(self, outcome: Outcome) -> tuple[list[str], Floats]:
        peer = outcome.peer
        rows = self.rows.first(peer.most) if peer.most else self.rows
        files = [Path(self.folder.name) / f"{self.peers.index(peer)}-{what}.npz" for what in ("rows", "values")]
        rows.save(files[0])
        worker = Worker(peer, files[0], self.home)
        self.workers[peer.name] = worker
        found = worker.ask("check", str(files[1]))
        outcome.events, outcome.cuts, outcome.columns = len(rows), found["cuts"], found["columns"]
        outcome.versions = worker.ask("versions", *peer.say)["versions"]
        with np.load(files[1]) as file:
            return file["names"].tolist(), file["values"]

    def time(self, rounds: int, least: float, progress: Callable[[str], None]) -> None:
        """A B C A B C ..., each that agreed for `least` seconds a round, and one run at least."""
        for k in range(rounds):
            for outcome in self.outcomes:
                if not outcome.failed:
                    progress(f"{outcome.peer.name}: round {k + 1} of {rounds}")
                    outcome.seconds.append(self.workers[outcome.peer.name].ask("time", str(least))["seconds"])
