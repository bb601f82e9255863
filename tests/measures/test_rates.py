"""The `_s` tier doesn't depend on the rate of events: simulated strokes at 60, 125, 500 and 1000 Hz in whole pixels."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from musculus.measures import Paths, smoothness

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("minimum jerk", "sine", "two submovements")


@pytest.fixture(scope="module")
def rates() -> ModuleType:
    """The script that writes docs/measures-rate.md."""
    spec = importlib.util.spec_from_file_location("rates", ROOT / "benchmarks" / "rates.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", KINDS)
def test_a_stroke_of_700_px_in_a_second_is_the_same_at_every_rate(rates: ModuleType, kind: str) -> None:
    """Velocity, acceleration and jerk within 5 %, snap within 25 %, over twelve directions."""
    for hz, differences in rates.off(kind, 700, 1.0).items():
        assert (np.abs(differences) < [0.05, 0.05, 0.05, 0.25]).all(), (hz, differences)


@pytest.mark.parametrize("kind", KINDS)
def test_so_it_is_in_each_slanting_direction(rates: ModuleType, kind: str) -> None:
    """Along an axis the jerk of a minimum-jerk stroke is not: docs/measures-rate.md says by how much."""
    slanting = rates.HEADINGS[np.arange(12) % 3 != 0]
    assert (rates.apart(kind, 700, 1.0, headings=slanting)[0] < [0.05, 0.05, 0.05, 0.25]).all()


def test_the_raw_tier_of_the_same_stroke_measures_the_mouse(rates: ModuleType) -> None:
    true = rates.true("minimum jerk", 700, 1.0)
    fast = rates.effective("minimum jerk", 700, 1.0, 1000, rates.raw) / true
    assert fast[2] > 10_000
    assert fast[3] > 1_000_000
    assert (rates.effective("minimum jerk", 700, 1.0, 1000) / true < 3).all()


@pytest.mark.parametrize("kind", KINDS)
def test_peaks_and_spectral_smoothness_hardly_change_with_the_rate(rates: ModuleType, kind: str) -> None:
    peaks, arcs = [], []
    for hz in rates.RATES:
        recorded = [rates.record(rates.course(kind, 700, 1.0, h), 1.0, hz, 0.3) for h in rates.HEADINGS]
        peaks.append(np.median([smoothness.submovements(path)[0] for path in recorded]))
        arcs.append(np.mean([smoothness.sparc(path)[0] for path in recorded]))
    assert set(peaks) == {2.0 if kind == "two submovements" else 1.0}
    assert np.ptp(arcs) < 0.03 * abs(np.mean(arcs))


def test_tremor_is_seen_at_every_rate(rates: ModuleType) -> None:
    """A stroke with a tremor of 2 px at 12 Hz, against one without: `jitter_t` tells them apart alike."""

    def shaking(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y = rates.course("minimum jerk", 700, 1.0, 0.4)(t)
        return x, y + 2 * np.sin(2 * np.pi * 12 * t)

    def jitter(at: object, hz: float) -> float:
        path: Paths = rates.record(at, 1.0, hz, 0.3)
        return float(smoothness.jitter_t(path)[0])

    shaken = [jitter(shaking, hz) for hz in rates.RATES]
    calm = [jitter(rates.course("minimum jerk", 700, 1.0, 0.4), hz) for hz in rates.RATES]
    assert np.ptp(shaken) < 0.01
    assert min(shaken) - 1 > 3 * (max(calm) - 1)


def test_the_page_of_what_remains_is_there_and_names_every_stroke(rates: ModuleType) -> None:
    page = (ROOT / "docs" / "measures-rate.md").read_text()
    for px, seconds in rates.SIZES:
        assert page.count(f"| {px} px in {seconds} s |") == len(KINDS) + 1
