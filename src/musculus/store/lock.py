"""One server writes to one file: the lock that says so."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from musculus.errors import StoreError


class WriterLock:
    """An exclusive lock beside the store, gone with the process that holds it, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the store at `path` or raise `StoreError` naming who holds it."""
        self._file = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise StoreError(
                f"{path} is in use by another musculus server (process {holder});"
                " stop that one, or give this one a store of its own with --store"
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Let another server in; the lock file stays, because removing it would race with its next holder."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
