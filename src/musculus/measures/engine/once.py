"""Shared series outside `Paths`: a function of a chunk that is computed once, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from musculus.measures.paths import Paths

Shared = TypeVar("Shared")


def once(function: Callable[[Paths], Shared]) -> Callable[[Paths], Shared]:
    """Keep what `function(path)` gave on the `Paths` themselves, for every other measure of the chunk.

    >>> from musculus.measures import Paths
    >>> @once
    ... def answer(path: Paths) -> list[int]:
    ...     return [42]
    >>> path = Paths.of(x=[0], y=[0])
    >>> answer(path) is answer(path)
    True
    """
    key = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def kept(path: Paths) -> Shared:
        store = path.__dict__
        if key not in store:
            store[key] = function(path)
        found: Shared = store[key]
        return found

    return kept
