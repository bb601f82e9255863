"""Making the engine ready before it is needed: every kernel compiled, or loaded from the cache."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from musculus.compiled import KERNELS, Kernel
from musculus.measures.table import CATEGORIES


def warm(progress: Callable[[int, int, str], None] | None = None) -> list[Kernel]:
    """Compile or load every kernel of the engine and give them.

    `progress(done, total, name)` is called before each with its name, and at the end with an empty one. Compiling all
    takes half a minute, once for each machine and version; loading them from the cache well under a second.
    """
    for module in ("musculus.cut", "musculus.measures.run", *CATEGORIES.values()):
        import_module(module)
    for done, kernel in enumerate(KERNELS):
        if progress:
            progress(done, len(KERNELS), kernel.name)
        kernel.load()
    if progress:
        progress(len(KERNELS), len(KERNELS), "")
    return list(KERNELS)
