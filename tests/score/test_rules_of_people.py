"""People before machines of every kind raise no rule: slow and fast screens, coarse clocks, other devices, keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from devices.hands import hand
from musculus.bots import generate
from musculus.devices import Mouse, Page, record, show
from musculus.events import KIND, POINTERS, Events
from musculus.score.rules import findings, overrule

MOVE, DOWN, UP, CLICK, WHEEL = (KIND[k] for k in ("move", "down", "up", "click", "wheel"))
MICE = {
    "an office mouse": Mouse(polling_hz=125, jitter=0.4),
    "a mouse at 500 Hz": Mouse(polling_hz=500, jitter=0.1),
    "a gamer's mouse": Mouse(dpi=3200, sensitivity=0.4, polling_hz=1000, jitter=0.05),
    "an accelerated mouse": Mouse(dpi=800, polling_hz=125, jitter=0.4, acceleration="windows_like"),
    "a touchpad": Mouse(dpi=400, polling_hz=90, jitter=1.0, acceleration="libinput_adaptive", inertia=25.0),
    "a remote desktop": Mouse(polling_hz=62, jitter=3.5),
    "a slow remote desktop": Mouse(polling_hz=25, jitter=9.0),
}
SCREENS = {
    "a very slow machine": Page(intervals=np.array([50.0, 66.7, 83.3, 133.3])),
    "a slow machine that keeps time": Page(hz=20),
    "30 Hz": Page(hz=30),
    "50 Hz": Page(hz=50),
    "60 Hz": Page(hz=60),
    "60 Hz, busy": Page(intervals=np.array([16.7] * 8 + [33.3, 50.0, 120.0])),
    "75 Hz": Page(hz=75),
    "120 Hz": Page(hz=120),
    "144 Hz": Page(hz=144),
    "240 Hz": Page(hz=240),
    "zoomed to 125 %": Page(hz=60, quantum=0.8),
    "zoomed to 67 %": Page(hz=60, quantum=1.5),
    "a clock of 1 ms": Page(hz=60, clock=1.0),
    "a clock of frames": Page(hz=60, clock=50 / 3),
    "a clock of 100 ms": Page(hz=60, clock=100.0),
}
TELLING = {"told": True, "not told": False}


def person(mouse: Mouse, page: Page, told: bool, seed: int, slow: float = 1.0) -> Events:
    """A hand at this machine, as the collector writes it down; holds and pauses are people's."""
    rng = np.random.default_rng(seed)
    far = hand(seed, strokes=9, hz=250.0) if seed % 2 else _lognormal(seed)
    far = _stretched(_with_holds(far, rng), slow)
    stays = np.maximum.accumulate(np.where(far.kind == MOVE, np.arange(far.n_events), 0))  # a press is where it went
    far = Events.of(far.t, *((v + rng.normal(0, 0.4, len(v)))[stays] for v in (far.x, far.y)), far.kind_names())
    seen = record(far, mouse, Page(page.hz, page.intervals, page.quantum, coalesced=told), seed)
    return _written(_clocked(seen, page.clock), told, page.quantum)


def _lognormal(seed: int) -> Events:
    return generate("sigma_lognormal", 9, seed, rate=250)[0]


def _with_holds(events: Events, rng: np.random.Generator) -> Events:
    """Each press comes 80 to 300 ms after the last move and is let go after 50 to 140 ms."""
    late, t = 0.0, events.t.copy()
    for i, kind in enumerate(events.kind.tolist()):
        late += {DOWN: rng.uniform(20, 240), UP: rng.uniform(-35, 55)}.get(kind, 0.0)
        t[i] += late
    return Events.of(np.maximum.accumulate(t), events.x, events.y, events.kind_names())


def _stretched(events: Events, slow: float) -> Events:
    return Events.of(events.t * slow, events.x, events.y, events.kind_names())


def _clocked(events: Events, step: float) -> Events:
    """All times on the clock, presses too: so browsers that hide the time give it."""
    return with_columns(events, t=np.floor(events.t / step + 1e-9) * step) if step else events


def _written(events: Events, told: bool, quantum: float) -> Events:
    n = events.n_events
    columns: dict[str, Any] = {"trusted": np.ones(n, np.int8), "pointer": np.full(n, POINTERS.index("mouse"), np.int8)}
    columns["pressure"] = np.where(events.kind == DOWN, 0.5, np.nan).astype(np.float32)
    columns["detail"] = np.where(events.kind == CLICK, 1, 0).astype(np.int16)
    columns["source"] = np.zeros(n, np.int8)
    if not told:
        columns["coalesced"] = np.full(n, -1, np.int8)
    ratio = {"device_pixel_ratio": np.array([1.0 / quantum])}
    return with_columns(events, **columns).with_context(**ratio)


def with_columns(events: Events, **columns: Any) -> Events:
    from dataclasses import replace

    return replace(events, columns={**events.columns, **columns})


def names(events: Events) -> list[str]:
    return [f.name for f in findings(events)]


