"""The sigma-lognormal fit: strokes made of known lognormal components are taken apart again."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from musculus.measures import measure
from twins import Row
from twins.contract import FITTED
from twins.drawn import events_of
from twins.motor import lognormal_speed


@dataclass(frozen=True)
class Component:
    """One lognormal stroke: way in px, onset and time constants in s, heading from start to end in rad."""

    size: float
    t0: float
    mu: float
    sigma: float
    start: float
    end: float

    def velocity(self, t: float) -> tuple[float, float]:
        if t <= self.t0:
            return (0.0, 0.0)
        done = (1 + math.erf((math.log(t - self.t0) - self.mu) / (self.sigma * math.sqrt(2)))) / 2
        heading = self.start + (self.end - self.start) * done
        speed = lognormal_speed(t, self.size, self.t0, self.mu, self.sigma)
        return (speed * math.cos(heading), speed * math.sin(heading))


def written(components: list[Component], pixels: bool, fine: int = 20) -> list[Row]:
    """1.5 s at 100 Hz, the velocities summed up in steps of 10 ms / fine."""
    x = y = 0.0
    rows = []
    for i in range(151):
        rows.append(Row(10.0 * i, "move", round(x) if pixels else x, round(y) if pixels else y))
        for j in range(fine):
            parts = [c.velocity((i + (j + 0.5) / fine) / 100) for c in components]
            x += sum(vx for vx, _ in parts) / 100 / fine
            y += sum(vy for _, vy in parts) / 100 / fine
    return rows


ONE = Component(400, 0.05, -1.4, 0.3, 0.2, 0.9)
TWO = [Component(600, 0.05, -1.4, 0.25, 0.2, 0.6), Component(150, 0.45, -1.5, 0.25, 0.6, 1.2)]


@pytest.mark.parametrize("pixels", [False, True])
@pytest.mark.parametrize("components", [[ONE], TWO], ids=["one stroke", "a stroke and its correction"])
def test_the_fit_finds_the_components_a_stroke_was_written_with(components: list[Component], pixels: bool) -> None:
    fitted = measure(events_of([written(components, pixels)]), "recording", only=list(FITTED))
    found = dict(zip(fitted.names, fitted.values[0].tolist(), strict=True))
    largest = components[0]
    assert found["lognormal_components"] == len(components)
    assert found["lognormal_snr"] > (40 if pixels else 70)
    assert found["lognormal_D"] == pytest.approx(largest.size, rel=0.005)
    assert found["lognormal_theta_start"] == pytest.approx(largest.start, abs=0.02)
    assert found["lognormal_theta_end"] == pytest.approx(largest.end, abs=0.02)
    # times in ms, so mu is the logarithm of ms
    assert found["lognormal_t0"] == pytest.approx(1000 * largest.t0, abs=6 if pixels else 2)
    assert found["lognormal_mu"] == pytest.approx(largest.mu + math.log(1000), abs=0.03)
    assert found["lognormal_sigma"] == pytest.approx(largest.sigma, abs=0.01)


def test_what_never_moved_has_no_components() -> None:
    standing = measure(events_of([[Row(10.0 * i, "move", 3, 3) for i in range(50)]]), "recording", only=list(FITTED))
    assert all(math.isnan(v) or v == 0 for v in standing.values[0].tolist())
