"""Simulated visits to a shop that doesn't exist: python examples/simulated_shop.py [VISITS.parquet].

Our own bots on our own boxes; nobody's recordings are in them. One group moves by `sigma_lognormal` strokes and reads
its way down to the form, the other goes straight to the offers. The gallery of the documentation is drawn from them.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, Final

import numpy as np

from musculus import Events, write_events
from musculus.bots import bot

WINDOW: Final = 720.0
Box = tuple[float, float, float, float]  # left, top, width, height
HEIGHT: Final = {1280.0: 1800.0, 390.0: 2600.0}
BOXES: Final[dict[float, dict[str, Box]]] = {
    1280.0: {
        "#menu": (1180, 12, 80, 36), "#search": (700, 12, 300, 36), "#offer-1": (80, 420, 340, 260),
        "#offer-2": (470, 420, 340, 260), "#offer-3": (860, 420, 340, 260), "p": (80, 760, 1120, 280),
        "#name": (440, 1180, 400, 48), "#send": (440, 1260, 400, 56), "#help": (1080, 1680, 120, 40),
    },
    390.0: {
        "#menu": (300, 12, 80, 36), "#search": (20, 12, 240, 36), "#offer-1": (20, 300, 350, 220),
        "#offer-2": (20, 540, 350, 220), "#offer-3": (20, 780, 350, 220), "p": (20, 1040, 350, 640),
        "#name": (20, 1760, 350, 48), "#send": (20, 1840, 350, 56), "#help": (20, 2500, 120, 40),
    },
}  # fmt: skip
FIXED: Final = ("#menu", "#search")
READERS: Final = ("#search", "#offer-2", "p", "p", "#name", "#send")
HUNTERS: Final = ("#offer-1", "#offer-3", "#offer-1", "#menu", "#offer-2", "#offer-3")


class _Visit:
    """One recording while it grows."""

    def __init__(self, rng: np.random.Generator, width: float, maker: str) -> None:
        self.rng, self.width, self.boxes, self.move = rng, width, BOXES[width], bot(maker)
        self.now, self.scroll = 300.0, 0.0
        self.here = (float(rng.uniform(0, width)), float(rng.uniform(60, WINDOW)))
        self.rows: list[dict[str, Any]] = []
        self.add("show", scroll_x=0.0, scroll_y=0.0)

    def add(self, kind: str, **more: Any) -> None:
        self.rows.append({"t": self.now, "kind": kind, **more})

    def visit(self, target: str) -> None:
        """Scroll there, go there, click."""
        left, top, width, height = self.boxes[target]
        if target not in FIXED:
            self.scroll_to(top + height / 2)
            top -= self.scroll
        spot = self.rng.normal((left + width / 2, top + height / 2), (width / 8, height / 8))
        goal = np.clip(spot, (left + 2, top + 2), (left + width - 2, top + height - 2))
        box = {"target": target, "left": left, "top": top, "width": width, "height": height, "fixed": target in FIXED}
        self.go(goal, box)
        self.now += float(self.rng.lognormal(4.8, 0.4))
        place = {"x": self.here[0], "y": self.here[1]} | box
        self.add("down", **place, button=0, detail=1)
        self.now += float(self.rng.lognormal(4.4, 0.2))
        self.add("up", x=self.here[0], y=self.here[1], button=0)
        self.add("click", **place, button=0, detail=1)
        if target in ("#name", "#search"):
            self.type()
        if target != "p":
            self.now += 60.0
            self.add("leave", x=self.here[0], y=self.here[1], target=target, fixed=box["fixed"])
        self.now += float(self.rng.lognormal(6.3, 0.5))

    def go(self, goal: np.ndarray, box: dict[str, Any]) -> None:
        stroke = self.move(self.rng, self.here, goal, rate=60.0)
        inside, answers = False, box["target"] != "p"
        begun = self.now
        for t, x, y in zip(stroke.t, np.rint(stroke.x), np.rint(stroke.y), strict=True):
            self.now = begun + float(t)
            now_in = 0 <= x - box["left"] <= box["width"] and 0 <= y - box["top"] <= box["height"]
            if now_in and not inside and answers:
                self.add("enter", x=x, y=y, **box)
            if inside and not now_in and answers:
                self.add("leave", x=x, y=y, target=box["target"], fixed=box["fixed"])
            inside = now_in
            self.add("move", x=float(x), y=float(y))
            self.here = (float(x), float(y))

    def scroll_to(self, middle: float) -> None:
        want = float(np.clip(middle - WINDOW / 2, 0, HEIGHT[self.width] - WINDOW))
        while abs(want - self.scroll) > 60:
            step = float(np.clip(want - self.scroll, -120, 120))
            self.scroll += step
            self.now += float(self.rng.lognormal(3.6, 0.3))
            self.add("scroll", scroll_x=0.0, scroll_y=self.scroll, dx=0.0, dy=step)
        self.now += 250.0

    def type(self) -> None:
        classes = [*["letter"] * 9, "space", *["letter"] * 6, "backspace", "letter", "digit", "digit", "enter"]
        for slot, name in enumerate(classes):
            held = float(self.rng.lognormal(4.5 + 0.2 * (name in ("space", "enter")), 0.2))
            self.add("key_down", slot=slot % 100, key_class=name)
            self.now += held
            self.add("key_up", slot=slot % 100, key_class=name)
            self.now += float(self.rng.lognormal(4.6 + 0.5 * (name in ("backspace", "digit")), 0.35))


def _events(v: _Visit, name: str) -> Events:
    v.now += 400.0
    v.add("hide")
    missing: dict[str, Any] = {"button": -1, "slot": -1, "detail": -1, "fixed": -1, "target": None, "key_class": None}
    names = {key for row in v.rows for key in row} - {"t", "kind"} | {"x", "y"}
    columns = {key: [row.get(key, missing.get(key, np.nan)) for row in v.rows] for key in names}
    e = Events.of([r["t"] for r in v.rows], columns.pop("x"), columns.pop("y"), [r["kind"] for r in v.rows],
                  recording=name, **columns)  # fmt: skip
    page = {"recording": np.zeros(1, int), "page": np.zeros(1, int), "address": np.array(["/shop"], object),
            "viewport_width": np.array([v.width]), "viewport_height": np.array([WINDOW]),
            "document_height": np.array([HEIGHT[v.width]])}  # fmt: skip
    return Events.build(e.columns, e.offsets, e.recordings, {}, page, e.targets)


@lru_cache(maxsize=1)
def visits() -> Events:
    """Sixty visits: thirty of each group, a fifth of them in a narrow window; context `group`."""
    rng = np.random.default_rng(11)
    parts, groups = [], []
    for i in range(60):
        group = ("readers", "hunters")[i % 2]
        v = _Visit(rng, 390.0 if i % 5 == 0 else 1280.0, "sigma_lognormal" if group == "readers" else "bezier")
        plan = READERS if group == "readers" else HUNTERS
        for target in plan[: int(rng.integers(3, len(plan) + 1))]:
            v.visit(target)
        parts.append(_events(v, f"{group}-{i}"))
        groups.append(group)
    return Events.concat(parts).with_context(group=np.array(groups, object))


if __name__ == "__main__":
    path = (sys.argv[1:2] or ["shop.parquet"])[0]
    write_events(visits(), path)
    print(f"SIMULATED: {len(visits())} visits, {visits().n_events} events: {path}")
