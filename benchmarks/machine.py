"""What a figure was measured on: processor, cores, memory, system, Python."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path


def machine() -> str:
    """One line: `Intel Xeon, 2 cores, 23 GiB, Linux 6.1, CPython 3.11.9, 2026-01-31, load 0.9`.

    The load is how many processes wanted a core in the last minute: above the number of cores others were at work too.
    """
    today = datetime.now(UTC).date().isoformat()
    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    size = f"{os.cpu_count()} cores, {memory():.0f} GiB"
    return ", ".join([processor(), size, system, python, today, f"load {os.getloadavg()[0]:.1f}"])


def processor() -> str:
    """The processor's name as the kernel gives it, or the architecture."""
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.machine()


def memory() -> float:
    """GiB of memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def versions(*names: str) -> str:
    """`numpy 2.4.6, polars 2.1.0`, of what is installed here."""
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
