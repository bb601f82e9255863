"""The summaries of a series, from their definitions."""

from __future__ import annotations

import math
from collections.abc import Iterable

from twins.contract import SUMMARIES

NAN = math.nan
QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values) if values else NAN


def moment(values: list[float], power: int) -> float:
    """Mean of the deviations from the mean, raised to `power`."""
    centre = mean(values)
    return mean([(v - centre) ** power for v in values])


def variance(values: list[float]) -> float:
    """With n - 1; NaN below two values."""
    return moment(values, 2) * len(values) / (len(values) - 1) if len(values) > 1 else NAN


def sd(values: list[float]) -> float:
    return math.sqrt(variance(values))


def quantile(values: list[float], share: float) -> float:
    """Linear between order statistics, type 7."""
    if not values:
        return NAN
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def standardised(values: list[float], power: int, fewest: int) -> float:
    """Population moment over the population sd to that power; NaN for too few values or no spread."""
    if len(values) < fewest:
        return NAN
    spread = math.sqrt(moment(values, 2))
    if spread <= 1e-12 * max(abs(v) for v in values):
        return NAN
    return moment(values, power) / spread**power


def summary(series: Iterable[float]) -> dict[str, float]:
    """Every summary of the finite values of a series."""
    values = [v for v in series if math.isfinite(v)]
    numbers = {
        "mean": mean(values),
        "std": sd(values),
        "min": min(values, default=NAN),
        "max": max(values, default=NAN),
        "skew": standardised(values, 3, 3),
        "kurtosis": standardised(values, 4, 4) - 3,
        **{name: quantile(values, share) for name, share in QUANTILES.items()},
    }
    return {name: numbers[name] for name in SUMMARIES}


def summarise(name: str, series: Iterable[float]) -> dict[str, float]:
    """The columns of a series."""
    return {f"{name}_{kind}": value for kind, value in summary(series).items()}


def count_and_summarise(name: str, series: Iterable[float]) -> dict[str, float]:
    """The columns of a series of happenings: how many, then the summaries."""
    values = [v for v in series if math.isfinite(v)]
    return {f"{name}_count": float(len(values)), **summarise(name, values)}
