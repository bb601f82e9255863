"""The stories of the documentation as programs: their blocks in order, and a terminal that runs them word for word.

A block of `sh` is typed into a terminal, `html` is saved under the name that the text before it says, `js` is typed
into the page's console, `text` is what the block before it printed, with `...` for what may differ.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

DOCS: Final = Path(__file__).resolve().parents[1]
STORIES: Final = ("story-site", "story-research", "story-ux")
PORT: Final = "8765"
FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAVED: Final = re.compile(r"[Ss]ave this as `([\w.-]+)`")
TAG, KEY = "script tag", "admin key"  # the last line a server prints when it is there; at its first start


@dataclass(frozen=True)
class Block:
    """A block of a story: its language, its text, the name it is saved under, and its line on the page."""

    language: str
    text: str
    name: str
    line: int


def blocks(story: str) -> Iterator[Block]:
    """The blocks of a story in their order."""
    page = (DOCS / f"{story}.md").read_text(encoding="utf-8")
    end = 0
    for found in FENCE.finditer(page):
        names = SAVED.findall(page, end, found.start())
        end = found.end()
        yield Block(found[1], found[2], names[-1] if names else "", page.count("\n", 0, found.start()) + 1)


class Terminal:
    """A folder with a shell in it. `make serve` runs on until the terminal is left; `port` stands for 8765."""

    def __init__(self, folder: Path, port: int, environment: Mapping[str, str] | None = None) -> None:
        self.folder, self.port = folder, port
        self.environment = {**os.environ, **(environment or {}), "PORT": str(port)}
        self.servers: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for server in self.servers:
            os.killpg(server.pid, signal.SIGTERM)
            server.communicate()

    def words(self, block: Block) -> str:
        """The block's text, with the port that is really used."""
        return block.text.replace(PORT, str(self.port))

    def save(self, block: Block) -> Path:
        """Save a block as the story says."""
        path = self.folder / block.name
        path.write_text(self.words(block), encoding="utf-8")
        return path

    def run(self, block: Block) -> str:
        """Type a block; what it printed. RuntimeError where a line of it failed."""
        if block.text.strip() == "make serve":
            return self._serve()
        bash = shutil.which("bash") or "/bin/bash"
        active = ". .venv/bin/activate\n" if (self.folder / ".venv/bin/activate").is_file() else ""
        done = subprocess.run(  # noqa: S603  # the page's own words are what is to be run
            [bash, "-e", "-o", "pipefail", "-c", active + self.words(block)], cwd=self.folder, env=self.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"line {block.line}: exit code {done.returncode}\n{block.text}\n{done.stdout}")
        return done.stdout

    def _serve(self) -> str:
        bash = shutil.which("bash") or "/bin/bash"
        last = TAG if (self.folder / "musculus-data").is_dir() else KEY
        server = subprocess.Popen(  # noqa: S603  # our own words
            [bash, "-c", "exec make serve"], cwd=self.folder, env=self.environment, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.servers.append(server)
        said = ""
        for line in server.stdout or ():
            said += line
            if line.startswith(last):
                return said
        raise RuntimeError(f"the server ended:\n{said}")


def differs(wanted: str, got: str) -> str:
    """In words where what was printed isn't what the story shows, `...` standing for anything; empty where it is."""
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    checker = doctest.OutputChecker()
    if checker.check_output(wanted, got, options):
        return ""
    return checker.output_difference(doctest.Example("", wanted), got, options)
