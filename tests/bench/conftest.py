"""The benchmarks' own code is no package: its folder joins the path here, as it does when a script of it runs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "benchmarks"))
