"""The server: ingest, verdicts and pages, with everything embedded.

It prints the addresses of its pages and the script tag, and runs until it is stopped.

Example:
  musculus serve --port 8765 --store sqlite:///musculus-data/musculus.db
"""

from __future__ import annotations

import argparse
import contextlib

MIRRORS = "musculus.serve.run.serve"
ANSWERS = False  # it runs until it is stopped, and has said its addresses long before


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one (default: 8765)")
    parser.add_argument("--store", default="sqlite:///musculus-data/musculus.db", metavar="URL", help="where events go")
    parser.add_argument("--site", default="demo", metavar="NAME", help="the site's name in the script tag")
    parser.add_argument("--export", default="", metavar="LAKE", help="bring this lake up to date every hour")
    trusted = "an address or network whose X-Forwarded-For is believed; may be given again (default: nobody's)"
    parser.add_argument("--proxy", action="append", default=[], metavar="ADDRESS", help=trusted)
    held = "MiB of frames in memory, of sites that keep measures only (default: 64)"
    parser.add_argument("--memory", type=float, default=64.0, metavar="MIB", help=held)
    parser.add_argument("--log", choices=("text", "json"), default="text", help="lines of the log (default: text)")
    parser.add_argument("--json", action="store_true", help="say the addresses as one JSON document")


def run(args: argparse.Namespace) -> int:
    """Run until stopped."""
    from musculus.serve.run import serve

    with contextlib.suppress(KeyboardInterrupt):  # stopped before the server had begun to listen for that
        place = {"host": args.host, "port": args.port, "store": args.store, "site": args.site}
        more = {"export": args.export, "proxies": args.proxy, "memory": args.memory * 2**20}
        serve(**place, log=args.log, as_json=args.json, **more)
    return 0
