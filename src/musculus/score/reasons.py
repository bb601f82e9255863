"""Why a row got its score: what each feature adds or takes away against an ordinary row, as a sentence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from musculus.score.manifest import QUANTILES, Feature
from musculus.score.words import words


@dataclass(frozen=True)
class Reason:
    """One feature's part in a score.

    `weight` is in units of the score: how much higher the score is than if this feature were an ordinary one;
    below 0 it speaks against the row (for a bot, or for another person).
    """

    name: str
    sentence: str
    weight: float
    value: float
    rows: tuple[int, int] = (-1, -1)  # first and last event to draw it on; -1 where it rests on all of them


def beside_people(feature: Feature, value: float, weight: float, rows: tuple[int, int]) -> Reason:
    """A measure of one stroke against the range of people, with the events of that stroke.

    >>> peak = Feature("peak_ratio", "1", [2.1, 2.5, 3.4, 4.0, 4.9, 7.1, 9.0])
    >>> beside_people(peak, 12.4, -1.5, (8, 40)).sentence
    "highest speed over the mean: 12.4, 3.1x the people's median (people 5-95 %: 2.5 to 7.1); speaks against"
    """
    speaks = "speaks against" if weight < 0 else "speaks for" if weight > 0 else "says nothing"
    unit = f" {feature.unit}" if feature.unit and feature.unit != "1" else ""
    if math.isnan(value):
        said = f"{words(feature.name)}: undefined, as for {_percent(feature.undefined)} of people"
    elif not feature.quantiles:
        said = f"{words(feature.name)}: {value:.4g}{unit}, undefined for people"
    else:
        low, median, high = (feature.quantiles[i] for i in (1, 3, 5))
        times = f", {value / median:.2g}x the people's median" if median > 0 and value >= 0 else ""
        said = f"{words(feature.name)}: {value:.4g}{unit}{times} (people 5-95 %: {low:.4g} to {high:.4g})"
    return Reason(feature.name, f"{said}; {speaks}", float(weight), float(value), rows)


def reason(feature: Feature, value: float, weight: float) -> Reason:
    """A feature's value and weight as a Reason.

    >>> speed = Feature("mean_speed", "px/s", [10.0, 20.0, 100.0, 200.0, 400.0, 900.0, 2000.0])
    >>> reason(speed, 5.0, -1.5).sentence
    'mean_speed is 5 px/s, below 99% of people (usually 100 to 400): speaks against'
    """
    speaks = "speaks against" if weight < 0 else "speaks for" if weight > 0 else "says nothing"
    return Reason(feature.name, f"{_place(feature, value)}: {speaks}", float(weight), float(value))


def _place(feature: Feature, value: float) -> str:
    unit = f" {feature.unit}" if feature.unit and feature.unit != "1" else ""
    if math.isnan(value):
        return f"{feature.name} is undefined, as for {_percent(feature.undefined)} of people"
    said = f"{feature.name} is {value:.4g}{unit}"
    if not feature.quantiles:
        return f"{said}, undefined for people"
    usual = f"usually {feature.quantiles[2]:.4g} to {feature.quantiles[4]:.4g}"
    return f"{said}, {_where(feature.quantiles, value)} ({usual})"


def _where(quantiles: list[float], value: float) -> str:
    for share, edge in zip(QUANTILES[:3], quantiles[:3], strict=True):
        if value < edge:
            return f"below {_percent(1 - share)} of people"
    for share, edge in zip(QUANTILES[:3:-1], quantiles[:3:-1], strict=True):
        if value > edge:
            return f"above {_percent(share)} of people"
    return "as for most people"


def _percent(share: float) -> str:
    return f"{share:.0%}" if share in (0, 1) or 0.01 <= share <= 0.99 else f"{share:.2%}"
