"""A study finds nothing where there is nothing: of 200 designs whose configurations were dealt anew within each person,
at most 5 % and sampling error have a finding after Holm; and the quick study of a published table takes no minute.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from musculus.evaluate.study import study
from musculus.evaluate.study.friedman import holm_findings
from musculus.evaluate.study.table import cell_means, complete, study_table, varying
from musculus.read import read_features
from proofs import Finding

DESIGNS, SECONDS, MISSING = 200, 60.0, 0.15
DATA = Path(os.environ.get("MUSCULUS_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
FOLDER = DATA / "configuration-study"
Floats = npt.NDArray[np.float64]


def prove(small: bool = False) -> list[Finding]:
    """Dealt designs of each published table (made-up people where there is none), whole and with cells missing."""
    designs = 20 if small else DESIGNS
    found = []
    for name, cells in _cells(small).items():
        for missing in (0.0, MISSING):
            hits = _hits(cells, designs, missing)
            most = _most(designs)
            holes = f", {missing:.0%} of the cells missing" if missing else ""
            what = f"designs of {name} with a finding after Holm{holes}"
            found.append(Finding(what, f"{hits} of {designs}", f"at most {most}", hits <= most))
    return [*found, *(_seconds() if not small else [])]


def _cells(small: bool) -> dict[str, Floats]:
    if small or not FOLDER.is_dir():
        rng = np.random.default_rng(0)
        made = rng.normal(0, 2, (24, 1, 60)) + rng.normal(0, 1, (24, 5, 60)) + np.arange(5)[:, None]
        return {"24 made-up people": made}
    return {
        file.name.partition("_")[0]: cell_means(complete(varying(study_table(read_features(file))))).values
        for file in sorted(FOLDER.glob("*_aggregated_data.csv"))
    }


def _hits(cells: Floats, designs: int, missing: float) -> int:
    rng = np.random.default_rng(2024)
    people, configurations, _ = cells.shape
    hits = 0
    for _ in range(designs):
        order = np.argsort(rng.random((people, configurations)), axis=1)
        dealt = np.take_along_axis(cells, order[:, :, None], axis=1)
        dealt[rng.random((people, configurations)) < missing] = np.nan
        hits += holm_findings(dealt) > 0
    return hits


def _most(designs: int) -> int:
    """5 % and sampling error: what 99 of 100 honest tests stay at or below."""
    from scipy.stats import binom

    return int(binom.ppf(0.99, designs, 0.05))


def _seconds() -> list[Finding]:
    if not FOLDER.is_dir():
        return [Finding("the quick study of a published table", f"no tables at {FOLDER}")]
    begun, wall = time.process_time(), time.monotonic()
    for file in sorted(FOLDER.glob("*_aggregated_data.csv")):
        study(file, quick=True).to_html()
    took, passed = time.process_time() - begun, time.monotonic() - wall
    told = f"{took:.1f} s of processor time, {passed:.1f} s passed"
    what = "quick studies of all three published tables, pages included"
    return [Finding(what, told, f"below {SECONDS:.0f} s", took < SECONDS)]
