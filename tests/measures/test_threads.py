"""Chunks on threads: how large, on which threads, and what else may go on there."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from musculus.cut import cut
from musculus.events import Events
from musculus.measures import Paths, define, forget, measure


def test_two_threads_get_equal_shares_of_the_default_size() -> None:
    """Told by progress: 300,000 rows in windows of 100, no chunk of one thread's size, none left for one alone."""
    n = 300_000
    e = Events.of(np.arange(n) * 8.0, np.arange(n) % 997.0, np.zeros(n))
    windows = cut(e, "window", count=100)
    for threads, shares in ((1, 10), (2, 4), (3, 6)):
        told: list[int] = []
        measure(e, windows, only=["path_length"], threads=threads, progress=lambda a, _: told.append(a))  # noqa: B023
        sizes = np.diff([0, *told])
        assert (len(sizes), sizes.sum()) == (shares, 3000)
        if threads > 1:
            assert sizes.max() - sizes.min() <= shares, "equal but for the rounding"


def test_a_measure_that_itself_measures_on_threads_comes_to_an_end() -> None:
    e = Events.of(np.arange(900) * 10.0, np.arange(900.0), np.arange(900.0) % 7)
    windows = cut(e, "window", count=30)

    @define("spatial", unit="px", name="way_again")
    def way_again(path: Paths) -> np.ndarray:
        """Path length, by way of the whole engine."""
        return measure(path.events, path.cuts, only=["path_length"], chunk=30, threads=2)["path_length"]

    try:
        found = measure(e, windows, only=["path_length", "way_again"], chunk=90, threads=2)
    finally:
        forget("way_again")
    assert np.array_equal(found["way_again"], found["path_length"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_process_measures_on_threads_of_its_own() -> None:
    code = """
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 and later say that threads don't live on
import numpy as np
from musculus import Events, cut_events, measure
e = Events.of(np.arange(900) * 10.0, np.arange(900.0), np.arange(900.0) % 7)
def length():
    return measure(e, cut_events(e, "window", count=30), only=["path_length"], chunk=90, threads=2).values.sum()
here = length()
child = os.fork()
if child == 0:
    os._exit(0 if length() == here else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
