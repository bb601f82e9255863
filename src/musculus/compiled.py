"""Compiled kernels: one decorator, one list of them, and a cache that read-only installs and upgrades don't break."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Final

KERNELS: Final[list[Kernel]] = []
_LOCK = threading.Lock()


class Kernel:
    """A function that is compiled for one signature on its first call, or loaded from the cache.

    `fresh` tells after that whether it had to be compiled (seconds) or was found in the cache (milliseconds).
    """

    def __init__(self, function: Callable[..., Any], signature: str) -> None:
        self.function, self.signature = function, signature
        self.name = function.__name__
        self.__doc__ = function.__doc__
        self.fresh: bool | None = None
        self.cached = True
        self._compiled: Callable[..., Any] | None = None

    def __call__(self, *args: Any) -> Any:
        """Run it on arrays of the declared types, C-contiguous and writable."""
        compiled = self._compiled
        if compiled is None:
            compiled = self.load()
        return compiled(*args)

    def load(self) -> Callable[..., Any]:
        """Compile the kernel or take it from the cache; safe to call from several threads."""
        with _LOCK:
            if self._compiled is None:
                self._compiled = self._build()
            return self._compiled

    def _build(self) -> Callable[..., Any]:
        import numba

        njit: Any = numba.njit  # its own types know neither a signature nor options together with it
        options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
        try:
            dispatcher = njit(self.signature, cache=True, **options)(self.function)
        except Exception:  # noqa: BLE001 - a damaged cache throws anything; a fault of the kernel is thrown again below
            # No place to write a cache (read-only install without a home), or a damaged one: for this process only.
            # A shared directory such as /tmp is not tried: whoever can write there could plant code for us to load.
            self.cached = False
            dispatcher = njit(self.signature, **options)(self.function)
        self.fresh = not sum(dispatcher.stats.cache_hits.values())
        compiled: Callable[..., Any] = dispatcher
        return compiled


def kernel(signature: str) -> Callable[[Callable[..., Any]], Kernel]:
    """Declare a compiled kernel with an explicit signature in numba's notation."""

    def declare(function: Callable[..., Any]) -> Kernel:
        k = Kernel(function, signature)
        KERNELS.append(k)
        return k

    return declare
