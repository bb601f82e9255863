"""Which pins of `locked.txt` does a purpose need?  One lock for everything, and `make serve` stays small.

`uv pip compile` notes under each pin who asks for it (`# via ...`). So the pins that a set of extras needs are those
that `pyproject.toml` names for it, and from there everything that somebody on the list asks for. Standard library
only: this runs before anything is installed. Should a pin be missing from the answer, pip itself refuses: with
`--require-hashes` it installs nothing that is not on the list.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "locked.txt"
PROJECT = ROOT / "pyproject.toml"


@dataclass(frozen=True)
class Pin:
    """One version of one package: its lines as pip reads them, and who asks for it."""

    name: str
    text: str
    via: frozenset[str]


def canonical(name: str) -> str:
    """Spell a package's name as the lock does.

    >>> canonical("Typing_Extensions")
    'typing-extensions'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def package(requirement: str) -> str:
    """Take the package's name out of a requirement.

    >>> package("uvloop>=0.21; sys_platform != 'win32'")
    'uvloop'
    """
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    if not found:
        raise SystemExit(f"{PROJECT.name}: {requirement!r} names no package")
    return canonical(found.group())


def read_pins(lock: str) -> list[Pin]:
    r"""Read a lock as `uv pip compile --generate-hashes` writes it.

    >>> read_pins("h11==0.16.0 \\\n    --hash=sha256:ab\n    # via\n    #   uvicorn\n")
    [Pin(name='h11', text='h11==0.16.0 \\\n    --hash=sha256:ab\n', via=frozenset({'uvicorn'}))]
    """
    pins = []
    for block in re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]:
        lines = block.splitlines()
        text = "".join(f"{line}\n" for line in lines if line.strip() and not line.lstrip().startswith("#"))
        notes = " ".join(line.strip().lstrip("#") for line in lines if line.lstrip().startswith("#"))
        asking = re.sub(r"\S+ \(.*?\)", " ", notes).split()  # "musculus (pyproject.toml)" doesn't say for which extra
        pins.append(Pin(package(lines[0]), text, frozenset(canonical(a) for a in asking if a != "via")))
    return pins


def roots(project: dict, extras: Iterable[str]) -> set[str]:
    """Name what the project asks for itself: always, to be built, and for each of the extras (or groups)."""
    offered = project["project"]["optional-dependencies"] | project["dependency-groups"]
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in extras:
        if extra not in offered:
            raise SystemExit(f"no extra named {extra!r} in {PROJECT.name}; known: {', '.join(sorted(offered))}")
        wanted += offered[extra]
    return {package(each) for each in wanted}


def needed(pins: list[Pin], names: set[str]) -> list[Pin]:
    """Keep the pins of these packages and of all that they ask for.

    >>> pins = [Pin("a", "", frozenset()), Pin("b", "", frozenset({"a"})), Pin("c", "", frozenset({"x"}))]
    >>> [pin.name for pin in needed(pins, {"a"})]
    ['a', 'b']
    """
    absent = names - {pin.name for pin in pins}
    if absent:
        raise SystemExit(f"{LOCK.name} has no pin for {', '.join(sorted(absent))}: run `make lock`")
    known: set[str] = set()
    while names != known:
        known, names = names, names | {pin.name for pin in pins if pin.via & names}
    return [pin for pin in pins if pin.name in names]


def subset(extras: Iterable[str]) -> list[Pin]:
    """Give the pins that these extras of the project need."""
    return needed(read_pins(LOCK.read_text()), roots(tomllib.loads(PROJECT.read_text()), extras))


if __name__ == "__main__":
    sys.stdout.writelines(pin.text for pin in subset(sys.argv[1:]))
