"""The mouse of each recording: what was declared of it, and what its events show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from musculus.evaluate.study.columns import DECLARED, ESTIMATED
from musculus.events import Events

if TYPE_CHECKING:
    import polars as pl

USUAL: Final = (  # rates, Hz; 1 is the usual clock, ms, and grain, px
    1.0, 30.0, 60.0, 75.0, 90.0, 100.0, 125.0, 144.0, 165.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0,
)  # fmt: skip
SHOWN: Final = ("event_rate", "estimated_polling_hz", "estimated_frame_hz", "clock_resolution", "quantum")
WORDS: Final = {  # how a group of recordings is told, in this order
    "event_rate": "{:g} events a second",
    "estimated_polling_hz": "polled at {:g} Hz",
    "estimated_frame_hz": "in frames of {:g} Hz",
    "clock_resolution": "a clock of {:g} ms",
    "quantum": "a grain of {:g} px",
}


def configurations(events: Events) -> pl.DataFrame:
    """The configuration of each recording: what was declared of it, and what its events say.

    Columns `recording`, those of the context that declare a mouse, then the estimates of `musculus.devices.estimate`
    (`event_rate`, `clock_resolution`, `quantum`, `estimated_polling_hz`, `estimated_frame_hz`, `estimated_pointer`) and
    `pointer_confidence`; null where the events don't say.

    >>> e = Events.of(t=range(0, 400, 8), x=range(0, 150, 3), y=[5] * 50, dpi=800)
    >>> configurations(e).select("dpi", "event_rate", "quantum").rows()
    [(800, 125.0, 3.0)]
    """
    import polars as pl

    from musculus.devices import estimate

    found = estimate(events)
    told = {n: events.context[n] for n in DECLARED if n in events.context}
    seen = {**found.context(), "pointer_confidence": found.confidence}
    columns = {k: pl.Series(k, v.tolist(), strict=False) for k, v in {**told, **seen}.items()}
    frame = pl.DataFrame({"recording": list(events.recordings), **columns})
    return frame.with_columns(pl.selectors.float().round(6).fill_nan(None))


def estimated(events: Events, found: pl.DataFrame) -> Events:
    """The events with what `configurations` found in them as context, but for what they have already.

    >>> e = Events.of(t=range(0, 400, 8), x=range(0, 150, 3), y=[5] * 50, quantum=0.5)
    >>> known = estimated(e, configurations(e)).context
    >>> known["event_rate"].tolist(), known["quantum"].tolist()
    ([125.0], [0.5])
    """
    new = [n for n in ESTIMATED if n in found.columns and n not in events.context]
    return events.with_context(**{n: found[n].to_numpy() for n in new})


def groups(found: pl.DataFrame) -> list[dict[str, Any]]:
    """Recordings of one kind of mouse, clock and page together, the largest group first; estimates as `level` has them.

    >>> e = Events.of(t=range(0, 400, 8), x=range(0, 150, 3), y=[5] * 50, dpi=800)
    >>> told(groups(configurations(e)))
    ['1 recording: dpi 800, 125 events a second, polled at 125 Hz, a clock of 8 ms, a grain of 3 px']
    """
    names = [n for n in (*DECLARED, *SHOWN, "estimated_pointer") if n in found.columns]
    rows = Counter(tuple(level(v) for v in row) for row in found.select(names).rows())
    return [{"recordings": n, **dict(zip(names, row, strict=True))} for row, n in rows.most_common()]


def together(parts: Sequence[pl.DataFrame]) -> list[dict[str, Any]]:
    """`groups` of recordings that were read in parts."""
    import polars as pl

    return groups(pl.concat(parts, how="diagonal_relaxed")) if parts else []


def told(found: list[dict[str, Any]], most: int = 5) -> list[str]:
    """Groups as sentences, the largest few of them."""
    lines = []
    for g in found[:most]:
        parts = [f"{n} {_word(g[n])}" for n in DECLARED if g.get(n) is not None]
        parts += [words.format(g[n]) for n, words in WORDS.items() if g.get(n) is not None]
        parts += [g["estimated_pointer"]] if g["estimated_pointer"] not in (None, "unknown") else []
        n = g["recordings"]
        lines.append(f"{n} recording{'s' if n > 1 else ''}: {', '.join(parts) or 'their events say nothing'}")
    rest = sum(g["recordings"] for g in found[most:])
    return [*lines, f"{rest} recordings of {len(found) - most} other kinds"] if rest else lines


def _word(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def level(value: Any) -> Any:
    """An estimate as one of few levels: the usual rate within 8 % of it, else two digits; a word as it is.

    >>> level(124.6), level(61.2), level(15.625), level(None), level("mouse")
    (125.0, 60.0, 16.0, None, 'mouse')
    """
    if not isinstance(value, float) or value == 0:
        return value
    nearest = min(USUAL, key=lambda rate: abs(rate - value))
    return nearest if abs(nearest - value) <= 0.08 * nearest else float(f"{value:.2g}")


