"""`musculus serve --export LAKE`: every hour a child process brings a lake up to date, beside the running server.

A server that is killed, or ended by a signal, leaves an export that is running to itself: it only reads the store.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import Final

from musculus.errors import MusculusError

log = logging.getLogger("musculus.export")

EVERY: Final = 3600.0  # seconds; the first one at once, to catch up
LONGEST: Final = 6 * 3600.0  # seconds; one that takes longer is stopped: it begins anew where it was
NICE: Final = 19


class Exporter:
    """Runs until `stop`; an export that fails is told in the log and tried again at the next hour."""

    def __init__(self, store_url: str, lake: str, every: float = EVERY) -> None:
        self._said = f"{store_url}\n{lake}\n".encode()
        self._every, self._stopped = every, threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="musculus-export", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and end the export that is running: an hour is there whole or not at all."""
        self._stopped.set()
        if child := self._child:
            child.terminate()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._once()
            except OSError as error:  # no process to be had now
                log.error("the export could not be started: %s", error)
            self._stopped.wait(self._every)

    def _once(self) -> None:
        command = [sys.executable, "-m", "musculus.serve.exporting"]
        pipe = subprocess.PIPE  # the store's address is not an argument: those are everybody's to see
        with subprocess.Popen(command, stdin=pipe, stderr=pipe, start_new_session=True) as child:  # noqa: S603  # a list
            self._child = child
            try:
                _, said = child.communicate(self._said, timeout=LONGEST)
            except subprocess.TimeoutExpired:
                child.kill()
                _, said = child.communicate()
        self._child = None
        if child.returncode and not self._stopped.is_set():
            log.error("the export failed: %s", said.decode(errors="replace").strip()[-500:])


def main() -> int:
    """The child's side: store and lake from standard input."""
    from musculus.store import open_store
    from musculus.store.export import export

    os.nice(NICE)
    url, lake = (line.strip() for line in sys.stdin.read().splitlines()[:2])
    try:
        store = open_store(url, readonly=True)
        try:
            export(store, lake)
        finally:
            store.close()
    except MusculusError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
