"""What the session list can be filtered by beyond what a store knows, and which choices there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException

from musculus.serve.panels.facts import Facts

LABELS: Final = ("human", "bot", "none", "wrong")
UNTOLD: Final = "none"  # a band: the events don't say, or nothing was declared
# Bands by their lower and upper end, Hz and ms; the last choice of each is UNTOLD.
RATES: Final = {
    "0-50": "below 50 Hz", "50-90": "about 60 Hz", "90-180": "about 125 Hz", "180-350": "about 250 Hz",
    "350-700": "about 500 Hz", "700-": "about 1000 Hz and more", UNTOLD: "not told",
}  # fmt: skip
CLOCKS: Final = {
    "0-1.5": "1 ms and finer", "1.5-5": "1.5 to 5 ms", "5-12": "about 8 ms", "12-": "about 16 ms and coarser",
    UNTOLD: "exact, or not told",
}  # fmt: skip
NAMES: Final = ("page", "device", "rate", "clock", "mouse", "label")


def rate(known: Facts) -> float | None:
    """Reports a second of the device where they can be told, else events a second while the pointer moves."""
    said = known.configuration
    return said.get("estimated_polling_hz") or said.get("event_rate")


def clock(known: Facts) -> float | None:
    """Steps of the clock, ms; None where it is exact or wavers."""
    return known.configuration.get("clock_resolution")


def mouse(known: Facts) -> str:
    """The mouse as it was declared, model and dpi; empty where nobody did.

    >>> mouse(Facts(1, [], "mouse", "", 0.0, 0, 0, {"mouse_model": "Ant 2", "dpi": 800.0}))
    'Ant 2, 800 dpi'
    """
    model, dpi = (known.configuration.get(name) for name in ("mouse_model", "dpi"))
    parts = [str(model) if model else "", f"{dpi:g} dpi" if isinstance(dpi, int | float) else str(dpi) if dpi else ""]
    return ", ".join(filter(None, parts))


def band(value: float | None, bands: Mapping[str, str]) -> str:
    """The band a value lies in.

    >>> band(124.6, RATES), band(16.0, CLOCKS), band(None, CLOCKS)
    ('90-180', '12-', 'none')
    """
    if value is None:
        return UNTOLD
    ends = [name.partition("-") for name in bands if name != UNTOLD]
    return next(f"{low}-{high}" for low, _, high in ends if not high or value < float(high))


def fits(row: Mapping[str, Any], query: Mapping[str, str]) -> bool:
    """Whether a row of the list passes all filters of the query. 400 for a filter that can't be."""
    for name, known in (("label", LABELS), ("rate", RATES), ("clock", CLOCKS)):
        if query.get(name) and query[name] not in known:
            raise HTTPException(400, f"{name} is one of {', '.join(known)}")
    return _labelled(row, query.get("label")) and all(
        not query.get(name) or _has(row, name, query[name]) for name in NAMES if name != "label"
    )


def _labelled(row: Mapping[str, Any], wanted: str | None) -> bool:
    if wanted == "wrong":
        return bool(row["label"] and row["verdict"] and row["label"] != row["verdict"])
    return not wanted or (row["label"] or UNTOLD) == wanted


def _has(row: Mapping[str, Any], name: str, wanted: str) -> bool:
    if name == "page":
        return wanted in row["pages"]
    if name in ("rate", "clock"):  # of a visit that was not read yet nothing is known, not even that it isn't told
        return row["device"] is not None and band(row[name], RATES if name == "rate" else CLOCKS) == wanted
    found = row[name] or (UNTOLD if name == "mouse" and row["device"] is not None else row[name])
    return bool(found == wanted)


def choices(known: Iterable[Facts], query: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to, as (value, words): what there is, and what is set now even if that is nothing."""
    every = list(known)
    there = {
        "page": {page: page for one in every for page in one.pages},
        "device": {one.pointer: one.pointer for one in every},
        "mouse": {said: said for one in every if (said := mouse(one))},
    }
    if there["mouse"]:
        there["mouse"][UNTOLD] = "not declared"
    found = {name: sorted(values.items()) for name, values in there.items()}
    for name, bands, of in (("rate", RATES, rate), ("clock", CLOCKS, clock)):
        some = {band(of(one), bands) for one in every}
        found[name] = [(value, words) for value, words in bands.items() if value in some]
    for name, values in found.items():
        now = query.get(name)
        if now and now not in dict(values):
            values.append((now, {**RATES, **CLOCKS}.get(now, now)))
    return found
