"""One peer in a process of its own: reads a line on standard input, does what it says, answers with a line of JSON.

    python worker.py MODULE ROWS.npz

`check OUT.npz` runs the work and writes names and values; `time LEAST` runs it for so many seconds, at least once, and
gives the processor time of a run (user and system, of all threads and of processes started); `versions NAME ...` gives
the versions of packages.
Whatever the library itself prints goes to standard error.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import sys
import time
from importlib import import_module
from typing import Any

import numpy as np
from same_work import Rows


def answer(peer: Any, prepared: Any, words: list[str]) -> dict[str, Any]:
    """Do what a line says."""
    if words[0] == "check":
        names, values = peer.run(prepared)
        np.savez(words[1], names=np.array(names), values=values)
        return {"cuts": values.shape[0], "columns": values.shape[1]}
    if words[0] == "time":
        return {"seconds": seconds(peer, prepared, float(words[1]))}
    return {"versions": {name: importlib.metadata.version(name) for name in words[1:]}}


def seconds(peer: Any, prepared: Any, least: float) -> float:
    """Processor time of one run, the mean of as many as take `least` seconds together."""
    begun, clock, runs, spent = time.process_time(), os.times(), 0, 0.0
    while runs == 0 or spent < least:
        peer.run(prepared)
        runs += 1
        now = os.times()
        children = now.children_user - clock.children_user + now.children_system - clock.children_system
        spent = time.process_time() - begun + children
    return spent / runs


def main() -> None:
    """Prepare, then answer until standard input ends."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        peer = import_module(sys.argv[1])
        prepared = peer.prepare(Rows.load(sys.argv[2]))
        reply: dict[str, Any] = {"ready": True}
    except Exception as e:  # noqa: BLE001  # whatever it is, the bench goes on without this peer and says why
        reply = {"error": f"{type(e).__name__}: {e}"}
    print(json.dumps(reply), file=out, flush=True)
    for line in sys.stdin if "ready" in reply else ():
        try:
            reply = answer(peer, prepared, json.loads(line))
        except Exception as e:  # noqa: BLE001  # the same
            reply = {"error": f"{type(e).__name__}: {e}"}
        print(json.dumps(reply), file=out, flush=True)


if __name__ == "__main__":
    main()
