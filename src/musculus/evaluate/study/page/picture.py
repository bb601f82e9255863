"""The picture of a study: how much of each measure is the person, and how much the mouse touches it."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from musculus.evaluate.study.page.parts import TAGS

WIDTH, HEIGHT = 760, 470
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 16, 46
LOWEST: Final = -0.2  # intraclass correlations below are drawn on the edge
NAMED: Final = 16  # dots that get their name written beside them, where there is room
CORNERS: Final = (
    (0.02, 0.97, "start", "the person's, untouched by the mouse"),
    (0.98, 0.97, "end", "the person's, but shifted by the mouse"),
    (0.02, -0.17, "start", "neither: noise, or the task"),
    (0.98, -0.17, "end", "the mouse's"),
)


def picture(measures: list[dict[str, Any]]) -> str:
    """Dots of measures: across Kendall's W (how much the mouse orders them), up the intraclass correlation."""
    told = [m for m in measures if m["kendall_w"] is not None and m["icc"] is not None]
    parts = [*_frame(), *_corners()]
    for m in told:
        x, y = _place(m["kendall_w"], m["icc"])
        words = f"{m['name']}: W {m['kendall_w']:.2f}, ICC {m['icc']:.2f}, {m['verdict']}"
        dot = f'class="dot-{TAGS[m["verdict"]]}" cx="{x:.1f}" cy="{y:.1f}" r="4"'
        parts.append(f"<circle {dot}><title>{escape(words)}</title></circle>")
    parts += _names(told)
    title = "Measures: how much the mouse touches them (across) and how much they are the person (up)"
    begin = f'<svg class="scatter" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
    return f"<div class=wide tabindex=0>{begin}{''.join(parts)}</svg></div>"


def _place(w: float, icc: float) -> tuple[float, float]:
    up = (min(max(icc, LOWEST), 1.0) - LOWEST) / (1.0 - LOWEST)
    return LEFT + w * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)


def _frame() -> list[str]:
    parts = []
    floor = HEIGHT - BOTTOM
    for w in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        x, _ = _place(w, 0)
        parts.append(f'<path class="axis" d="M{x:.1f} {TOP}V{floor}"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 15}" text-anchor="middle">{w:g}</text>')
    for icc in (0.0, 0.25, 0.5, 0.75, 1.0):
        _, y = _place(0, icc)
        parts.append(f'<path class="axis" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{icc:g}</text>')
    across = "touched by the mouse (Kendall's W: 0 not at all, 1 everybody alike)"
    up = "stable for the person (ICC)"
    parts.append(f'<text x="{(LEFT + WIDTH) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    turned = f'transform="translate(14 {(TOP + floor) / 2:.0f}) rotate(-90)"'
    parts.append(f'<text {turned} text-anchor="middle">{up}</text>')
    return parts


def _corners() -> list[str]:
    parts = []
    for w, icc, anchor, words in CORNERS:
        x, y = _place(w, icc)
        parts.append(f'<text class="corner" x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{words}</text>')
    return parts


def _names(told: list[dict[str, Any]]) -> list[str]:
    """Names of the dots at the ends of the picture, left out where they would cover something."""
    taken = [_box(*_place(m["kendall_w"], m["icc"]), 9, 9, -4.5) for m in told]
    for w, icc, anchor, words in CORNERS:
        x, y = _place(w, icc)
        taken.append(_box(x if anchor == "start" else x - 6.2 * len(words), y, 6.2 * len(words), 14, 0))
    best = sorted(told, key=lambda m: m["kendall_w"] - m["icc"])
    parts: list[str] = []
    for m in [x for pair in zip(best, reversed(best), strict=True) for x in pair][: 2 * len(best)]:
        if len(parts) >= NAMED:
            break
        x, y = _place(m["kendall_w"], m["icc"])
        wide = 5.9 * len(m["name"])
        for anchor, at in (("start", x + 7), ("end", x - 7 - wide)):
            box = _box(at, y, wide, 12, 0)
            if at > LEFT and at + wide < WIDTH - RIGHT and not any(_meet(box, t) for t in taken):
                taken.append(box)
                edge = at if anchor == "start" else at + wide
                where = f'x="{edge:.1f}" y="{y + 3.5:.1f}" text-anchor="{anchor}"'
                parts.append(f'<text class="named" {where}>{escape(m["name"])}</text>')
                break
    return parts


def _box(x: float, y: float, wide: float, high: float, shift: float) -> tuple[float, float, float, float]:
    return x + shift, y - high / 2, x + shift + wide, y + high / 2


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
