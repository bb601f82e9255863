"""Keys of a server: make one, list them, end one.

Write keys stand in the script tag and can only write; secret keys are for a site's own backend; admin keys open all.
With a server running on the store, ask that server: --server URL, and the admin key in MUSCULUS_ADMIN_KEY. Without
one the store is opened directly. To replace a key make a new one, then let the old one end with some hours of overlap.

Example:
  musculus keys make write --site shop --origin https://shop.example
  musculus keys list
  musculus keys end 1f9a0c2e --hours 24
"""

from __future__ import annotations

import argparse
import json
import os
import urllib.error
import urllib.request
from typing import Any

from musculus.cli.answers import answer, columns
from musculus.errors import UsageError

MIRRORS = "musculus.serve.keys.Keyring"
ADMIN = "MUSCULUS_ADMIN_KEY"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("what", choices=("make", "list", "end"), help="what to do")
    parser.add_argument("of", nargs="?", metavar="KIND|NUMBER", help="write, secret or admin; or the number of a key")
    parser.add_argument("--site", default="", metavar="NAME", help="the site (an admin key without one opens all)")
    parser.add_argument("--origin", action="append", default=[], metavar="URL", help="pages that may use a write key")
    parser.add_argument("--rate", type=float, metavar="N", help="batches a second a write key may bring")
    parser.add_argument("--days", type=float, metavar="N", help="until it expires")
    parser.add_argument("--hours", type=float, default=0.0, metavar="N", help="end: it still works so long")
    parser.add_argument("--note", default="", help="a few words to know it by")
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="where keys are")
    parser.add_argument("--server", metavar="URL", help="a running server, asked with the key in " + ADMIN)


def run(args: argparse.Namespace) -> int:
    """Do it, at the server or in the store."""
    if args.what != "list" and not args.of:
        needed = "a kind" if args.what == "make" else "the number of a key"
        raise UsageError(f"musculus keys {args.what} needs {needed}")
    document = _at_server(args) if args.server else _in_store(args)
    answer(args, document, _words(args.what, document))
    return 0


def _at_server(args: argparse.Namespace) -> Any:
    if args.what == "list":
        return _ask(args.server, "GET", "/v1/keys", None)
    if args.what == "end":
        return _ask(args.server, "DELETE", f"/v1/keys/{args.of}", {"hours": args.hours})
    wanted = {"kind": args.of, "site": args.site, "origins": args.origin, "note": args.note}
    more = {"rate": args.rate, "days": args.days}
    return _ask(args.server, "POST", "/v1/keys", wanted | {name: v for name, v in more.items() if v is not None})


def _in_store(args: argparse.Namespace) -> Any:
    from musculus.serve.keys import Keyring
    from musculus.store import open_store

    store = open_store(args.store, readonly=args.what == "list")
    try:
        keys = Keyring(store)
        if args.what == "list":
            return {"keys": [key.shown() for key in keys.all(args.site or None)]}
        if args.what == "end":
            return keys.expire(args.of, args.hours).shown()
        key, text = keys.make(
            args.of, args.site, origins=args.origin, rate=args.rate, days=args.days, note=args.note
        )
        return {"key": text, **key.shown()}
    finally:
        store.close()


def _ask(server: str, method: str, path: str, body: Any) -> Any:
    key = os.environ.get(ADMIN)
    if not key:
        raise UsageError(f"put an admin key into the environment as {ADMIN}; the server's first start told one")
    if not server.startswith(("http://", "https://")):
        raise UsageError(f"{server!r} is no server; write http://127.0.0.1:8765")
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {key}"}
    request = urllib.request.Request(server.rstrip("/") + path, data, headers, method=method)  # noqa: S310  # as above
    try:
        with urllib.request.urlopen(request, timeout=30) as found:  # noqa: S310
            return json.loads(found.read())
    except urllib.error.HTTPError as error:
        with error:
            said = error.read()
        detail = json.loads(said)["detail"] if said.startswith(b"{") else error.reason
        raise UsageError(f"the server refused: {detail} ({error.code})") from error
    except urllib.error.URLError as error:
        raise UsageError(f"no server answers at {server}: {error.reason}") from error


def _words(what: str, document: Any) -> str:
    if what == "make":
        return f"{document['key']}\nThis is told once; only its hash is kept. Its number is {document['id']}."
    if what == "end":
        return f"key {document['id']} ends {_when(document['expires'])}"
    rows = [
        (k["id"], k["kind"], k["site"] or "(all)", _when(k["made"]), _when(k["expires"]), k["note"])
        for k in document["keys"]
    ]
    return columns([("number", "kind", "site", "made", "ends", "note"), *rows])


def _when(at: int | None) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M") if at else "-"
