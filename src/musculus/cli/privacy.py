"""What a store keeps, why, and for how long; and deletion.

Without an option it prints what is kept of visitors, what of those who run the site, what never is, and what each site
has set. `--forget` deletes recordings for good, `--person` what an enrolled person is known by, with `--recordings` the
recordings that did it too. Beside a running server delete through it: DELETE /v1/recordings/ID, /v1/people/NAME.

Example:
  musculus privacy
  musculus privacy --forget 0f3a... --site shop --lake lake --backups backups
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from musculus.cli.answers import answer, columns, note
from musculus.errors import UsageError

if TYPE_CHECKING:
    from musculus.store.base import Store

MIRRORS = "musculus.store.open_store"
# a name, the tables and kinds of documents it is kept in, and why
KEPT: Final = (
    ("pointer, wheel and scroll events", "batch", "time, position, button, element: verdicts come from these"),
    ("key events", "batch", "time and class of key (letter, digit ...), never which key; nothing in secret fields"),
    ("page and screen", "batch", "path without its query, sizes: positions mean nothing without them"),
    ("recording", "recording", "128 random bits in the tab's session storage, new with each tab; says who nobody is"),
    ("verdicts", "verdict", "the newest on each recording, with its reasons"),
    ("measures", "part strokes", "instead of paths where a site keeps measures only: numbers of visits and strokes"),
    ("facts", "facts", "pages, kind of pointer, screen, rates: what the lists are filtered by"),
    ("strokes seen before", "seen", "their shape, of the newest 50,000 of a site: to know copies; goes with the visit"),
    ("networks", "network", "only where a site asks: 24 bits of the address a visit comes from, 48 of IPv6"),
    ("consent", "consent", "which words a visitor agreed to, and when; goes with the visit; a no is not told us"),
    ("labels", "label", "what somebody said a visit was, and with which key"),
    ("people", "person moves", "whom the site enrols, by its name for them: how they move; goes with the recordings"),
    ("what was told", "delivery told trying", "verdicts on their way to the site's webhooks, and which were told"),
    ("poison", "letter", "the newest 500 frames that could not be read, the beginning, for 30 days: to find out why"),
    ("deletions", "erased dropped", "numbers of what was deleted, for 60 days: late batches and backups follow"),
)
RUNNING: Final = (
    ("keys", "key", "hashes of keys, their origins, rates and notes"),
    ("settings", "site", "what a site has set: the end of visits, shadow, networks, measures only"),
    ("words of consent", "consent_words", "what visitors were asked, each version, to show what was agreed to"),
    ("webhooks", "webhook", "where verdicts are posted, and the secret that signs them"),
    ("secrets", "secret", "random bytes that sign cookies and tokens"),
    ("spent tokens", "spent", "random numbers, for ten minutes, so that none is good twice"),
)
NEVER: Final = (
    ("addresses", "an IP address is used to answer and to slow floods down, in memory; never written or logged whole"),
    ("cookies", "none is set for visitors; the pages' own is for those who sign in"),
    ("text", "nothing typed, no element's text, no query of an address"),
    ("other sites", "no request goes anywhere but to this server; its own go to the webhooks that admins name"),
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="which store")
    parser.add_argument("--forget", nargs="+", metavar="RECORDING", help="delete these recordings for good")
    parser.add_argument("--person", metavar="NAME", help="forget what an enrolled person is known by")
    parser.add_argument("--recordings", action="store_true", help="and delete the recordings that person enrolled with")
    parser.add_argument("--site", default="demo", metavar="NAME", help="the site they belong to (default: demo)")
    parser.add_argument("--lake", metavar="LAKE", help="and bring this lake up to date at once")
    parser.add_argument("--backups", metavar="FOLDER", help="and note the deletions beside these backups")


def run(args: argparse.Namespace) -> int:
    """Tell, or delete."""
    if args.recordings and not args.person:
        raise UsageError("--recordings says what goes with a person: name one with --person")
    return _forget(args) if args.forget or args.person else _tell(args)


def _tell(args: argparse.Namespace) -> int:
    from musculus.serve.sites import KIND, Settings
    from musculus.store import open_store, place

    store = open_store(args.store, readonly=True)
    try:
        counts = store.counts()
        listed = {record.site: Settings.read(store, record.site) for record in store.records(KIND)}
        erased = len(store.erased())
    finally:
        store.close()
    names = ("retention_days", "shadow", "networks", "keep")
    sites = {site: {name: getattr(s, name) for name in names} for site, s in listed.items()}
    kept = {"recordings": counts.recordings, "events": counts.events, "bytes": counts.size, "poison": counts.letters}
    document: dict[str, Any] = {"kept": _words(KEPT), "running": _words(RUNNING), "never": dict(NEVER), "store": kept}
    document |= {"sites": sites, "erased": erased, "kinds": kinds()}
    parts = [
        "Kept of a visit:", columns(list(_words(KEPT).items()), 140), "",
        "Kept of those who run the site:", columns(list(_words(RUNNING).items()), 140), "",
        "Never kept:", columns(NEVER, 140), "",
        f"In {place(args.store)}: {counts.recordings:,} recordings, {counts.events:,} events, {counts.size:,} bytes; "
        f"{erased:,} deleted on request.",
        "What each site has set (PUT /v1/settings):",
        columns([(site, _terms(of)) for site, of in sites.items()] or [("every site", "until somebody deletes it")]),
    ]  # fmt: skip
    answer(args, document, "\n".join(parts))
    return 0


def kinds() -> dict[str, str]:
    """Every table and kind of document of a store -> what it is called here."""
    return {kind: name for name, where, _ in (*KEPT, *RUNNING) for kind in where.split()}


def _words(kept: tuple[tuple[str, str, str], ...]) -> dict[str, str]:
    return {name: why for name, _, why in kept}


def _terms(site: dict[str, Any]) -> str:
    days = site["retention_days"]
    parts = [f"visits end after {days:g} days" if days else "visits have no end"]
    parts += ["measures only"] if site["keep"] == "measures" else []
    parts += ["networks are kept"] if site["networks"] else []
    parts += ["shadow"] if site["shadow"] else []
    return ", ".join(parts)


def _forget(args: argparse.Namespace) -> int:
    from musculus.serve import alarm
    from musculus.store import deletions, open_store
    from musculus.store.export import export

    store = open_store(args.store)
    try:
        enrolled = alarm.drop(store, args.site, args.person) if args.person else []
        names = [*(args.forget or []), *(enrolled if args.recordings else [])]
        batches = {recording: _erased(store, args.site, recording) for recording in dict.fromkeys(names)}
        if args.backups:
            deletions.note(Path(args.backups), store)
        if args.lake:
            export(store, args.lake, site=args.site)
    finally:
        store.close()
    for recording, n in batches.items():
        if not n:
            note(f"there was no recording {recording} of site {args.site}; it will not be taken either")
    words = f"{sum(map(bool, batches.values()))} of {len(batches)} recordings were there and are deleted"
    if args.person:
        words += f"; {args.person} was enrolled with {len(enrolled)} recordings and is forgotten"
    answer(args, {"deleted": batches, "enrolled": enrolled}, words)
    return 0 if all(batches.values()) and (enrolled or not args.person) else 1


def _erased(store: Store, site: str, recording: str) -> int:
    """Delete a recording, from the index of strokes beside an embedded store too; how many batches it had."""
    batches = store.erase(site, recording)
    path = getattr(store, "path", None)
    folder = path.with_name(f"{path.name}-seen") if path else None
    if folder and folder.is_dir():
        from musculus.serve.seen import Seen

        Seen(store, folder).forget(site, recording)
    return batches
