"""What makes the site is no package: its folder joins the path here, as it does when `docs/build.py` runs."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("markdown_it", reason="the site is made with markdown-it-py, of the extra [dev]")
sys.path.append(str(Path(__file__).resolve().parents[2] / "docs"))
