"""The five lines of the README and every script of examples/ run, and leave what they promise."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from musculus.events import Events
from musculus.read import write
from musculus.score import load

ROOT = Path(__file__).resolve().parents[2]


def recordings() -> Events:
    """Three people, five recordings each, who differ in pace."""
    rng = np.random.default_rng(0)
    made = []
    for person in range(3):
        for i in range(5):
            t = np.concatenate([k * 2000 + np.arange(32) * 16.0 for k in range(20)])
            x = np.concatenate([np.cumsum(rng.gamma(2.0, 2.0 + 2 * person, 32)) for _ in range(20)])
            kind = (["move"] * 30 + ["down", "up"]) * 20
            y = rng.normal(0, 3, len(t)).cumsum()
            made.append(Events.of(t, x, y, kind, recording=f"{person}-{i}", person=f"p{person}"))
    return Events.concat(made)


def test_the_five_lines_of_the_readme_run_as_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (five,) = [block for block in blocks if "musculus.compare" in block]
    assert len([line for line in five.splitlines() if line and not line.startswith("import")]) == 5
    write(recordings(), tmp_path / "recordings.parquet")
    monkeypatch.chdir(tmp_path)
    exec(compile(five, "README.md", "exec"), {})
    assert "DET" in (tmp_path / "report.html").read_text()
    assert load(tmp_path / "people.musculus").manifest.classes == ["p0", "p1", "p2"]


def test_the_measure_of_ones_own_in_the_readme_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (own,) = [block for block in blocks if "@define" in block]
    code = f"{own}\nfrom musculus.measures import COLUMNS\nassert 'climb_mean' in COLUMNS"
    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ)


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_an_example_runs(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(script)])
    runpy.run_path(str(script), run_name="__main__")
    assert "SIMULATED" in capsys.readouterr().out
    assert script.name in (ROOT / "examples" / "README.md").read_text()
