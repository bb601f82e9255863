"""What makes the site is no package: its folders join the path here, as they do when `docs/build.py` runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("markdown_it", reason="the site is made with markdown-it-py, of the extra [dev]")
ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "docs"), str(ROOT / "examples")]
