"""Curves of a model file as SVG in the page: ROC, DET and calibration, without a script and in the page's colours."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any, Final

from markupsafe import escape

from musculus.evaluate.page.plot import Axis, along

WIDTH, HEIGHT, LEFT, BOTTOM, EDGE = 360, 312, 54, 46, 20
KINDS: Final = ("first", "second", "third")  # classes of lines in the style sheet: colour and dashes
ERRORS: Final = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8)
Curve = dict[str, Any]
Pairs = Sequence[tuple[float, float]]
_probit = NormalDist().inv_cdf


def charts(curves: Sequence[Curve]) -> dict[str, str]:
    """`roc`, `det` and `calibration` of the curves that a manifest keeps (`musculus.evaluate.held_out`); none of none.

    They are HTML: numbers of ours, and words escaped. Lines have no more than three kinds, so further curves are left
    to the table.
    """
    some = list(curves)[: len(KINDS)]
    found = {"roc": _roc(some), "det": _det(some)} if some else {}
    if true := [c for c in some if c.get("calibration")]:
        found["calibration"] = _calibration(true)
    return found


def _roc(curves: Sequence[Curve]) -> str:
    least = min(c["roc"]["fpr"][0] for c in curves)
    decades = [10.0**k for k in range(math.floor(math.log10(least)), 1)]
    low = 0.5 if min(min(c["roc"]["low"]) for c in curves) >= 0.5 else 0.0
    across = Axis(f"{_one(curves, 'false')}, log scale", decades, math.log10)
    up = Axis(_one(curves, "true"), [low + k * (1 - low) / 5 for k in range(6)])
    return _plot("ROC", across, up, curves, lambda y: y)


def _det(curves: Sequence[Curve]) -> str:
    missed = {_one(curves, "true").replace(" found", " missed").replace(" known", " refused")}
    across = Axis(f"{_one(curves, 'false')}, normal deviates", ERRORS, _probit)
    up = Axis(f"{missed.pop()}, normal deviates", ERRORS, _probit)
    return _plot("DET", across, up, curves, lambda y: 1 - y, [(e, e) for e in ERRORS])


def _plot(
    name: str, across: Axis, up: Axis, curves: Sequence[Curve], of: Callable[[float], float], even: Pairs = ()
) -> str:
    parts = [_frame(across, up), _way("even", even, across, up) if even else ""]
    for kind, c in zip(KINDS, curves, strict=False):
        roc = c["roc"]
        low, high = (list(zip(roc["fpr"], map(of, roc[end]), strict=True)) for end in ("low", "high"))
        parts.append(_way(f"band {kind}", [*low, *high[::-1]], across, up, "polygon"))
    for kind, c in zip(KINDS, curves, strict=False):
        points = list(zip(c["roc"]["fpr"], map(of, c["roc"]["tpr"]), strict=True))
        parts.append(_way(f"curve {kind}", points, across, up))
        if "line" in c:
            x, y = _place(c["line"][0], of(c["line"][1]), across, up)
            parts.append(f'<path class="curve {kind} cross" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>')
    return _svg(f"{name}: {up.label} against {across.label}", parts)


def _calibration(curves: Sequence[Curve]) -> str:
    fifths = [k / 5 for k in range(6)]
    across = Axis(f"probability said, in bins ({_one(curves, 'came_true')})", fifths)
    up = Axis(f"share that were {_one(curves, 'came_true')}", fifths)
    parts = [_frame(across, up), _way("even", [(0, 0), (1, 1)], across, up)]
    for kind, c in zip(KINDS, curves, strict=False):
        t = c["calibration"]
        for said, share, low, high in zip(t["said"], t["share"], t["low"], t["high"], strict=True):
            x, y = _place(said, share, across, up)
            if low is not None:
                top, foot = _place(said, high, across, up)[1], _place(said, low, across, up)[1]
                parts.append(f'<path class="curve {kind} solid" d="M{x:.1f} {top:.1f}V{foot:.1f}"/>')
            parts.append(f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    return _svg(f"Calibration: {up.label} against {across.label}", parts)


def _one(curves: Sequence[Curve], name: str) -> str:
    """What the curves call it: in common words where they differ (strokes of people, visits of people)."""
    said = list(dict.fromkeys(str(c[name]) for c in curves))
    if len(said) == 1:
        return said[0]
    return {"false": "people taken for bots", "true": "bots found"}.get(name, said[0])


def _place(x: float, y: float, across: Axis, up: Axis) -> tuple[float, float]:
    return along(x, across, LEFT, WIDTH - EDGE), along(y, up, HEIGHT - BOTTOM, EDGE)


def _way(kind: str, pairs: Pairs, across: Axis, up: Axis, shape: str = "polyline") -> str:
    points = " ".join("{:.1f},{:.1f}".format(*_place(x, y, across, up)) for x, y in pairs)
    return f'<{shape} class="{kind}" points="{points}"/>'


def _frame(across: Axis, up: Axis) -> str:
    floor, right = HEIGHT - BOTTOM, WIDTH - EDGE
    parts = []
    for tick in across.ticks:
        x = along(tick, across, LEFT, right)
        parts.append(f'<path class="axis" d="M{x:.1f} {EDGE}V{floor}"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 15}" text-anchor="middle">{_percent(tick)}</text>')
    for tick in up.ticks:
        y = along(tick, up, floor, EDGE)
        parts.append(f'<path class="axis" d="M{LEFT} {y:.1f}H{right}"/>')
        parts.append(f'<text x="{LEFT - 5}" y="{y + 4:.1f}" text-anchor="end">{_percent(tick)}</text>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 10}" text-anchor="middle">{escape(across.label)}</text>')
    turned = f'transform="translate(11 {(EDGE + floor) / 2}) rotate(-90)"'
    return "".join([*parts, f'<text {turned} text-anchor="middle">{escape(up.label)}</text>'])


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _svg(label: str, parts: Sequence[str]) -> str:
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
    return head + "".join(parts) + "</svg>"
