"""What is asked of recordings: bot or human, this person or another, what sort of person, a purchase or none.

A table, imported on use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from musculus.errors import UnknownName

TASKS: Final = {
    "bot": "musculus.tasks.bot",
    "verify": "musculus.tasks.verify",
    "attribute": "musculus.tasks.attribute",
    "purchase": "musculus.tasks.purchase",
}


def task(name: str) -> Any:
    """The module of a task. UnknownName for one that isn't there."""
    if name not in TASKS:
        raise UnknownName("task", name, TASKS)
    return import_module(TASKS[name])
