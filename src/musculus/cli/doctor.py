"""Is this machine ready: environment, versions, the engine's cache, data.

The measures run as machine code that is made once and kept in a cache; --warm makes it now, so that nobody waits
later. Exit code 1: something that musculus needs is missing.

Example:
  musculus doctor
  musculus doctor --warm
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
import time
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from musculus import __version__
from musculus.cli.answers import answer, columns, note
from musculus.cli.progress import Progress

MIRRORS = "musculus.measures.engine.warm.warm"
DETECTOR = ("musculus.score.dynamics.strokes", "musculus.score.kernels.boosted")  # they have kernels as well
CORE = ("msgspec", "narwhals", "numba", "numpy", "polars")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--warm", action="store_true", help="fill the engine's cache")


def run(args: argparse.Namespace) -> int:
    """Look, warm if asked to, and tell."""
    found = {
        "musculus": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count() or 1,
        **_packages(),
        "engine": _engine(args.warm),
        "data": _data(),
    }
    ready = not found["missing"] and not found["engine"]["fault"]
    brief = f"engine: {_engine_words(found['engine'])}"  # who warms wants to go on; the rest is for who asks
    answer(args, {**found, "ready": ready}, brief if args.warm and ready else _words(found, ready))
    return 0 if ready else 1


def _packages() -> dict[str, Any]:
    """Versions of what is installed, what is needed and absent, and which extras are whole."""
    installed: dict[str, str] = {}
    absent: dict[str, list[str]] = {}
    extras: dict[str, bool] = {}
    for requirement in _requirements():
        name = re.split(r"[\s<>=!~;\[(]", requirement, maxsplit=1)[0]
        found = re.search(r"extra == ['\"](\w+)['\"]", requirement)
        extra = found[1] if found else ""
        if "sys_platform" in requirement and sys.platform == "win32":
            continue
        version = _version(name)
        if version is None:
            absent.setdefault(extra, []).append(name)
        else:
            installed[name] = version
        extras[extra] = extras.get(extra, True) and version is not None
    missing = absent.pop("", [])
    extras.pop("", None)
    return {"installed": installed, "missing": missing, "extras": extras, "absent": absent}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _requirements() -> list[str]:
    """What the installed package says it needs; run from a checkout, the least it needs."""
    if _version("musculus") is None:
        return list(CORE)
    return metadata.requires("musculus") or []


def _engine(warm: bool) -> dict[str, Any]:
    """The compiled kernels: how many, from the cache or made now, in how long."""
    if not warm:
        return {"warmed": False, "fault": None}
    from musculus.measures.engine import warm as engine

    note("Filling the engine's cache: measures run as machine code, which is made once for this machine and kept.")
    began = time.monotonic()
    try:
        for module in DETECTOR:
            import_module(module)
        with Progress("compiling") as progress:
            kernels = engine.warm(progress)
    except Exception as e:  # noqa: BLE001 - whatever a compiler throws is the answer here
        return {"warmed": False, "fault": f"{type(e).__name__}: {e}"}
    return {
        "warmed": True,
        "kernels": len(kernels),
        "made": sum(bool(k.fresh) for k in kernels),
        "kept": all(k.cached for k in kernels),
        "seconds": round(time.monotonic() - began, 2),
        "fault": None,
    }


def _data() -> dict[str, Any]:
    named = os.environ.get("MUSCULUS_DATA")
    folder = Path(named) if named else None
    return {"MUSCULUS_DATA": named, "found": bool(folder and folder.is_dir())}


def _words(found: dict[str, Any], ready: bool) -> str:
    rows = [(name, str(found[name])) for name in ("musculus", "python", "platform", "cores")]
    rows += [(name, version) for name, version in sorted(found["installed"].items())]
    rows += [(f"[{extra}]", "whole" if whole else _lacks(extra, found)) for extra, whole in found["extras"].items()]
    rows.append(("engine", _engine_words(found["engine"])))
    told = found["data"]
    rows.append(("MUSCULUS_DATA", f"{told['MUSCULUS_DATA'] or 'not set'}{'' if told['found'] else ' (no recordings)'}"))
    rows += [("MISSING", name) for name in found["missing"]]
    return columns(rows, 10_000) + ("\n\nready" if ready else "\n\nnot ready: pip install musculus again")


def _lacks(extra: str, found: dict[str, Any]) -> str:
    return f"lacks {', '.join(found['absent'].get(extra, []))}: pip install 'musculus[{extra}]'"


def _engine_words(engine: dict[str, Any]) -> str:
    if engine["fault"]:
        return f"can't compile: {engine['fault']}"
    if not engine["warmed"]:
        return "not tried; --warm makes its machine code and keeps it"
    kept = "" if engine["kept"] else "; there is no place to keep it, so every start makes it anew"
    return f"{engine['kernels']} kernels in {engine['seconds']} s, {engine['made']} of them made now{kept}"
