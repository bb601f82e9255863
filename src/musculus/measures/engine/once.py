"""What is computed once, whoever asks: beside a chunk of cuts, or beside the events."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from musculus.events import Events

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


def once_per_events(function: Callable[[Events], Shared]) -> Callable[[Events], Shared]:
    """Keep what `function(events)` gave for as long as those events live; chunks on all cores share it.

    What it gives must not hold the events themselves, or they would never be let go (their columns are fine).
    """
    known: WeakKeyDictionary[Events, Shared] = WeakKeyDictionary()
    lock = threading.Lock()

    @wraps(function)
    def kept(events: Events) -> Shared:
        with lock:
            if events not in known:
                known[events] = function(events)
            return known[events]

    return kept
