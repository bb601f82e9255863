"""Generators by other hands: programs in a folder, each in a process of its own, that answer ends with strokes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from musculus.errors import DataError
from musculus.evaluate.arena.entrants import Floats, ends_of, strokes_from
from musculus.events import Events

FOLDER: Final = Path("benchmarks") / "arena"  # of the project's own adapters, in its checkout
PYTHON: Final = (".py",)
NODE: Final = (".mjs", ".js")
PATIENCE: Final = 600.0  # s that one program may take


def adapters(folder: Path) -> list[Path]:
    """The programs of a folder, by name; DataError where there is none."""
    found = sorted(p for p in folder.iterdir() if p.suffix in (*PYTHON, *NODE)) if folder.is_dir() else []
    if not found:
        raise DataError(f"{folder} holds no adapter (.py, .mjs): name the folder of some, as {FOLDER} of the checkout")
    return found


def home() -> Path:
    """The folder of the project's own adapters: in the working folder, or in the checkout this package runs from."""
    checkout = Path(__file__).resolve().parents[4] / FOLDER
    return checkout if checkout.is_dir() and not FOLDER.is_dir() else FOLDER


def external(
    folder: Path,
    people: Events,
    n: int = 200,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Events, list[str]]:
    """(strokes of every generator that the folder's programs drive, a word on each that gave none).

    Each draws n strokes between ends of people's strokes; they are as the generator reports them, not yet shown to a
    page. Generators are called `name@version`. DataError where no program gave any stroke.
    """
    ends = ends_of(people, n, seed)
    programs = adapters(folder.resolve())
    strokes: list[Events] = []
    words: list[str] = []
    for i, program in enumerate(programs):
        for answer in ask(program, ends, seed):
            name = str(answer.get("generator", program.name))
            if "strokes" in answer:
                version = answer.get("version")
                called = f"{name}@{version}" if version else name
                strokes.append(strokes_from(called, answer["strokes"], str(answer.get("family", ""))))
            else:
                words.append(f"{name}: {answer.get('missing') or answer.get('failed') or 'gave no strokes'}")
        if progress:
            progress(i + 1, len(programs))
    if not strokes:
        raise DataError(f"no program of {folder} gave a stroke ({'; '.join(words)}); see its README")
    return Events.concat(strokes), words


def ask(program: Path, ends: Floats, seed: int) -> list[dict[str, Any]]:
    """What one program answers; a program that can't be run or fails is one answer `failed`."""
    command = _command(program)
    if command is None:
        return [{"generator": program.name, "missing": "install Node.js 20 or later"}]
    question = json.dumps({"ends": ends.tolist(), "seed": seed})
    surroundings = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}  # its own, not ours
    try:
        done = subprocess.run(  # noqa: S603  # a list, no shell; programs of a folder that the user named
            command, input=question, capture_output=True, text=True, timeout=PATIENCE, cwd=program.parent,
            env=surroundings, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return [{"generator": program.name, "failed": f"took more than {PATIENCE:.0f} s"}]
    answers = [_answer(line, program) for line in done.stdout.splitlines() if line.strip()]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        answers.append({"generator": program.name, "failed": f"exit code {done.returncode}: {last}"})
    return answers


def _command(program: Path) -> list[str] | None:
    """How to run it: by the environment beside it, this Python, or Node.js; None where that isn't installed."""
    if program.suffix in PYTHON:
        own = program.parent / ".venv" / "bin" / "python"
        return [str(own) if own.is_file() else sys.executable, program.name]
    node = shutil.which("node")
    return [node, program.name] if node else None


def _answer(line: str, program: Path) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return {"generator": program.name, "failed": f"printed a line that is not JSON: {line[:80]!r}"}
    return found if isinstance(found, dict) else {"generator": program.name, "failed": "printed no JSON object"}
