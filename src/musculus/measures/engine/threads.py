"""Chunks spread over threads that stay: what one call's chunks were made of serves the next call's."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

import numpy as np

NAME: Final = "musculus-measure"
KEPT: Final = 33_500_000  # bytes: just below the largest block that glibc learns from


def spread(one: Callable[[int, int], int], bounds: list[tuple[int, int]], workers: int) -> Iterator[int]:
    """Run `one` on every chunk, on several threads if there are several; in order, and none more once one has failed.

    A measure that itself measures is already on one of the threads: what it asks for stays there, or all of them might
    wait for each other.
    """
    if len(bounds) > 1:
        _keep_what_is_freed()
    if workers == 1 or len(bounds) <= 1 or threading.current_thread().name.startswith(NAME):
        yield from (one(a, b) for a, b in bounds)
    else:
        yield from _pool(workers).map(one, *zip(*bounds, strict=True))


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    """The threads; each has memory of its own, and new ones for every part of a long run would take ever more."""
    return ThreadPoolExecutor(workers, thread_name_prefix=NAME)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads don't live on in a forked process


def _keep_what_is_freed() -> None:
    """Let arrays of one chunk be made of those of the chunk before.

    glibc gives large blocks back to the system, to come again page by page, until it has seen a block as large freed.
    This one is never written to and costs nothing; a tenth of the time is saved, and more where threads fault pages.
    """
    np.empty(KEPT, np.uint8)


def cores() -> int:
    """Cores this process may use (in a container often fewer than the machine has)."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
