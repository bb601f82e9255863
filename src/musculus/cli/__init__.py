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
    "data": "musculus.cli.data",
    "doctor": "musculus.cli.doctor",
}
DONE, NO, WRONG = 0, 1, 2  # exit codes: done; done, and the answer is no; the call or the input is wrong


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit code. What went wrong is said on standard error."""
    logging.basicConfig(format="%(message)s")
    args = parser().parse_args(argv)
    try:
        return int(args.run(args))
    except MusculusError as e:
        return _wrong(str(e))
    except BrokenPipeError:  # who read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as e:
        return _wrong(f"{e.strerror or e}: {e.filename}" if e.filename else str(e))
    except KeyboardInterrupt:
        return _wrong("stopped")
    except Exception:  # noqa: BLE001 - an exit code of 1 would say "done, and the answer is no"
        traceback.print_exc()
        return _wrong("this is a fault of musculus, not yours; please report it with the lines above")


def _wrong(message: str) -> int:
    sys.stderr.write(f"musculus: {message}\n")
    return WRONG


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
    p.add_argument("--json", action="store_true", help="print one JSON document on standard output and nothing else")
    p.set_defaults(run=command.run)
