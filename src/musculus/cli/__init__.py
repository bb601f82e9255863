"""The command line: one small module a command, each mirroring one function of the public API."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from types import ModuleType
from typing import Final

from musculus import __version__
from musculus.errors import MusculusError

COMMANDS: Final = {
    "convert": "musculus.cli.convert",
    "measure": "musculus.cli.measure",
    "measures": "musculus.cli.measures",
    "features": "musculus.cli.features",
    "train": "musculus.cli.train",
    "evaluate": "musculus.cli.evaluate",
    "compare": "musculus.cli.compare",
    "predict": "musculus.cli.predict",
    "study": "musculus.cli.study",
    "arena": "musculus.cli.arena",
    "draw": "musculus.cli.draw",
    "shot": "musculus.cli.shot",
    "serve": "musculus.cli.serve",
    "export": "musculus.cli.export",
    "keys": "musculus.cli.keys",
    "privacy": "musculus.cli.privacy",
    "backup": "musculus.cli.backup",
    "data": "musculus.cli.data",
    "doctor": "musculus.cli.doctor",
}
EXTRAS: Final = {
    **dict.fromkeys(("starlette", "uvicorn", "jinja2", "uvloop", "httptools", "onnxruntime"), "serve"),
    **dict.fromkeys(("sklearn", "scipy", "xgboost", "lightgbm", "catboost", "optuna", "skl2onnx"), "learn"),
    "matplotlib": "draw",
    "asyncpg": "postgres",
    **dict.fromkeys(("pyarrow", "fsspec", "duckdb"), "lake"),
}
DONE, NO, WRONG = 0, 1, 2  # exit codes: done; done, and the answer is no; the call or the input is wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code. What went wrong is said on standard error."""
    logging.basicConfig(format="%(message)s")
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except BrokenPipeError:  # who read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as e:  # noqa: BLE001 - exit code 1 would say "done, and the answer is no"
        sys.stderr.write(f"musculus: {_said(e)}\n")
        return WRONG


def _said(error: BaseException) -> str:
    """What to tell of an error; one that is a fault of ours is told with its lines."""
    if isinstance(error, MusculusError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "stopped"
    if isinstance(error, ModuleNotFoundError):
        extra = EXTRAS.get((error.name or "").partition(".")[0])
        if extra:
            return f"this needs {error.name}, which is not installed: pip install 'musculus[{extra}]'"
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}" if error.filename else str(error)
    traceback.print_exception(error)
    return "this is a fault of musculus, not yours; please report it with the lines above"


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="musculus", description="What the way a pointer moves says about who, or what, moves it."
    )
    top.add_argument("--version", action="version", version=f"musculus {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for name, module in COMMANDS.items():
        _add(commands, name, import_module(module))
    return top


def _add(commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, command: ModuleType) -> None:
    """A command from its module: docstring for the help (summary, text, example), `arguments`, `run`, `MIRRORS`."""
    summary, _, rest = (command.__doc__ or "").partition("\n\n")
    p = commands.add_parser(
        name,
        help=summary.rstrip("."),
        description=summary,
        epilog=f"{rest.strip()}\n\nIn Python: {command.MIRRORS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.arguments(p)
    if getattr(command, "ANSWERS", True):
        p.add_argument("--json", action="store_true", help="print one JSON document on standard output, nothing else")
    p.set_defaults(run=command.run)