@pytest.mark.parametrize("telling", TELLING)
@pytest.mark.parametrize("screen", SCREENS)
def test_no_mouse_before_a_screen_raises_a_rule(screen: str, telling: str) -> None:
    raised = {}
    for seed, (mouse, device) in enumerate(MICE.items()):
        slow = 1.0 + 2.0 * ((seed + len(screen)) % 2)
        found = findings(person(device, SCREENS[screen], TELLING[telling], seed, slow))
        assert overrule("human", found) != "bot"
        if not mouse.endswith("remote desktop"):  # known: one before a fast screen looks like what waits for frames
            raised |= {mouse: [f.name for f in found]} if found else {}
    assert raised == {}


def test_a_mouse_slower_than_a_fast_screen_keeps_its_own_beat() -> None:
    """125 Hz before 144 Hz, moved so slowly that it often has nothing to send: no two samples share a frame."""
    office = Mouse(dpi=400, polling_hz=125, jitter=0.3)
    for seed in range(6):
        seen = person(office, SCREENS["144 Hz"], True, seed, slow=4.0)
        assert (seen.kind == MOVE).sum() > 150
        assert "never_coalesced" not in names(seen)


def test_what_is_driven_frame_by_frame_on_a_busy_page_is_still_doubted() -> None:
    even = generate("minimum_jerk", 14, 0)
    rng = np.random.default_rng(1)
    seen = show(even, Page(intervals=rng.uniform(8, 26, 400)), 1)
    late = with_columns(seen, coalesced=np.where(seen.kind == MOVE, 0, -1).astype(np.int8))
    assert "never_coalesced" in names(_written(late, True, 1.0))


def keyed(seed: int, n: int = 8) -> Events:
    """Keys that move the pointer: a run along a diagonal, one along an axis, the same speeding up each time."""
    rng = np.random.default_rng(seed)
    t, x, y, kind = [0.0], [300.0], [300.0], ["move"]
    for i in range(n):
        for across, down in ((1 - 2 * (i % 2), 1 - 2 * (i % 2)), (1 - 2 * (i % 2), 0)):
            for k in range(14):
                step = min(1 + k, 8)
                t.append(t[-1] + 20)
                x.append(x[-1] + across * step)
                y.append(y[-1] + down * step)
                kind.append("move")
        for what, ms in (("down", rng.uniform(200, 600)), ("up", rng.uniform(60, 120)), ("click", 0.5)):
            t.append(t[-1] + ms)
            x.append(x[-1])
            y.append(y[-1])
            kind.append(what)
        t.append(t[-1] + rng.uniform(300, 900))
        x.append(x[-1])
        y.append(y[-1])
        kind.append("move")
    return _written(Events.of(t, x, y, kind), False, 1.0)


def test_keys_that_move_the_pointer_make_nobody_a_bot() -> None:
    for seed in range(4):
        found = findings(keyed(seed))
        assert "identical_path" not in {f.name for f in found}
        assert overrule("human", found) != "bot"


def tapped(hold: float, glide: float) -> Events:
    """A touchpad: taps that the driver holds so long, scrolling that glides at this interval."""
    seen = person(MICE["a touchpad"], Page(hz=60), False, 3)
    rows = np.flatnonzero(np.isin(seen.kind, [MOVE, DOWN, UP, CLICK]))
    held = np.maximum.accumulate(np.where(seen.kind[rows] == DOWN, rows, -1))  # the press before each row
    pressed = held > np.maximum.accumulate(np.where(seen.kind[rows] == UP, rows, -1))
    rows = rows[~(pressed & (seen.kind[rows] == MOVE))]
    seen = Events.of(seen.t[rows], seen.x[rows], seen.y[rows], [seen.kind_names()[i] for i in rows])
    t = seen.t.copy()
    ups = np.flatnonzero(seen.kind == UP)
    t[ups] = t[ups - 1] + hold
    t[ups + 1] = t[ups]
    t = np.maximum.accumulate(t)
    n = 24
    wheel = Events.of(
        t[-1] + 300 + glide * np.arange(n), np.full(n, 500.0), np.full(n, 300.0), ["wheel"] * n,
        dy=40 * 0.9 ** np.arange(n),
    )  # fmt: skip
    moves = Events.of(t, seen.x, seen.y, seen.kind_names())
    both = [np.concatenate([moves.columns[k], wheel.columns[k]]) for k in ("t", "x", "y")]
    dy = np.concatenate([np.full(moves.n_events, np.nan), wheel.columns["dy"]])
    return _written(Events.of(*both, moves.kind_names() + wheel.kind_names(), dy=dy), False, 1.0)


@pytest.mark.parametrize("hold", [1.0, 8.0, 180.0])
@pytest.mark.parametrize("glide", [50 / 3, 100 / 3])
def test_taps_on_a_touchpad_and_its_gliding_wheel_raise_no_rule(hold: float, glide: float) -> None:
    assert names(tapped(hold, glide)) == []


def test_taps_are_doubted_where_no_touchpad_was_seen() -> None:
    held = tapped(1.0, 17.0)
    rows = np.flatnonzero(held.kind != WHEEL)
    without = Events.of(held.t[rows], held.x[rows], held.y[rows], [held.kind_names()[i] for i in rows])
    assert names(_written(without, False, 1.0)) == ["short_hold"]
