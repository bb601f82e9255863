"""What a task can be told beyond its data and models, read from the functions that carry it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, Final

from musculus.errors import UsageError

OURS: Final = ("progress", "model", "source", "licence", "task")  # given by whoever calls, not by the user


def known(function: Callable[..., Any]) -> list[str]:
    """The options of a task's function: what can be given by name only.

    >>> def measured(data, models, *, label="", seed=0, progress=None): ...
    >>> known(measured)
    ['label', 'seed']
    """
    given = signature(function).parameters.values()
    return [p.name for p in given if p.kind is Parameter.KEYWORD_ONLY and p.name not in OURS]


def checked(what: str, function: Callable[..., Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, where the function takes each; an option that would be passed over in silence is a wrong call.

    Raises UsageError.
    """
    names = known(function)
    odd = [name for name in options if name not in names]
    if odd:
        raise UsageError(f"{what} takes no {odd[0]!r}; it takes {', '.join(names) or 'no options'}")
    return dict(options)
