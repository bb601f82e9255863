"""axe-core, which finds what keeps people from using a page: fetched by npm, pinned by the hash of the lock."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FOUND = """async (least) => (await axe.run()).violations
  .filter((v) => least.includes(v.impact))
  .map((v) => `${v.impact} ${v.id}, ${v.nodes.length} times: ${v.nodes[0].html.slice(0, 200)}`)"""
WORSE_THAN_MINOR = ["moderate", "serious", "critical"]


@lru_cache(maxsize=1)
def script() -> str:
    """The text of axe-core, kept in pytest's cache; skips where there is no npm, or it can't fetch the package."""
    lock = json.loads((HERE / "package-lock.json").read_text())
    version = lock["packages"]["node_modules/axe-core"]["version"]
    folder = HERE.parents[1] / ".pytest_cache" / f"axe-core-{version}"
    file = folder / "node_modules/axe-core/axe.min.js"
    if not file.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("no npm here: it brings axe-core, which these tests ask")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode:
            pytest.skip(f"npm could not fetch axe-core {version}: {(done.stderr.splitlines() or ['?'])[-1]}")
    return file.read_text(encoding="utf-8")
