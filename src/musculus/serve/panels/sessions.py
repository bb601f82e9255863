"""Every visit with its verdict and the reason for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from musculus.serve.api import page_after, query_of
from musculus.serve.backend import LABEL, Labelled
from musculus.serve.panels.facts import NEWEST, Facts, every, newest
from musculus.serve.panels.filters import NAMES, choices, clock, fits, mouse, rate
from musculus.serve.verdict import Verdict
from musculus.store.base import Query, Recording, Store

if TYPE_CHECKING:
    from musculus.serve.app import Application

TITLE, ORDER = "Sessions", 1
DAY: Final = 86_400_000
OURS: Final = (*NAMES, "sort", "skip")  # filters that the store doesn't know
KNOWN: Final = ("site", "verdict", "since", "until", "from", "to", "min_events", "limit", *OURS)  # carried on in links
SORTS: Final = ("newest", "uncertain")


async def data(app: Application, site: str, query: Mapping[str, str], whole: bool = False) -> dict[str, Any]:
    """`rows` of the list, `older` for the next page's query (null on the last), and what filters can be set to.

    `unread` visits were not looked into yet, so no filter finds them; with `whole` there are none of these.
    """
    asked = _asked(query)
    carried = {name: query[name] for name in KNOWN if query.get(name)}
    deep = any(query.get(name) for name in OURS)
    rows = await (newest(app, site, asked) if deep else app.desk.rows(site, asked))
    known = await every(app, site, rows, whole)
    labels = await asyncio.to_thread(_labels, app.store, site)
    found = [_told(row, known.get(row.recording), labels.get(row.recording)) for row in rows]
    unread = sum(row["device"] is None for row in found)
    older: dict[str, Any] | None = page_after(rows, asked)
    left = 0
    if deep:
        found = _sorted([row for row in found if fits(row, query)], query)
        skip = _whole(query.get("skip"))
        left = len(found)
        older = {"skip": skip + asked.limit} if left > skip + asked.limit else None
        found = found[skip : skip + asked.limit]
    return {
        "rows": found,
        "older": "?" + urlencode({**carried, **older}) if older else None,
        "live": asked.before is None and not _whole(query.get("skip")),
        "label": asked.label,
        "matching": left if deep else None,
        "looked_through": len(rows) if deep and len(rows) >= NEWEST else None,
        "unread": unread,
        "choices": choices(known.values(), query),
        "export": urlencode({**carried, **_from_here(query)}),
    }


def _from_here(query: Mapping[str, str]) -> dict[str, str]:
    """Where a page of the list begins."""
    return {name: query[name] for name in ("before", "before_recording") if query.get(name)}


def _asked(query: Mapping[str, str]) -> Query:
    """The store's part of the filters; days are those of UTC. 400 where one can't be read."""
    given = {k: v for k, v in query.items() if v}
    found = query_of(Request({"type": "http", "headers": [], "query_string": urlencode(given).encode()}))
    since, until = _day(given.get("from")), _day(given.get("to"))
    if since is not None:
        found = replace(found, since=since)
    return found if until is None else replace(found, until=until + DAY - 1)


def _day(text: str | None) -> int | None:
    if not text:
        return None
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, f"not a day like 2026-03-31: {text[:40]!r}") from error


def _whole(text: str | None) -> int:
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 6:
        raise HTTPException(400, f"skip is a whole number, not {text[:40]!r}")
    return int(text)


def _labels(store: Store, site: str) -> dict[str, str]:
    """The last label of each labelled visit."""
    kept = store.records(LABEL, site)
    return {r.recording: msgspec.json.decode(r.document, type=Labelled).label for r in kept if r.recording}


def _told(row: Recording, known: Facts | None, label: str | None) -> dict[str, Any]:
    said = msgspec.json.decode(row.verdict.document, type=Verdict) if row.verdict else None
    return {
        "recording": row.recording,
        "first": row.first,
        "last": row.last,
        "events": row.events,
        "verdict": said.verdict if said else None,
        "probability": said.probability if said else None,
        "why": said.reasons[0].sentence if said and said.reasons else None,
        "label": label,
        "pages": known.pages if known else [],
        "device": known.pointer if known else None,
        "rate": rate(known) if known else None,
        "clock": clock(known) if known else None,
        "mouse": mouse(known) if known else "",
        "screen": known.screen if known else None,
        "duration": known.duration if known else None,
    }


def _sorted(rows: list[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    """By how near the probability is to a half, the nearest first; those without one come last."""
    sort = query.get("sort") or "newest"
    if sort not in SORTS:
        raise HTTPException(400, f"sort is one of {', '.join(SORTS)}")
    if sort == "newest":
        return rows
    return sorted(rows, key=lambda row: 2.0 if row["probability"] is None else abs(row["probability"] - 0.5))
