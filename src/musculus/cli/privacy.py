"""What a store keeps, why, and for how long; and deletion.

Without an option it prints what is kept of visitors, what never is, and what each site has set. `--forget` deletes
recordings for good. Beside a running server delete through it: DELETE /v1/recordings/ID.

Example:
  musculus privacy
  musculus privacy --forget 0f3a... --site shop --lake lake --backups backups
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from musculus.cli.answers import answer, columns, note

MIRRORS = "musculus.store.open_store"
KEPT: Final = (
    ("pointer, wheel and scroll events", "time, position, button, element: what verdicts and measures are made of"),
    ("key events", "time and class of key (letter, digit ...), never which key; nothing in secret fields"),
    ("page and screen", "path without its query, sizes: positions mean nothing without them"),
    ("recording", "128 random bits in the tab's session storage, new with each tab; says who nobody is"),
    ("verdicts", "the newest on each recording, with its reasons"),
    ("labels", "what somebody said a visit was, and with which key"),
    ("people", "whom the site enrols, by its name for them: how their recordings move; goes with these"),
    ("poison", "the beginning of the newest 500 frames that could not be read, to find out why"),
)
NEVER: Final = (
    ("addresses", "an IP address is used to answer and to slow floods down, in memory; none is written or logged"),
    ("cookies", "none is set for visitors; the pages' own is for those who sign in"),
    ("text", "nothing typed, no element's text, no query of an address"),
    ("other sites", "no request goes anywhere but to this server"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="which store")
    parser.add_argument("--forget", nargs="+", metavar="RECORDING", help="delete these recordings for good")
    parser.add_argument("--site", default="demo", metavar="NAME", help="the site they belong to (default: demo)")
    parser.add_argument("--lake", metavar="LAKE", help="and bring this lake up to date at once")
    parser.add_argument("--backups", metavar="FOLDER", help="and note the deletions beside these backups")


def run(args: argparse.Namespace) -> int:
    """Tell, or delete."""
    return _forget(args) if args.forget else _tell(args)


def _tell(args: argparse.Namespace) -> int:
    from musculus.serve.sites import KIND, Settings
    from musculus.store import open_store

    store = open_store(args.store, readonly=True)
    try:
        counts = store.counts()
        listed = {record.site: Settings.read(store, record.site) for record in store.records(KIND)}
        erased = len(store.erased())
    finally:
        store.close()
    sites = {site: {"retention_days": s.retention_days, "shadow": s.shadow} for site, s in listed.items()}
    kept = {"recordings": counts.recordings, "events": counts.events, "bytes": counts.size, "poison": counts.letters}
    document: dict[str, Any] = {"kept": dict(KEPT), "never": dict(NEVER), "store": kept}
    document |= {"sites": sites, "erased": erased}
    terms = [(site, f"{s['retention_days']:g} days" if s["retention_days"] else "no end") for site, s in sites.items()]
    parts = [
        "Kept of a visit:", columns(KEPT, 140), "", "Never kept:", columns(NEVER, 140), "",
        f"In {args.store}: {counts.recordings:,} recordings, {counts.events:,} events, {counts.size:,} bytes; "
        f"{erased:,} deleted on request.",
        "How long (PUT /v1/settings, retention_days):",
        columns(terms or [("every site", "until somebody deletes it")]),
    ]  # fmt: skip
    answer(args, document, "\n".join(parts))
    return 0


def _forget(args: argparse.Namespace) -> int:
    from musculus.store import open_store
    from musculus.store.backup import note_erased
    from musculus.store.export import export

    store = open_store(args.store)
    try:
        batches = {recording: store.erase(args.site, recording) for recording in args.forget}
        if args.backups:
            note_erased(Path(args.backups), store.erased())
        if args.lake:
            export(store, args.lake, site=args.site)
    finally:
        store.close()
    for recording, n in batches.items():
        if not n:
            note(f"there was no recording {recording} of site {args.site}; it will not be taken either")
    words = f"{sum(map(bool, batches.values()))} of {len(batches)} recordings were there and are deleted"
    answer(args, {"deleted": batches}, words)
    return 0 if all(batches.values()) else 1
