"""What is asked of recordings: bot or human, this person or another, what sort of person, a purchase or none.

A model file says for which task it was made; the table says where a recording is judged by it. Imported on use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from musculus.errors import UnknownName

JUDGES: Final = {
    "bot": "musculus.tasks.bot",
    "verify": "musculus.tasks.claims",
    "attribute": "musculus.tasks.described",
    "purchase": "musculus.tasks.described",
}


def judge_of(task: str) -> Any:
    """The function that judges recordings by a model of this task. UnknownName for a task that isn't there.

    >>> judge_of("bot").__module__
    'musculus.tasks.bot'
    """
    if task not in JUDGES:
        raise UnknownName("task", task, JUDGES)
    return import_module(JUDGES[task]).judge
