"""Which power of a pixel a column is measured in: from its unit where that is known, else from its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

SUMMARIES: Final = (
    r"_(mean_weighted|mean|median|std|min|max|sum|q5|q05|q25|q75|q95|skew|kurtosis|count|first|last)(__\w+)?$"
)
# Names that the literature uses for a thing, first match wins: (pattern, power of px).
NAMES: Final = (
    (r"flip|count|ratio|share|straightness|tortuosity|entropy", 0),
    (r"angular|angle|direction|corner|duration|time|cv$", 0),
    (r"pace", -1),
    (r"curvature", -1),
    (r"velocity|speed|acceleration|jerk|snap", 1),
    (r"distance|deviation|length|displacement|path|box_|auc_(?!signed|abs)", 1),
    (r"auc_(signed|abs)", 2),
)


def family(name: str) -> str:
    """A column's name without what summed it up.

    >>> family("acceleration_x_mean_weighted"), family("velocity_s_q95__median"), family("straightness")
    ('acceleration_x', 'velocity_s', 'straightness')
    """
    return re.sub(SUMMARIES, "", re.sub(r"__\w+$", "", name))


def px_power(name: str, unit: str = "") -> int | None:
    """Power of a pixel in a column's unit: 1 for px/s, -1 for rad/px, 0 for none; None where nobody can say.

    Skewness, kurtosis and counts have none whatever the family.

    >>> px_power("velocity_mean", "px/s"), px_power("curvature_max", "rad/px"), px_power("auc_abs", "px²")
    (1, -1, 2)
    >>> px_power("velocity_x_q95"), px_power("velocity_angular_max"), px_power("f7")
    (1, 0, None)
    """
    if re.search(r"_(skew|kurtosis|count)(__\w+)?$", name):
        return 0
    if unit:
        return _of_unit(unit)
    return next((power for pattern, power in NAMES if re.search(pattern, name)), None)


def powers(names: Iterable[str], units: Mapping[str, str] | None = None) -> list[int | None]:
    """The power of each column."""
    return [px_power(n, (units or {}).get(n, "")) for n in names]


def _of_unit(unit: str) -> int:
    above, _, below = unit.partition("/")
    return _px(above) - _px(below)


def _px(text: str) -> int:
    found = re.search(r"px(²|\^2|2)?", text)
    return 0 if not found else 2 if found[1] else 1
