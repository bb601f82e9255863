"""Maps of ten million events in two seconds, and what random halvings of the same visits show."""

from __future__ import annotations

import time

import numpy as np

from musculus.draw import maps
from musculus.draw.maps.permutation import shuffle
from musculus.events import KIND, Events
from proofs import Finding

MOST = 2.0  # s of processor time
VISITS = 2000
TARGETS = 40


def prove(small: bool) -> list[Finding]:
    """Processor time of each map, and the share of halvings in which some cell differs."""
    events = visits(100_000 if small else 10_000_000)
    found = [Finding("measured", f"{events.n_events:,} events of {len(events):,} visits that scroll, enter and click")]
    for draw in (maps.moves, maps.dwell, maps.clicks, maps.scroll, maps.attention):
        begun = time.process_time()
        draw(events)
        spent = time.process_time() - begun
        held = None if small else spent < MOST
        found.append(Finding(draw.__name__, f"{spent:.2f} s of processor time", f"under {MOST:.0f} s", held))
    return [*found, halvings(50 if small else 5000)]


def halvings(n: int) -> Finding:
    """How often a difference of nothing is told: skewed maps of 24 visits with 200 cells, halved by chance."""
    rng = np.random.default_rng(5)
    half, alone = np.arange(24) < 12, np.zeros(24, np.int64)
    told = [(shuffle(rng.exponential(1, (24, 200)) ** 2, half, alone, 199, rng).p <= 0.05).any() for _ in range(n)]
    share, spread = float(np.mean(told)), 3 * (0.05 * 0.95 / n) ** 0.5
    said = f"{100 * share:.1f} % of {n:,} halvings show something"
    return Finding("two halves of the same", said, "5 %, three errors either way", abs(share - 0.05) <= spread + 1e-12)


def visits(n: int) -> Events:
    """Simulated visits to one page, n events in all: a scroll each 100, an element entered and left each 60."""
    rng = np.random.default_rng(0)
    each = n // VISITS
    at = np.arange(each * VISITS) % each
    kind = np.zeros(len(at), np.int8)
    for name, period, place in (("scroll", 100, 50), ("enter", 60, 20), ("leave", 60, 50), ("click", 500, 499)):
        kind[at % period == place] = KIND[name]
    kind[at == 0] = KIND["show"]
    scrolls, boxed = np.isin(kind, (KIND["scroll"], KIND["show"])), np.isin(kind, (KIND["enter"], KIND["click"]))
    named = boxed | (kind == KIND["leave"])
    columns = {"t": np.tile(np.arange(each) * 8.0, VISITS), "kind": kind, "detail": np.ones(len(at), np.int16)}
    for name, most in (("x", 1280), ("y", 720)):
        columns[name] = np.where(scrolls, np.nan, rng.random(len(at)) * most)
    for name, most in (("scroll_x", 1), ("scroll_y", 2000)):
        columns[name] = np.where(scrolls, rng.integers(0, most, len(at)), np.nan).astype(np.float32)
    for name, side in (("left", 100), ("top", 200), ("width", 80), ("height", 30)):
        columns[name] = np.where(boxed, side, np.nan).astype(np.float32)
    columns["target"] = np.where(named, rng.integers(0, TARGETS, len(at)), -1).astype(np.int32)
    sizes = {"viewport_width": 1280.0, "viewport_height": 720.0, "document_height": 3000.0}
    pages = {"recording": np.arange(VISITS), "page": np.zeros(VISITS, np.int32)}
    pages |= {name: np.full(VISITS, px) for name, px in sizes.items()}
    names = [str(i) for i in range(VISITS)]
    return Events.build(columns, np.arange(VISITS + 1) * each, names, {}, pages, [f"#e{i}" for i in range(TARGETS)])
