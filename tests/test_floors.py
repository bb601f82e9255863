"""The house stands on its floors: a room imports from the rooms below it, never from beside or above."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).resolve().parent.parent / "src" / "musculus"

# Ground floor first. Rooms on one line stand side by side and don't import each other.
FLOORS = (
    ("errors",),
    ("compiled",),  # the decorator of compiled kernels
    ("events",),
    ("cut_rows",),  # the two compiled passes of `cut`
    ("cut",),
    ("wire", "read", "measures", "devices", "bots"),
    ("features", "score", "store"),
    ("models", "tasks", "draw"),
    ("evaluate", "scale"),
    ("serve",),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
DOORS = ("__init__",)  # the front door offers names from every floor, and imports them when they are asked for


class Import(NamedTuple):
    """One mention of a module of ours: where, which, and whether it is imported as soon as the file is."""

    line: int
    module: str
    at_once: bool


def rooms() -> dict[str, list[Path]]:
    """The rooms that exist, with their files."""
    found = {p.stem: [p] for p in sorted(HOUSE.glob("*.py")) if p.stem not in DOORS}
    return found | {p.name: sorted(p.rglob("*.py")) for p in sorted(HOUSE.iterdir()) if any(p.glob("**/*.py"))}


def name_of(path: Path) -> str:
    """A file's module name: `events/schema.py` is `musculus.events.schema`."""
    parts = path.relative_to(HOUSE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, package: str) -> Iterator[Import]:
    """Every mention of a module of ours in a file of `package`.

    Imports inside functions count: they are late, not gone. Those under TYPE_CHECKING count for the floors as well: an
    annotation is knowledge of the room above. So do module paths written as strings, the way tables import on use.
    """
    late: set[ast.AST] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or is_type_checking(node):
            late.update(ast.walk(node))
        for module in modules_of(node, package):
            if module.partition(".")[0] == "musculus":
                yield Import(node.lineno, module, node not in late and not isinstance(node, ast.Constant))


def modules_of(node: ast.AST, package: str) -> list[str]:
    """The modules that one node of the tree mentions, by their full names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *filter(None, [node.module])])
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        path = re.fullmatch(r"musculus\.(\w+)(\.\w+)*", node.value)
        return [node.value] if path and path[1] in FLOOR else []
    return []


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def broken(room: str, found: Import) -> str | None:
    """What is wrong with this import in this room, or None."""
    target = found.module.split(".")[1] if "." in found.module else ""
    if target == room or target.startswith("__"):
        return None
    if target not in FLOOR:
        return f"line {found.line}: {found.module} comes through the front door; import it from its room"
    if FLOOR[target] >= FLOOR[room]:
        beside = "beside" if FLOOR[target] == FLOOR[room] else "above"
        return f"line {found.line}: {room} imports {found.module}, which is {beside} it"
    return None


def package_of(path: Path) -> str:
    return name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]


def test_every_room_has_a_floor() -> None:
    homeless = set(rooms()) - set(FLOOR)
    assert not homeless, f"say in FLOORS, and in the architecture, where these stand: {sorted(homeless)}"


@pytest.mark.parametrize("room", sorted(set(rooms()) & set(FLOOR), key=FLOOR.__getitem__))
def test_a_room_imports_only_from_rooms_below_it(room: str) -> None:
    wrong = [
        f"{path.relative_to(HOUSE)} {fault}"
        for path in rooms()[room]
        for found in imports(path.read_text(), package_of(path))
        if (fault := broken(room, found))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_files_import_each_other_in_a_circle() -> None:
    files = {name_of(path): path for path in HOUSE.rglob("*.py")}
    needs = {
        name: {
            found.module if found.module in files else found.module.rpartition(".")[0]
            for found in imports(path.read_text(), package_of(path))
            if found.at_once
        }
        - {name}
        for name, path in files.items()
    }
    try:
        list(TopologicalSorter(needs).static_order())
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


@pytest.mark.parametrize(
    ("room", "source", "word"),
    [
        ("wire", "from musculus.events import Events", None),
        ("cut", "import musculus.events", None),
        ("events", "from musculus.cut import strokes", "above"),
        ("events", "def f():\n    from musculus import cut", "above"),
        ("read", "from musculus.wire.frame import decode", "beside"),
        ("read", "from ..wire import frame", "beside"),
        ("read", "from .table import rows", None),
        ("errors", "if TYPE_CHECKING:\n    from musculus.events import Events", "above"),
        ("score", "TABLE = {'bot': 'musculus.models.histogram'}", "above"),
        ("serve", "from musculus import Events", "front door"),
        ("serve", "from musculus import __version__", None),
        ("store", "import numpy", None),
        ("store", "'musculus.db'", None),
    ],
)
def test_the_reader_of_imports_sees(room: str, source: str, word: str | None) -> None:
    faults = [fault for found in imports(source, f"musculus.{room}") if (fault := broken(room, found))]
    assert (len(faults) == 1 and word in faults[0]) if word else faults == []
